package main

import (
	"maps"
	"regexp"
	"slices"
)

var (
	rangeVariable = regexp.MustCompile(`\[\$\{?__?(rate_interval|interval|range|auto)[^\]]*\]`)
	number        = regexp.MustCompile(`\$\{?__(interval_ms|range_s|range_ms)\}?`)
	duration      = regexp.MustCompile(`\$\{?__(rate_interval|interval|range)\}?`)
	variable      = regexp.MustCompile(`\$\{?[A-Za-z_]\w*(:[a-z]+)?\}?`)
	labelValues   = regexp.MustCompile(`^\s*label_values\((.+),\s*\w+\s*\)\s*$`)
	queryResult   = regexp.MustCompile(`^\s*query_result\((.+)\)\s*$`)
)

// expand puts a sample value in place of each Grafana variable: the parser only has to see the shape.
func expand(text string) string {
	text = rangeVariable.ReplaceAllString(text, "[5m]")
	text = number.ReplaceAllString(text, "1000")
	text = duration.ReplaceAllString(text, "5m")
	return variable.ReplaceAllString(text, "x")
}

// collect finds the queries of panels and annotations (`expr`) and those of the dashboard's variables.
func collect(dashboard any) []query {
	var found []query
	walk(dashboard, query{datasource: "prometheus"}, func(q query) { found = append(found, q) })
	return found
}

func walk(value any, place query, emit func(query)) {
	switch node := value.(type) {
	case map[string]any:
		if kind := datasource(node["datasource"]); kind != "" {
			place.datasource = kind
		}
		if title, ok := node["title"].(string); ok && title != "" {
			place.title = title
		}
		if text, ok := node["expr"].(string); ok {
			place.text = text
			emit(place)
		}
		if node["type"] == "query" {
			variableQuery(node, place, emit)
		}
		for _, key := range slices.Sorted(maps.Keys(node)) {
			walk(node[key], place, emit)
		}
	case []any:
		for _, child := range node {
			walk(child, place, emit)
		}
	}
}

// variableQuery emits the PromQL inside label_values(…, label) and query_result(…); other functions hold none.
func variableQuery(node map[string]any, place query, emit func(query)) {
	text, _ := node["query"].(string)
	if nested, ok := node["query"].(map[string]any); ok {
		text, _ = nested["query"].(string)
	}
	if name, ok := node["name"].(string); ok {
		place.title = "variable " + name
	}
	for _, form := range []*regexp.Regexp{labelValues, queryResult} {
		if match := form.FindStringSubmatch(text); match != nil {
			place.text = match[1]
			emit(place)
		}
	}
}

func datasource(value any) string {
	if node, ok := value.(map[string]any); ok {
		kind, _ := node["type"].(string)
		return kind
	}
	return ""
}
