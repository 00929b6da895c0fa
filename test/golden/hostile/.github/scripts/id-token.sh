#!/usr/bin/env bash
# Asks GitHub for a token that says which workflow of which repository and environment this is, into $ID_TOKEN_FILE. It
# lives for minutes. The job needs the permission `id-token: write`.
#   .github/scripts/id-token.sh AUDIENCE
set -euo pipefail

audience=${1:?for whom is the token?}
umask 077
new=$(mktemp "${ID_TOKEN_FILE:?}.XXXXXX")
trap 'rm -f "$new"' EXIT
# On standard input, where no list of processes shows it.
printf 'header = "Authorization: bearer %s"\n' "${ACTIONS_ID_TOKEN_REQUEST_TOKEN:?the job lacks id-token: write}" |
  curl --config - --fail --silent --show-error --retry 3 --max-time 20 --get --data-urlencode "audience=$audience" \
    "${ACTIONS_ID_TOKEN_REQUEST_URL:?the job lacks id-token: write}" |
  sed -n 's/.*"value" *: *"\([^"]*\)".*/\1/p' >"$new"
[[ -s $new ]] || {
  echo 'GitHub answered without a token' >&2
  exit 1
}
mv -f "$new" "$ID_TOKEN_FILE"
