// querylint parses every query of Grafana dashboards with Prometheus' own parser, after replacing Grafana's variables.
//
//	querylint [-known FILE] DASHBOARD.json…
//
// With -known, a metric that FILE (one name a line, # starts a comment) does not list is an error too. A histogram is
// listed by its base name; its _bucket, _sum and _count follow. Exit 1 on any finding, 2 when a file cannot be read.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// query is one expression and the place it was found at.
type query struct{ datasource, title, text string }

var promql = parser.NewParser(parser.Options{})

// check says what is wrong with one query; known is nil when any metric will do.
func check(q query, known map[string]bool) error {
	if strings.TrimSpace(q.text) == "" {
		return errors.New("empty query")
	}
	if q.datasource != "prometheus" {
		return fmt.Errorf("a query for %q cannot be checked", q.datasource)
	}
	tree, err := promql.ParseExpr(expand(q.text))
	if err != nil || known == nil {
		return err
	}
	var unknown []string
	parser.Inspect(tree, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			if name := metric(selector); !listed(name, known) {
				unknown = append(unknown, name)
			}
		}
		return nil
	})
	if len(unknown) > 0 {
		return fmt.Errorf("unknown metric %s", strings.Join(unknown, ", "))
	}
	return nil
}

func metric(selector *parser.VectorSelector) string {
	for _, matcher := range selector.LabelMatchers {
		if matcher.Name == labels.MetricName && matcher.Type == labels.MatchEqual {
			return matcher.Value
		}
	}
	return selector.String()
}

func listed(name string, known map[string]bool) bool {
	if known[name] {
		return true
	}
	for _, suffix := range []string{"_bucket", "_sum", "_count"} {
		if base, ok := strings.CutSuffix(name, suffix); ok && known[base] {
			return true
		}
	}
	return false
}

func readKnown(file string) (map[string]bool, error) {
	if file == "" {
		return nil, nil
	}
	handle, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer handle.Close()
	known := map[string]bool{}
	lines := bufio.NewScanner(handle)
	for lines.Scan() {
		name, _, _ := strings.Cut(lines.Text(), "#")
		if name = strings.TrimSpace(name); name != "" {
			known[name] = true
		}
	}
	return known, lines.Err()
}

// lint checks one dashboard and returns how many queries it holds and one line per finding.
func lint(file string, raw []byte, known map[string]bool) (int, []string) {
	var dashboard any
	if err := json.Unmarshal(raw, &dashboard); err != nil {
		return 0, []string{fmt.Sprintf("%s: %v", file, err)}
	}
	var found []string
	queries := collect(dashboard)
	for _, q := range queries {
		if err := check(q, known); err != nil {
			found = append(found, fmt.Sprintf("%s: %q: %v\n    %s", file, q.title, err, q.text))
		}
	}
	return len(queries), found
}

func main() {
	knownFile := flag.String("known", "", "file with the names of the metrics that exist")
	flag.Parse()
	known, err := readKnown(*knownFile)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	total, bad := 0, 0
	for _, file := range flag.Args() {
		raw, err := os.ReadFile(file)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		count, found := lint(file, raw, known)
		total += count
		bad += len(found)
		for _, line := range found {
			fmt.Println(line)
		}
	}
	fmt.Printf("%d queries, %d bad\n", total, bad)
	if bad > 0 {
		os.Exit(1)
	}
}
