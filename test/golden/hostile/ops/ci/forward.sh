#!/usr/bin/env bash
# Refuses to replace what is live by an older commit: a run of the pipeline that waited for its approval until a newer one
# had gone out. Going back is meant to be said: that is ops/ci/rollback.sh.
#   ops/ci/forward.sh ENVIRONMENT
# Needs the whole history; without it nobody can say which of two commits is older.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=/dev/null
. ops/ci/releases.sh

help "$@"
environment "${1:-}"
[[ $(git rev-parse --is-shallow-repository) == false ]] || die 'the history is not here: git fetch --unshallow'
here=$(git rev-parse HEAD)
live=$(live_commit)
if [[ -z $live ]]; then
  say "nothing says which commit is live in $ENVIRONMENT: this one may go out"
elif ! git cat-file -e "$live^{commit}" 2>/dev/null; then
  # By hand, from a branch that was never pushed. It is not newer than this one, as far as the history goes.
  say "$ENVIRONMENT runs $live, which is not in this history: this one may go out"
elif [[ $here != "$live" ]] && git merge-base --is-ancestor "$here" "$live"; then
  say "$ENVIRONMENT runs ${live:0:12}, which is newer than ${here:0:12}. Nothing was changed; cancel this run."
  die "to go back on purpose: make rollback ENV=$ENVIRONMENT, once for each release (docs/runbooks/rollback.md)"
fi
