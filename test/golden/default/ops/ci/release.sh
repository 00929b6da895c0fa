#!/usr/bin/env bash
# Brings build/release-<environment>.yaml to life: migrate, deploy, smoke, load, watch. One script, because whatever fails
# after the first byte was applied must end in a rollback, whoever runs it. Exit 0 means that the release is live, answers
# through the gateway, and is kept; anything else that the one before is live again, or that the text says why not.
#   DIGEST=sha256:… ops/ci/release.sh ENVIRONMENT      LOAD=1 adds the load test
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=/dev/null
. ops/ci/releases.sh

help "$@"
environment "${1:-}"
reference=$(image)
export IMAGE=${reference%@*}
url=https://$(host_of "$ENVIRONMENT")
grep -Fq "image: $reference" "$RELEASE" || die "$RELEASE does not run $reference: run ops/ci/render.sh $ENVIRONMENT"
# What a rollback would refuse is not begun.
harmless "$RELEASE" || die 'administrators make that, with the namespace: deploy/platform/tenant'

# The first time, the entry and its name are made by this release, too.
[[ -n $(releases) ]] || export SMOKE_TIMEOUT=${SMOKE_TIMEOUT:-900}

stage() {
  say "== $1"
  shift
  "$@"
}

load() { [[ ${LOAD:-0} != 1 ]] || stage load ops/ci/load.sh "$url"; }

undo() {
  say "== rollback: the $1 failed"
  ops/ci/rollback.sh "$ENVIRONMENT" "$RELEASE" || die "the $1 failed, and so did the rollback: somebody must look now"
  ops/ci/smoke.sh "$url" || die "the $1 failed; the release before is live again, but does not answer either"
  die "the $1 failed; the release before is live again"
}

stage migrate ops/ci/migrate.sh "$ENVIRONMENT" || undo migration
# It rolls back by itself: a strategy knows best how.
stage deploy ops/ci/deploy.sh "$ENVIRONMENT" || die 'the rollout failed'
stage smoke ops/ci/smoke.sh "$url" || undo 'smoke test'
load || undo 'load test'
stage watch ops/ci/watch.sh "$ENVIRONMENT" "$url" || undo 'watch over the new version'

previous=$(newest_good "$(release_id "$RELEASE")")
keep "$RELEASE"
# Nobody is harmed by what is left over.
stage tidy ops/ci/tidy.sh "$ENVIRONMENT" "$previous" || say 'tidying up failed; the next release tries again'
say "$reference is live in $ENVIRONMENT"
