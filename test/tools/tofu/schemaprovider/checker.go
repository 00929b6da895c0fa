package main

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

type checker struct {
	rules *Rules
	top   map[string]tftypes.Value
	diags []*tfprotov6.Diagnostic
}

func (c *checker) err(p *tftypes.AttributePath, sum, det string) {
	c.diags = append(c.diags, &tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverityError, Summary: sum, Detail: det, Attribute: p})
}

func (c *checker) attrs(m map[string]*Attr, vals map[string]tftypes.Value, path *tftypes.AttributePath, dotted string) {
	for n, a := range m {
		v, ok := vals[n]
		if !ok || v.IsNull() {
			continue
		}
		p := path.WithAttributeName(n)
		d := strings.TrimPrefix(dotted+"."+n, ".")
		if a.Computed && !a.Optional && !a.Required {
			c.err(p, "Value for unconfigurable attribute", fmt.Sprintf("Can't configure a value for %q: its value will be decided automatically based on the result of applying this configuration.", d))
			continue
		}
		if !v.IsKnown() {
			continue
		}
		if c.rules != nil {
			if r := c.rules.Attrs[d]; r != nil {
				if msg := r.check(v); msg != "" {
					c.err(p, "Invalid value for "+d, msg)
				}
			}
		}
		if a.NestedType != nil {
			c.elems(a.NestedType.NestingMode, v, p, func(ev tftypes.Value, ep *tftypes.AttributePath) {
				vm := map[string]tftypes.Value{}
				if ev.As(&vm) == nil {
					c.attrs(a.NestedType.Attributes, vm, ep, d)
				}
			})
		}
	}
}

func (c *checker) elems(mode string, v tftypes.Value, p *tftypes.AttributePath, f func(tftypes.Value, *tftypes.AttributePath)) {
	if v.IsNull() || !v.IsKnown() {
		return
	}
	switch mode {
	case "list", "set":
		var vs []tftypes.Value
		if v.As(&vs) != nil {
			return
		}
		for i, e := range vs {
			if e.IsNull() || !e.IsKnown() {
				continue
			}
			if mode == "list" {
				f(e, p.WithElementKeyInt(i))
			} else {
				f(e, p)
			}
		}
	case "map":
		vs := map[string]tftypes.Value{}
		if v.As(&vs) != nil {
			return
		}
		for k, e := range vs {
			if !e.IsNull() && e.IsKnown() {
				f(e, p.WithElementKeyString(k))
			}
		}
	default:
		f(v, p)
	}
}

func (c *checker) block(b *Block, v tftypes.Value, path *tftypes.AttributePath, dotted string) {
	vals := map[string]tftypes.Value{}
	if v.IsNull() || !v.IsKnown() || v.As(&vals) != nil {
		return
	}
	if c.top == nil {
		c.top = vals
	}
	c.attrs(b.Attributes, vals, path, dotted)
	for n, nb := range b.BlockTypes {
		c.elems(nb.NestingMode, vals[n], path.WithAttributeName(n), func(ev tftypes.Value, ep *tftypes.AttributePath) {
			c.block(nb.Block, ev, ep, strings.TrimPrefix(dotted+"."+n, "."))
		})
	}
}

// state of a top-level name: 0 unset, 1 set, 2 not known yet
func (c *checker) state(n string) int {
	v, ok := c.top[n]
	if !ok || v.IsNull() {
		return 0
	}
	if !v.IsKnown() {
		return 2
	}
	if v.Type().Is(tftypes.List{}) || v.Type().Is(tftypes.Set{}) {
		var vs []tftypes.Value
		if v.As(&vs) == nil && len(vs) == 0 {
			return 0
		}
	}
	return 1
}

func (c *checker) groups() {
	if c.rules == nil || c.top == nil {
		return
	}
	count := func(g []string) (set []string, unknown int) {
		for _, n := range g {
			switch c.state(n) {
			case 1:
				set = append(set, n)
			case 2:
				unknown++
			}
		}
		return
	}
	at := func(n string) *tftypes.AttributePath { return tftypes.NewAttributePath().WithAttributeName(n) }
	for _, g := range c.rules.Conflicts {
		if set, _ := count(g); len(set) > 1 {
			c.err(at(set[0]), "Conflicting configuration arguments", fmt.Sprintf("only one of %q may be set, got %q", g, set))
		}
	}
	for _, g := range c.rules.ExactlyOne {
		set, unk := count(g)
		if len(set) > 1 {
			c.err(at(set[0]), "Invalid combination of arguments", fmt.Sprintf("only one of %q may be set, got %q", g, set))
		} else if len(set) == 0 && unk == 0 {
			c.err(nil, "Missing required argument", fmt.Sprintf("one of %q must be set", g))
		}
	}
	for _, g := range c.rules.AtLeastOne {
		if set, unk := count(g); len(set) == 0 && unk == 0 {
			c.err(nil, "Missing required argument", fmt.Sprintf("at least one of %q must be set", g))
		}
	}
	for _, g := range c.rules.RequiredWith {
		if len(g) > 1 && c.state(g[0]) == 1 {
			for _, n := range g[1:] {
				if c.state(n) == 0 {
					c.err(at(g[0]), "Missing required argument", fmt.Sprintf("%q also requires %q", g[0], n))
				}
			}
		}
	}
}
