#!/usr/bin/env bash
# Returns to the newest release that was good: its image and its configuration, applied as they were then. Stores stay as
# they are; the version before works with a newer schema.
#   ops/ci/rollback.sh ENVIRONMENT           leaves what is live now; once more goes back one more
#   ops/ci/rollback.sh ENVIRONMENT FILE      leaves the release in FILE, however far it came
# The release that is left is withdrawn: no later rollback returns to it.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=/dev/null
. ops/ci/releases.sh
# shellcheck source=/dev/null
. ops/ci/prune.sh

help "$@"
environment "${1:-}"
mkdir -p build
from=${2:-build/left-$ENVIRONMENT.yaml}
if [[ -n ${2:-} ]]; then left=$(release_id "$2"); else left=$(live_release); fi
if [[ -z ${2:-} ]]; then read_id "$left" >"$from"; fi
number=$(newest_good "$left")
if [[ -z $number ]]; then
  say 'No earlier release is kept here, so there is nothing to return to. What was applied stays as it is:'
  kube get pods --selector "app.kubernetes.io/part-of=$NAME" >&2 || true
  die 'repair it and release again, or delete the deployment'
fi

say "returning to release $number"
file=build/rollback-$ENVIRONMENT.yaml
read_release "$number" >"$file"
grep -q '^kind: Deployment$' "$file" || die "release $number cannot be read"
harmless "$file" || die "release $number is not applied; nothing was changed"
[[ -n ${2:-} ]] || harmless "$from" || die "what is kept of the live release cannot be trusted; nothing was changed"
withdraw "$left"
apply "$file" 'app.kubernetes.io/component!=migrate'
# A second autoscaler or a stricter policy of the version that is left would go on working against this one.
prune "$from" "$file" || say 'what only the version that is left had could not be deleted'
kube annotate --overwrite "deployment/$NAME" "release=$(release_id "$file")" >&2
kube rollout status "deployment/$NAME" --timeout "${ROLLOUT_TIMEOUT:-900}s" >&2
say "release $number is live again"
