#!/usr/bin/env bash
# Builds the image, once, as it is deployed everywhere.
#   ops/ci/build.sh           keeps it on this machine as <name>:local; needs no registry
#   ops/ci/build.sh --push    pushes it and prints its digest, and nothing else, on standard output
# IMAGE names the repository (otherwise ops/ci/repository.sh does), PLATFORM what the nodes are (linux/amd64).
# BUILD_NUMBER makes the tag unique: it is for people to read and never moves; deployments use the digest.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help "$@"
revision=$(git rev-parse HEAD)
SOURCE_DATE_EPOCH=$(git show -s --format=%ct HEAD)
export SOURCE_DATE_EPOCH
options=(
  --target runtime --platform "${PLATFORM:-linux/amd64}"
  --build-arg "REVISION=$revision"
  --build-arg "VERSION=$(git describe --tags --always)"
  --build-arg "CREATED=$(TZ=UTC0 git show -s --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd HEAD)"
)
mkdir -p build

case ${1:-} in
  '') docker buildx build "${options[@]}" --load --provenance=false --tag "$NAME:local" . >&2 ;;
  --push)
    repository=${IMAGE:-$(ops/ci/repository.sh)}
    # How it was built becomes part of the image's index, so the signature over the digest covers that, too. No cache of
    # earlier builds: whoever may fill one could change what is released.
    docker buildx build "${options[@]}" --push --no-cache --provenance=mode=max --metadata-file build/image.json \
      --tag "$repository:${revision:0:12}-${BUILD_NUMBER:-by-hand-$(date +%s)}" . >&2
    digest=$(sed -n 's/.*"containerimage.digest": *"\(sha256:[0-9a-f]*\)".*/\1/p' build/image.json)
    IMAGE=$repository DIGEST=$digest image >/dev/null
    printf '%s\n' "$digest"
    ;;
  *) usage 'ops/ci/build.sh [--push]' ;;
esac
