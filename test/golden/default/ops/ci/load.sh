#!/usr/bin/env bash
# A short load test at the public address, against the service level objectives. Enough to notice that a release became
# slower or sheds requests; far too short to say how much it can take.
#   ops/ci/load.sh URL
# Uses ops/ci/load.js where somebody wrote one and k6 is installed, otherwise load.py beside it, which says what it measures.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help "$@"
url=${1:-}
[[ $url =~ ^https?://[^/]+$ ]] || usage 'ops/ci/load.sh https://HOST'
if [[ -f ops/ci/load.js ]] && command -v k6 >/dev/null; then
  exec k6 run --env "URL=$url" ops/ci/load.js
fi
exec python3 ops/ci/load.py "$url"
