#!/usr/bin/env bash
# What kubectl runs whenever it needs a credential: hands it the pipeline's token, a new one where it can be had.
#   ID_TOKEN_FILE=… [ID_TOKEN_COMMAND=…] ops/ci/credential.sh
set -euo pipefail

if [[ -n ${ID_TOKEN_COMMAND:-} ]]; then bash -c "$ID_TOKEN_COMMAND" >&2; fi
token=$(<"${ID_TOKEN_FILE:?}")
# Its claims say until when it is good; asked again a minute earlier, kubectl never sends an old one.
claims=$(cut -d. -f2 <<<"$token" | tr '_-' '/+')
while ((${#claims} % 4 > 0)); do claims+='='; done
ends=$(base64 -d <<<"$claims" | sed -n 's/.*"exp": *\([0-9]*\).*/\1/p')
printf '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "%s", "expirationTimestamp": "%s"}}\n' \
  "$token" "$(date -u -d "@$((ends - 60))" +%Y-%m-%dT%H:%M:%SZ)"
