#!/usr/bin/env bash
# Prints the repository of the image, from ops/ci/identity/registry.env.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help "$@"
identity registry REPOSITORY
