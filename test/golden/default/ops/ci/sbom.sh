#!/usr/bin/env bash
# Lists everything in the image that IMAGE and DIGEST name (CycloneDX), in build/sbom.cdx.json. sign.sh attests it.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help "$@"
reference=$(image)
mkdir -p build
trivy image --format cyclonedx --output build/sbom.cdx.json --no-progress "$reference"
[[ -s build/sbom.cdx.json ]] || die 'the list is empty'
say "wrote build/sbom.cdx.json"
