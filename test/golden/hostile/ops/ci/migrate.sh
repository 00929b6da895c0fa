#!/usr/bin/env bash
# Applies everything of build/release-<environment>.yaml except the service, waits for stores and for secrets that are copied
# from elsewhere, and then runs the migration to its end. The version that is live goes on serving meanwhile, on the new
# schema: that is why migrations only add.
#   ops/ci/migrate.sh ENVIRONMENT        MIGRATE_TIMEOUT: seconds, 600 unless set; SECRETS_TIMEOUT: 120
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help "$@"
environment "${1:-}"
[[ -f $RELEASE ]] || die "$RELEASE is not there: run ops/ci/render.sh $ENVIRONMENT first"
beside='app.kubernetes.io/component notin (service, migrate)'

# The server looks at all of it before any of it changes. What a missing controller would refuse is refused here.
apply "$RELEASE" 'app.kubernetes.io/component!=migrate' --dry-run=server
apply "$RELEASE" "$beside"
for set in $(objects "$RELEASE" | awk '$2 == "StatefulSet" { print $3 }'); do
  kube rollout status "statefulset/$set" --timeout 600s >&2
done

# copied NAME: whether the Secret is there, as this release wants it. Ready alone may be about the release before, so the
# version that was copied must be the present one.
copied() {
  local generation ready version
  IFS='|' read -r generation ready version < <(kube get externalsecret "$1" --output \
    'jsonpath={.metadata.generation}|{.status.conditions[?(@.type=="Ready")].status}|{.status.syncedResourceVersion}{"\n"}') || true
  [[ $ready == True && $version == "$generation"-* ]]
}

# waiting: names of those that are not copied yet
waiting() {
  local secret
  for secret in $(objects "$RELEASE" | awk '$2 == "ExternalSecret" { print $3 }'); do
    copied "$secret" || printf ' %s' "$secret"
  done
}

# A pod without its Secret does not start, and says so to nobody. The first time, nothing has been copied yet.
deadline=$((SECONDS + ${SECRETS_TIMEOUT:-120}))
until missing=$(waiting) && [[ -z $missing ]]; do
  if ((SECONDS >= deadline)); then
    kube get events --field-selector involvedObject.kind=ExternalSecret,type=Warning --sort-by .lastTimestamp 2>/dev/null |
      tail -n 20 >&2 || true
    die "not copied into the namespace:$missing. One of its secrets has no value, or may not be read: docs/secrets.md"
  fi
  sleep "${POLL:-2}"
done

job=$(objects "$RELEASE" | awk '$2 == "Job" && !seen++ { print $3 }')
if [[ -z $job ]]; then
  say 'there is nothing to migrate'
  exit 0
fi
# The same image again, or an attempt that failed: migrations may run twice, a Job may not.
kube delete job "$job" --ignore-not-found --wait >&2
apply "$RELEASE" 'app.kubernetes.io/component=migrate'

deadline=$((SECONDS + ${MIGRATE_TIMEOUT:-600}))
state() { kube get job "$job" --output 'jsonpath={.status.conditions[?(@.status=="True")].type}' || true; }
until [[ $(state) == *Complete* ]]; do
  if [[ $(state) == *Failed* ]] || ((SECONDS >= deadline)); then
    kube describe job "$job" >&2 || true
    kube logs "job/$job" --all-containers --tail 100 >&2 || true
    # A pod that never started has no log: a Secret without a value, an image that may not be read.
    kube get events --field-selector type=Warning --sort-by .lastTimestamp 2>/dev/null | tail -n 20 >&2 || true
    die "the migration $job did not succeed; the version that was live still is"
  fi
  sleep "${POLL:-2}"
done
say "migrated: $job"
