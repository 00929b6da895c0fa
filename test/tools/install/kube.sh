# shellcheck shell=bash
# Kubernetes: a control plane in one binary, what reads manifests, and the schemas of everything a manifest may hold.

kube_tools() {
  step kustomize "$KUSTOMIZE" kustomize kube_kustomize
  step kubeconform "$KUBECONFORM" kubeconform kube_kubeconform
  step kube-score "$KUBE_SCORE" kube-score kube_score
  step kube "$KUBERNETES $(cd "$HERE/kube" && kube_sources src/go.mod src/kube/*.go src/*.yaml)" 'kube kubectl etcd kwok' kube_lab
}

kube_kustomize() { go_install "sigs.k8s.io/kustomize/kustomize/v5@$KUSTOMIZE"; }
kube_kubeconform() { go_install "github.com/yannh/kubeconform/cmd/kubeconform@$KUBECONFORM"; }
kube_score() { go_install "github.com/zegl/kube-score/cmd/kube-score@$KUBE_SCORE"; }

# The name that the binary is called by picks the part. kwok's own stages come out of its module, ours are beside the source.
kube_lab() {
  local part package flags=()
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    flags+=(-X "$package.gitVersion=v$KUBERNETES" -X "$package.gitMajor=1" -X "$package.gitMinor=$(cut -d. -f2 <<<"$KUBERNETES")")
    flags+=(-X "$package.gitTreeState=archive" -X "$package.buildDate=1970-01-01T00:00:00Z")
  done
  (cd "$HERE/kube/src" && go build -ldflags "-s -w ${flags[*]}" -o "$BIN/kube" ./kube)
  for part in etcd kube-apiserver kube-controller-manager kube-scheduler kubectl kwok fake-metrics; do link "$part" kube; done
  kube_stages >"$LIB/kwok.yaml"
  kube_crds "$LIB/crds"
}

kube_stages() {
  local module stage
  module=$(module_zip "$(grep -o 'sigs.k8s.io/kwok v[^ ]*' "$HERE/kube/src/go.mod" | tr ' ' @)")
  for stage in node/fast/node-initialize node/heartbeat-with-lease/node-heartbeat-with-lease \
    pod/fast/pod-complete pod/fast/pod-delete pod/fast/pod-ready; do
    echo ---
    python3 - "$module" "kustomize/stage/$stage.yaml" <<'PYTHON'
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
print(next(archive.read(name).decode() for name in archive.namelist() if name.endswith(sys.argv[2])))
PYTHON
  done
  echo ---
  cat "$HERE/kube/src/kwok-stages.yaml"
}

# kube_crds FOLDER: custom resource definitions out of Go module zips; `go mod download` may refuse to unpack a module that
# asks for a newer Go, but it does fetch and check the zip
kube_crds() {
  local line
  rm -rf "$1"
  mkdir -p "$1"
  grep -vE '^[[:space:]]*(#|$)' "$HERE/kube/crds.txt" | while read -r line; do
    # shellcheck disable=SC2086 # a module and its globs
    set -f && set -- "$1" $line && set +f
    python3 "$HERE/kube/crds.py" "$(module_zip "$2")" "$1" "${@:3}"
  done
  cp "$HERE"/kube/crds/*.yaml "$1"
}

module_zip() { (cd "$BUILD" && go mod download -json "$1" | sed -n 's/^\t"Zip": "\(.*\)",$/\1/p'); }

module_folder() { (cd "$BUILD" && go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'); }

kube_schemas() { step schemas "$SCHEMAS $(kube_sources schemas.py kinds.py)" '' kube_schema_files; }

# The layout is the one in which kubeconform looks by default, and that of a catalogue of custom resources beside it.
kube_schema_files() {
  local pair swagger=
  rm -rf "$LIB/schemas"
  for pair in $SCHEMAS; do
    swagger=$(module_folder "k8s.io/kubernetes@v${pair%%:*}")/api/openapi-spec/swagger.json
    schema_python core "$LIB/schemas" "${pair%%:*}" "$swagger" \
      "$(module_folder "k8s.io/api@v${pair##*:}")"
  done
  kube_crds "$LIB/schemas/from"
  schema_python crd "$LIB/schemas/crds" "$swagger" "$LIB/schemas/from"
}

# yamllint brings the YAML parser that the script needs; no bytecode beside our sources
schema_python() { "$LIB/py/yamllint/bin/python" -B "$HERE/kube/schemas.py" "$@"; }

# kube_sources FILE…: changes with these and with the definitions that both the lab and the schemas have
kube_sources() { (cd "$HERE/kube" && cat -- crds.txt crds.py crds/*.yaml "$@" | cksum | cut -d' ' -f1); }
