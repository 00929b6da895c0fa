# shellcheck shell=bash
# What the scripts beside this file share; sourced, never run. Everything happens in the root of the repository.
export NAME=my-rag NAMESPACE=my-rag
CONTEXT=my-rag
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

say() { printf '%s\n' "$*" >&2; }

die() {
  say "${0##*/}: $*"
  exit 1
}

# help "$@": the comment at the top of a script is its manual
help() {
  [[ ${1:-} == --help || ${1:-} == -h ]] || return 0
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
  exit 0
}

# usage TEXT: what is missing on the command line
usage() {
  say "usage: $1"
  exit 2
}

host_of() {
  case $1 in
    staging) echo staging.my-rag.example.com ;;
    production) echo my-rag.example.com ;;
    *) return 1 ;;
  esac
}

# environment NAME: which one this run is about; everything below uses it
environment() {
  host_of "${1:-}" >/dev/null || usage "${0##*/} ENVIRONMENT (staging or production)"
  export ENVIRONMENT=$1
  export RELEASE=build/release-$1.yaml
}

# identity FILE KEY: a line of a file in identity/. Nothing in there is secret.
identity() {
  local file=ops/ci/identity/$1.env value
  [[ -f $file ]] || die "$file is not there: docs/pipeline.md says who writes it"
  value=$(sed -n "s/^$2=//p" "$file")
  [[ -n $value ]] || die "$file has no $2"
  printf '%s\n' "$value"
}

# The image by its content. A tag could be moved, so nothing here ever deploys one.
image() {
  local repository=${IMAGE:-}
  [[ ${DIGEST:-} =~ ^sha256:[0-9a-f]{64}$ ]] || die "DIGEST must be sha256: and 64 hexadecimal digits, not \"${DIGEST:-}\""
  [[ -n $repository ]] || repository=$(ops/ci/repository.sh)
  printf '%s@%s\n' "$repository" "$DIGEST"
}

# kube ARGUMENT…: the context is always named, so that nobody's current one decides where a release goes
kube() { kubectl --context "${KUBE_CONTEXT:-$CONTEXT-$ENVIRONMENT}" --namespace "$NAMESPACE" "$@"; }

# apply FILE SELECTOR [OPTION…]: what the pipeline says wins over what somebody changed by hand
apply() {
  local file=$1 selector=$2
  shift 2
  kube apply --server-side --force-conflicts --field-manager="$NAME-pipeline" --filename "$file" --selector "$selector" "$@" >&2
}

# objects FILE: apiVersion, kind and name of each object that was rendered
objects() {
  awk '
    function out() { if (kind != "") print api, kind, name; api = kind = name = "" }
    /^---/ { out() }
    /^[^ ]/ { inside = /^metadata:/ }
    /^apiVersion: / { api = $2 }
    /^kind: / { kind = $2 }
    inside && /^  name: / { name = $2 }
    END { out() }' "$1"
}

sha256() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -d' ' -f1; }
