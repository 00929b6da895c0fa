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
# The job's own token is for GitHub's registry. Any other gets what the secrets REGISTRY_USER and REGISTRY_PASSWORD say.
if [[ -n ${JOB_TOKEN:-} && -z ${REGISTRY_PASSWORD:-} ]]; then
  repository=${IMAGE:-$(ops/ci/repository.sh)}
  if [[ $repository == ghcr.io/* ]]; then
    export REGISTRY_USER=$GITHUB_ACTOR REGISTRY_PASSWORD=$JOB_TOKEN
  else
    echo "not signed in to ${repository%%/*}: set the secrets REGISTRY_USER and REGISTRY_PASSWORD" >&2
  fi
fi
exec ops/ci/login.sh "$@"
