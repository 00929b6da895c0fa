#!/usr/bin/env bash
# Refuses an image that our pipeline did not sign: before anything is rendered or applied, in every environment. SIGNER and
# ISSUER, which workflow of which repository and who vouches for it, are in ops/ci/identity/signer.env; both are compared
# in full, never by a pattern.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help "$@"
reference=$(image)
signer=${SIGNER:-$(identity signer SIGNER)}
issuer=${ISSUER:-$(identity signer ISSUER)}
signed_by=(--certificate-identity "$signer" --certificate-oidc-issuer "$issuer")
cosign verify "${signed_by[@]}" "$reference" >/dev/null || die "$reference was not signed by $signer"
cosign verify-attestation "${signed_by[@]}" --type cyclonedx "$reference" >/dev/null ||
  die "$reference has no list of its contents by $signer"
say "signed by $signer"
