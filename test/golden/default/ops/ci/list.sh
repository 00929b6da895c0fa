#!/usr/bin/env bash
# Lists the releases that an environment keeps, newest first: number, id, state, image. `live` marks the one that runs.
#   ops/ci/list.sh ENVIRONMENT
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=/dev/null
. ops/ci/releases.sh

help "$@"
environment "${1:-}"
live=$(live_release)
releases | while read -r number id state; do
  image=$(kube get configmap "release-$number" --output jsonpath='{.metadata.annotations.image}')
  if [[ $id == "$live" ]]; then state=live; fi
  printf '%4s  %s  %-9s  %s\n' "$number" "$id" "$state" "$image"
done
