package main

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"
)

var reUUID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// formats says what is wrong with a text of a format; "" when nothing is.
var formats = map[string]func(string) string{
	"cidr": func(s string) string {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return fmt.Sprintf("%q is not a valid CIDR block: %v", s, err)
		}
		if p.Masked() != p {
			return fmt.Sprintf("%q is not a valid CIDR block; did you mean %q?", s, p.Masked().String())
		}
		return ""
	},
	"ip": func(s string) string {
		_, err := netip.ParseAddr(s)
		return unless(err == nil, "%q is not a valid IP address", s)
	},
	"json": func(s string) string { return unless(json.Valid([]byte(s)), "%.60q contains invalid JSON", s) },
	"arn": func(s string) string {
		p := strings.SplitN(s, ":", 6)
		return unless(len(p) == 6 && p[0] == "arn" && p[2] != "", "%q is an invalid ARN", s)
	},
	"uuid": func(s string) string { return unless(reUUID.MatchString(s), "%q is not a valid UUID", s) },
	"url": func(s string) string {
		u, err := url.Parse(s)
		return unless(err == nil && u.Scheme != "" && u.Host != "", "%q is not a valid URL", s)
	},
	"rfc3339": func(s string) string {
		_, err := time.Parse(time.RFC3339, s)
		return unless(err == nil, "%q is not a valid RFC 3339 time", s)
	},
	"duration": func(s string) string {
		_, err := time.ParseDuration(s)
		return unless(err == nil, "%q is not a valid duration", s)
	},
}

func unless(ok bool, format, s string) string {
	if ok {
		return ""
	}
	return fmt.Sprintf(format, s)
}
