package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// externalMetrics serves external.metrics.k8s.io/v1beta1: the value of a metric is what the ConfigMap
// kube-system/external-metrics has under its name, and there is no such metric where it has nothing.
func externalMetrics(cs kubernetes.Interface) http.HandlerFunc {
	const gv, base = "external.metrics.k8s.io/v1beta1", "/apis/external.metrics.k8s.io/v1beta1"
	return func(w http.ResponseWriter, r *http.Request) {
		path := strings.Split(strings.Trim(strings.TrimPrefix(r.URL.Path, base), "/"), "/")
		w.Header().Set("Content-Type", "application/json")
		if len(path) != 3 || path[0] != "namespaces" {
			_ = json.NewEncoder(w).Encode(obj{"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": gv, "resources": []obj{
				{"name": "*", "kind": "ExternalMetricValueList", "namespaced": true, "singularName": "", "verbs": []string{"get"}}}})
			return
		}
		values, err := cs.CoreV1().ConfigMaps("kube-system").Get(r.Context(), "external-metrics", metav1.GetOptions{})
		value, found := "", false
		if err == nil {
			value, found = values.Data[path[2]]
		}
		if !found {
			w.WriteHeader(http.StatusNotFound)
			_ = json.NewEncoder(w).Encode(obj{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404})
			return
		}
		_ = json.NewEncoder(w).Encode(obj{"kind": "ExternalMetricValueList", "apiVersion": gv, "metadata": obj{}, "items": []obj{
			{"metricName": path[2], "metricLabels": obj{}, "timestamp": metav1.Now().UTC().Format(time.RFC3339), "value": value}}})
	}
}
