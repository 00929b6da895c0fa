#!/usr/bin/env bash
# Renders one release: everything of an environment, with the image by its digest, in build/release-<environment>.yaml.
# That file is what is applied, kept, and applied again by a rollback.
#   DIGEST=sha256:… ops/ci/render.sh ENVIRONMENT
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help "$@"
environment "${1:-}"
reference=$(image)
overlay=deploy/k8s/overlays/$ENVIRONMENT
[[ -d $overlay ]] || die "$overlay is not there"
if [[ -f $overlay/cloud.env.example && ! -f $overlay/cloud.env ]]; then
  die "$overlay/cloud.env is not there: run ops/render-env.sh $ENVIRONMENT first"
fi

build() { if command -v kustomize >/dev/null; then kustomize build "$1"; else kubectl kustomize "$1"; fi; }

# On top of the overlay, not into it: a release changes no file that Git knows. A Job cannot be changed, so the migration
# of each image is one of its own.
folder=build/$ENVIRONMENT
mkdir -p "$folder"
{
  printf 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../../%s]\n' "$overlay"
  printf 'images:\n  - name: %s\n    newName: %s\n    digest: %s\n' "$NAME" "${reference%@*}" "$DIGEST"
  printf 'patches:\n  - target: { kind: Job, name: %s-migrate }\n    options: { allowNameChange: true }\n' "$NAME"
  printf '    patch: \x27[{ "op": "replace", "path": "/metadata/name", "value": "%s-migrate-%s" }]\x27\n' "$NAME" "${DIGEST:7:12}"
} >"$folder/kustomization.yaml"
build "$folder" >"$RELEASE.new"

# Nothing of ours may run by name or tag: the whole pipeline promises one digest.
if grep -E "^ *(- )?image: [\"']?$NAME([:\"'@]|\$)" "$RELEASE.new" >&2; then die 'an image is not named by its digest'; fi
grep -Fq "image: $reference" "$RELEASE.new" || die "nothing in $overlay runs the image $NAME"
mv -f "$RELEASE.new" "$RELEASE"
say "wrote $RELEASE"
