#!/usr/bin/env bash
# A real Kubernetes control plane on 127.0.0.1, with fake nodes whose pods become ready at once.
#   kube.sh start PORT DIR   six ports from PORT on; state, certificates and kubeconfig in DIR; returns when three nodes are ready
#   kube.sh stop  PORT DIR   ends everything it started, by process id
# Real: API server, admission, RBAC, all controllers, the scheduler, every custom resource definition that the tests know.
# Played: nodes and pods (kwok), metrics (fake-metrics: a pod uses what its annotation kwok.x-k8s.io/usage-cpu says; external
# metrics are what the ConfigMap kube-system/external-metrics says).
set -euo pipefail
(($# == 3)) || {
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
command=$1 port=$2 dir=$3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=${AI_DEPLOY_CACHE:-$HOME/.cache/ai-deploy}/tools
bin=$tools/bin
# shellcheck source=test/tools/process.sh
source "$here/process.sh"
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
export KUBECONFIG=$dir/kubeconfig
# An API server that holds sixty schemas is large; collecting earlier costs little here.
export GOGC=40

# up NAME WORD…: starts a part in the background
up() {
  local name=$1
  shift
  mkdir -p "$dir/$name"
  "$bin/$name" "$@" >"$dir/$name/log" 2>&1 </dev/null &
  echo $! >"$dir/$name/pid"
}

# until_ready NAME WORD…: until the command succeeds; ends the script when the part died or two minutes are over
until_ready() {
  local name=$1 end=$((SECONDS + 120))
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

certificates() {
  local name
  mkdir -p "$dir/pki"
  cd "$dir/pki"
  key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
  # leaf NAME SUBJECT EXTENSION
  leaf() {
    key "$1"
    openssl req -new -key "$1.key" -subj "$2" |
      openssl x509 -req -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out "$1.crt" -extfile <(echo "$3") 2>/dev/null
  }
  key ca
  openssl req -x509 -new -key ca.key -days 2 -subj /CN=lab -out ca.crt \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
  name='IP:127.0.0.1,IP:10.96.0.1,DNS:localhost,DNS:kubernetes.default.svc,DNS:metrics.kube-system.svc'
  leaf server /CN=lab "subjectAltName=$name"
  leaf proxy /CN=aggregator extendedKeyUsage=clientAuth
  leaf admin /O=system:masters/CN=admin extendedKeyUsage=clientAuth
  openssl genrsa -out sa.key 2048 2>/dev/null
  openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
  cat >"$KUBECONFIG" <<END
apiVersion: v1
kind: Config
clusters: [{ name: lab, cluster: { server: "https://127.0.0.1:$port", certificate-authority: $dir/pki/ca.crt } }]
users: [{ name: admin, user: { client-certificate: $dir/pki/admin.crt, client-key: $dir/pki/admin.key } }]
contexts: [{ name: lab, context: { cluster: lab, user: admin } }]
current-context: lab
END
}

control_plane() {
  local pki=$dir/pki etcd=http://127.0.0.1:$((port + 1)) peer=http://127.0.0.1:$((port + 2))
  up etcd --name lab --data-dir "$dir/data" --unsafe-no-fsync --log-level warn --listen-client-urls "$etcd" \
    --advertise-client-urls "$etcd" --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" --initial-cluster "lab=$peer"
  up kube-apiserver --etcd-servers="$etcd" --bind-address=127.0.0.1 --advertise-address=127.0.0.1 --secure-port="$port" \
    --endpoint-reconciler-type=none --service-cluster-ip-range=10.96.0.0/16 --authorization-mode=Node,RBAC \
    --tls-cert-file="$pki/server.crt" --tls-private-key-file="$pki/server.key" --client-ca-file="$pki/ca.crt" \
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file="$pki/sa.pub" \
    --service-account-signing-key-file="$pki/sa.key" --requestheader-client-ca-file="$pki/ca.crt" \
    --requestheader-allowed-names=aggregator --requestheader-username-headers=X-Remote-User \
    --requestheader-group-headers=X-Remote-Group --requestheader-extra-headers-prefix=X-Remote-Extra- \
    --proxy-client-cert-file="$pki/proxy.crt" --proxy-client-key-file="$pki/proxy.key"
  until_ready kube-apiserver "$bin/kubectl" get --raw /readyz
  # Autoscaling and disruption decide within seconds, so that a test need not wait for minutes.
  up kube-controller-manager --kubeconfig="$KUBECONFIG" --bind-address=127.0.0.1 --secure-port=$((port + 3)) --leader-elect=false \
    --use-service-account-credentials=true --service-account-private-key-file="$pki/sa.key" --root-ca-file="$pki/ca.crt" \
    --cert-dir="$dir/kube-controller-manager" --horizontal-pod-autoscaler-sync-period=1s \
    --horizontal-pod-autoscaler-initial-readiness-delay=1s --horizontal-pod-autoscaler-cpu-initialization-period=1s
  until_ready kube-controller-manager "$bin/kubectl" -n default get serviceaccount default
}

nodes() {
  local pki=$dir/pki part
  up kube-scheduler --kubeconfig="$KUBECONFIG" --bind-address=127.0.0.1 --secure-port=$((port + 4)) --leader-elect=false \
    --cert-dir="$dir/kube-scheduler"
  up kwok --kubeconfig="$KUBECONFIG" --config="$tools/lib/kwok.yaml" --manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake \
    --node-ip=127.0.0.1 --cidr=10.0.0.1/24 --node-lease-duration-seconds=40
  up fake-metrics --kubeconfig="$KUBECONFIG" --address="127.0.0.1:$((port + 5))" --tls-cert-file="$pki/server.crt" \
    --tls-private-key-file="$pki/server.key"
  objects | "$bin/kubectl" apply --server-side -f - >/dev/null
  until_ready kwok "$bin/kubectl" wait --for=condition=Ready node --all --timeout=5s
  for part in v1beta1.metrics.k8s.io v1beta1.external.metrics.k8s.io; do
    until_ready fake-metrics "$bin/kubectl" wait --for=condition=Available "apiservice/$part" --timeout=5s
  done
}

objects() {
  local i group
  for i in 1 2 3; do
    cat <<END
---
apiVersion: v1
kind: Node
metadata:
  name: node-$i
  labels: { kubernetes.io/hostname: node-$i, kubernetes.io/os: linux, kubernetes.io/arch: amd64, topology.kubernetes.io/zone: zone-$i }
  annotations: { kwok.x-k8s.io/node: fake }
status:
  allocatable: { cpu: "16", memory: 64Gi, pods: "110", ephemeral-storage: 100Gi }
  capacity: { cpu: "16", memory: 64Gi, pods: "110", ephemeral-storage: 100Gi }
END
  done
  cat <<END
---
apiVersion: v1
kind: Service
metadata: { name: metrics, namespace: kube-system }
spec: { type: ExternalName, externalName: localhost, ports: [{ port: $((port + 5)) }] }
END
  for group in metrics.k8s.io external.metrics.k8s.io; do
    cat <<END
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1beta1.$group }
spec:
  group: $group
  version: v1beta1
  groupPriorityMinimum: 100
  versionPriority: 100
  caBundle: $(base64 -w0 "$dir/pki/ca.crt")
  service: { name: metrics, namespace: kube-system, port: $((port + 5)) }
END
  done
}

definitions() {
  "$bin/kubectl" apply --server-side --force-conflicts -f "$tools/lib/crds" >/dev/null
  "$bin/kubectl" wait --for=condition=Established crd --all --timeout=90s >/dev/null
}

start() {
  [[ -f $dir/pki/sa.pub ]] || (certificates)
  control_plane
  definitions
  nodes
}

stop() {
  local part
  for part in fake-metrics kwok kube-scheduler kube-controller-manager kube-apiserver etcd; do
    [[ ! -s $dir/$part/pid ]] || stop_process "$dir/$part"
  done
}

case $command in
  start) start ;;
  stop) stop ;;
  *) exit 2 ;;
esac
