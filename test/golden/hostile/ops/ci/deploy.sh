#!/usr/bin/env bash
# Rolls the service of build/release-<environment>.yaml out, a few instances at a time; the old ones serve until the new
# ones are ready. When the new ones do not become ready within the progress deadline, the release before comes back.
#   ops/ci/deploy.sh ENVIRONMENT        ROLLOUT_TIMEOUT: seconds, 900 unless set
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=/dev/null
. ops/ci/releases.sh

help "$@"
environment "${1:-}"
[[ -f $RELEASE ]] || die "$RELEASE is not there: run ops/ci/render.sh $ENVIRONMENT first"

roll_out() {
  apply "$RELEASE" 'app.kubernetes.io/component=service' &&
    kube annotate --overwrite "deployment/$NAME" "release=$(release_id "$RELEASE")" >&2 &&
    kube rollout status "deployment/$NAME" --timeout "${ROLLOUT_TIMEOUT:-900}s" >&2
}

if roll_out; then exit 0; fi
say 'the new version did not become ready:'
kube get pods --selector "app.kubernetes.io/name=$NAME,app.kubernetes.io/component=service" --output wide >&2 || true
kube get events --field-selector type=Warning --sort-by .lastTimestamp 2>/dev/null | tail -n 20 >&2 || true
ops/ci/rollback.sh "$ENVIRONMENT" "$RELEASE" || die 'the rollout failed, and so did the rollback: somebody must look now'
die 'the rollout failed; the release before is live again'
