#!/usr/bin/env bash
# Signs this job in, without a key: a token of GitHub for whoever `ops/ci/login.sh` says must read it, and the rest is its.
#   .github/scripts/sign-in.sh ENVIRONMENT ROLE
set -euo pipefail

export ID_TOKEN_FILE=${ID_TOKEN_FILE:-${RUNNER_TEMP:?}/id-token}
audience=$(ops/ci/login.sh --audience "$@")
if [[ -n $audience ]]; then
  ID_TOKEN_COMMAND=$(printf '%q ' "$PWD/.github/scripts/id-token.sh" "$audience")
  export ID_TOKEN_COMMAND
  .github/scripts/id-token.sh "$audience"
fi
exec ops/ci/login.sh "$@"
