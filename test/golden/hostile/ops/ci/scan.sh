#!/usr/bin/env bash
# Looks for known holes in an image, in its packages and in those of Python, and for secrets somebody baked into it.
#   ops/ci/scan.sh             the image that IMAGE and DIGEST name
#   ops/ci/scan.sh REFERENCE   another one, for example <name>:local
# Fails on what is serious and has a fix. An exception is a line in .trivyignore.yaml with a reason and a date on which it ends.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help "$@"
reference=${1:-$(image)}
options=(--scanners 'vuln,secret' --severity 'HIGH,CRITICAL' --ignore-unfixed --exit-code 1 --no-progress)
if [[ -f .trivyignore.yaml ]]; then options+=(--ignorefile .trivyignore.yaml); fi
trivy image "${options[@]}" "$reference"
