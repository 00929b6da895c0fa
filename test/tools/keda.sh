#!/usr/bin/env bash
# KEDA's operator and its metrics adapter on 127.0.0.1, at work in a cluster of kube.sh; no admission webhooks.
#   keda.sh start PORT DIR CLUSTER   four ports from PORT on; CLUSTER is the DIR of kube.sh; returns when external metrics are KEDA's
#   keda.sh stop  PORT DIR CLUSTER   gives external metrics back to fake-metrics and ends both, by process id
set -euo pipefail
(($# == 4)) || {
  sed -n '2,4s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
command=$1 port=$2 dir=$3 cluster=$4
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${AI_DEPLOY_CACHE:-$HOME/.cache/ai-deploy}/tools/bin
# shellcheck source=test/tools/process.sh
source "$here/process.sh"
mkdir -p "$dir/pki"
dir=$(cd "$dir" && pwd)
pki=$(cd "$cluster/pki" && pwd)
# it looks at every namespace
export KUBECONFIG=$cluster/kubeconfig KEDA_CLUSTER_OBJECT_NAMESPACE=keda POD_NAMESPACE=keda WATCH_NAMESPACE=
service=apiservice/v1beta1.external.metrics.k8s.io

# up NAME WORD…: starts a part in the background
up() {
  local name=$1
  shift
  mkdir -p "$dir/$name"
  "$bin/$name" "$@" >"$dir/$name/log" 2>&1 </dev/null &
  echo $! >"$dir/$name/pid"
}

# until_ready NAME WORD…: until the command succeeds; ends the script when the part died or a minute is over
until_ready() {
  local name=$1 end=$((SECONDS + 60))
  shift
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS > end)) || ! alive "$(<"$dir/$name/pid")"; then
      tail -n 5 "$dir/$name/log" >&2
      echo "$name is not ready" >&2
      stop
      exit 1
    fi
    sleep 0.1
  done
}

# answered_by PORT: who answers for external metrics
answered_by() { "$bin/kubectl" patch "$service" --type=merge -p "{\"spec\":{\"service\":{\"port\":$1}}}" >/dev/null; }

start() {
  cp "$pki/ca.crt" "$dir/pki/ca.crt"
  cp "$pki/server.crt" "$dir/pki/tls.crt"
  cp "$pki/server.key" "$dir/pki/tls.key"
  "$bin/kubectl" create namespace keda --dry-run=client -o yaml | "$bin/kubectl" apply -f - >/dev/null
  "$bin/kubectl" get "$service" -o 'jsonpath={.spec.service.port}' >"$dir/before"
  up keda-operator --cert-dir="$dir/pki" --enable-prometheus-metrics=false --health-probe-bind-address="127.0.0.1:$port" \
    --metrics-service-bind-address="127.0.0.1:$((port + 1))"
  until_ready keda-operator curl -fsS "http://127.0.0.1:$port/readyz"
  up keda-adapter --cert-dir="$dir/pki" --bind-address=127.0.0.1 --secure-port=$((port + 2)) --port=$((port + 3)) \
    --tls-cert-file="$dir/pki/tls.crt" --tls-private-key-file="$dir/pki/tls.key" --metrics-service-address="127.0.0.1:$((port + 1))" \
    --lister-kubeconfig="$KUBECONFIG" --authentication-kubeconfig="$KUBECONFIG" --authorization-kubeconfig="$KUBECONFIG"
  until_ready keda-adapter curl -fsSk "https://127.0.0.1:$((port + 2))/readyz"
  answered_by $((port + 2))
  until_ready keda-adapter "$bin/kubectl" wait --for=condition=Available "$service" --timeout=5s
}

stop() {
  local part
  # the cluster may be gone already
  [[ ! -s $dir/before ]] || answered_by "$(<"$dir/before")" 2>/dev/null || true
  for part in keda-adapter keda-operator; do
    [[ ! -s $dir/$part/pid ]] || stop_process "$dir/$part"
  done
}

case $command in
  start) start ;;
  stop) stop ;;
  *) exit 2 ;;
esac
