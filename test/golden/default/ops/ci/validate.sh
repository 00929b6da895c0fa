#!/usr/bin/env bash
# Renders every environment with example values and checks the objects against the schemas of Kubernetes, unknown fields
# included. Needs neither a cluster nor a sign-in. Kinds of controllers are checked by the cluster itself, before a release
# changes anything (migrate.sh).
#   ops/ci/validate.sh      KUBERNETES_VERSION: 1.36.0 unless set; SCHEMAS: where else the schemas are
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help "$@"
export IMAGE=registry.example/$NAME DIGEST=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef

# foreign FILE: apiVersion/Kind of what Kubernetes itself does not define
foreign() {
  objects "$1" | awk '
    { group = $1; sub("/.*", "", group) }
    group ~ /\./ && group !~ /^(networking|rbac\.authorization|storage|scheduling|policy|admissionregistration)\.k8s\.io$/ { print $1 "/" $2 }
  ' | sort -u | paste -sd, -
}

# In a copy: the examples must not take the place of what the cloud handed over.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -R deploy ops "$copy"
for target in staging production; do
  "$copy/ops/render-env.sh" --example "$target"
  "$copy/ops/ci/render.sh" "$target"
  release=$copy/build/release-$target.yaml
  kubeconform -strict -summary -schema-location "${SCHEMAS:-default}" \
    -kubernetes-version "${KUBERNETES_VERSION:-1.36.0}" -skip "$(foreign "$release")" "$release"
done
