#!/usr/bin/env bash
# Signs the image that IMAGE and DIGEST name, and attests the list of what is in it (build/sbom.cdx.json). There is no key:
# the certificate says which workflow signed, and lives for minutes. It is entered in a public log, with the names of the
# repository and the workflow, also for a private repository.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help "$@"
reference=$(image)
[[ -s build/sbom.cdx.json ]] || die 'build/sbom.cdx.json is not there: run ops/ci/sbom.sh first'
cosign sign --yes "$reference"
cosign attest --yes --type cyclonedx --predicate build/sbom.cdx.json "$reference"
