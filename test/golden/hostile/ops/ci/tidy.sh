#!/usr/bin/env bash
# Removes what no kept release needs any more: objects of the release before that the new one does not have, and hashed
# ConfigMaps that only forgotten releases named.
#   ops/ci/tidy.sh ENVIRONMENT [NUMBER OF THE RELEASE BEFORE]
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=/dev/null
. ops/ci/releases.sh
# shellcheck source=/dev/null
. ops/ci/prune.sh

help "$@"
environment "${1:-}"
if [[ -n ${2:-} ]]; then
  mkdir -p build
  read_release "$2" >"build/before-$ENVIRONMENT.yaml"
  harmless "build/before-$ENVIRONMENT.yaml" || die "what is kept as release $2 cannot be trusted"
  prune "build/before-$ENVIRONMENT.yaml" "$RELEASE"
fi

# kept: the text of every release that somebody may return to
kept() {
  local number
  for number in $(releases | cut -d' ' -f1); do
    read_release "$number"
    echo ---
  done
}

mkdir -p build
kept >"build/kept-$ENVIRONMENT.yaml"
[[ -s build/kept-$ENVIRONMENT.yaml ]] || die 'no release is kept: nothing is tidied'
named=$(objects "build/kept-$ENVIRONMENT.yaml")
for map in $(kube get configmaps --selector "app.kubernetes.io/part-of=$NAME,app.kubernetes.io/component!=release" \
  --output jsonpath='{range .items[*]}{.metadata.name}{"\n"}{end}'); do
  grep -qx "v1 ConfigMap $map" <<<"$named" || kube delete configmap "$map" >&2
done
