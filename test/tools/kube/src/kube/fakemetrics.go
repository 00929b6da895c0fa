package main

import (
	"context"
	"encoding/json"
	"flag"
	"log"
	"net/http"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

type obj = map[string]any

// fakeMetrics serves metrics.k8s.io/v1beta1 to the aggregator: a running pod uses what its
// kwok.x-k8s.io/usage-cpu and usage-memory annotations say, shared out over its containers.
func fakeMetrics(args []string) {
	fs := flag.NewFlagSet("fake-metrics", flag.ExitOnError)
	addr := fs.String("address", "127.0.0.1:26449", "")
	kubeconfig := fs.String("kubeconfig", "", "")
	cert := fs.String("tls-cert-file", "", "")
	key := fs.String("tls-private-key-file", "", "")
	_ = fs.Parse(args)
	cfg, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		log.Fatal(err)
	}
	cs := kubernetes.NewForConfigOrDie(cfg)
	const gv, base = "metrics.k8s.io/v1beta1", "/apis/metrics.k8s.io/v1beta1"
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		out, code := answer(r.Context(), cs, gv, strings.Split(strings.Trim(strings.TrimPrefix(r.URL.Path, base), "/"), "/"), r), 200
		if !strings.HasPrefix(r.URL.Path, base) || out == nil {
			out, code = obj{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}, 404
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_ = json.NewEncoder(w).Encode(out)
	})
	http.HandleFunc("/apis/external.metrics.k8s.io/v1beta1", externalMetrics(cs))
	http.HandleFunc("/apis/external.metrics.k8s.io/v1beta1/", externalMetrics(cs))
	log.Fatal(http.ListenAndServeTLS(*addr, *cert, *key, nil))
}

func answer(ctx context.Context, cs kubernetes.Interface, gv string, p []string, r *http.Request) obj {
	ns, name := "", ""
	switch {
	case p[0] == "":
		res := func(n, kind string, nsd bool) obj {
			return obj{"name": n, "kind": kind, "namespaced": nsd, "singularName": "", "verbs": []string{"get", "list"}}
		}
		return obj{"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": gv,
			"resources": []obj{res("pods", "PodMetrics", true), res("nodes", "NodeMetrics", false)}}
	case p[0] == "namespaces" && len(p) >= 3 && p[2] == "pods":
		ns = p[1]
		if len(p) > 3 {
			name = p[3]
		}
	case p[0] != "pods" && p[0] != "nodes":
		return nil
	}
	opt := metav1.ListOptions{LabelSelector: r.URL.Query().Get("labelSelector")}
	if p[0] == "nodes" {
		opt.LabelSelector = ""
	}
	pods, err := cs.CoreV1().Pods(ns).List(ctx, opt)
	if err != nil {
		log.Print(err)
		return nil
	}
	now := metav1.Now().UTC().Format(time.RFC3339)
	items, perNode := []obj{}, map[string][2]int64{}
	for _, pod := range pods.Items {
		if pod.Status.Phase != corev1.PodRunning || (name != "" && pod.Name != name) {
			continue
		}
		use := func(a, def string) *resource.Quantity {
			q, err := resource.ParseQuantity(pod.Annotations["kwok.x-k8s.io/usage-"+a])
			if err != nil {
				q = resource.MustParse(def)
			}
			return &q
		}
		cpu, mem, n := use("cpu", "1m").MilliValue(), use("memory", "1Mi").Value(), int64(len(pod.Spec.Containers))
		sum := perNode[pod.Spec.NodeName]
		perNode[pod.Spec.NodeName] = [2]int64{sum[0] + cpu, sum[1] + mem}
		cs := []obj{}
		for _, c := range pod.Spec.Containers {
			cs = append(cs, obj{"name": c.Name, "usage": usage(cpu/n, mem/n)})
		}
		items = append(items, obj{"kind": "PodMetrics", "apiVersion": gv, "timestamp": now, "window": "15s", "containers": cs,
			"metadata": obj{"name": pod.Name, "namespace": pod.Namespace, "labels": pod.Labels, "creationTimestamp": now}})
	}
	kind := "PodMetrics"
	if p[0] == "nodes" {
		kind, items = "NodeMetrics", []obj{}
		for n, u := range perNode {
			if n != "" && (len(p) < 2 || p[1] == n) {
				items = append(items, obj{"kind": kind, "apiVersion": gv, "timestamp": now, "window": "15s", "usage": usage(u[0], u[1]),
					"metadata": obj{"name": n, "creationTimestamp": now}})
			}
		}
		if len(p) > 1 {
			name = p[1]
		}
	}
	if name != "" {
		if len(items) == 1 {
			return items[0]
		}
		return nil
	}
	return obj{"kind": kind + "List", "apiVersion": gv, "metadata": obj{}, "items": items}
}

func usage(milli, bytes int64) obj {
	return obj{"cpu": resource.NewMilliQuantity(milli, resource.DecimalSI).String(), "memory": resource.NewQuantity(bytes, resource.BinarySI).String()}
}
