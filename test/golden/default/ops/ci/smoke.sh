#!/usr/bin/env bash
# Asks the service what a client would ask, at its public address: DNS, certificate, gateway and network policies are part
# of what is tested. A check from inside the cluster would prove none of them.
#   ops/ci/smoke.sh URL      SMOKE_TIMEOUT: seconds until it must be ready, 120 unless set
# With SMOKE_API_KEY it also asks a question, in one piece and as a stream. CONNECT_TO=HOST:PORT goes to another address
# under the same name, for a gateway that has no DNS entry yet.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help "$@"
url=${1:-}
[[ $url =~ ^https?://[^/]+$ ]] || usage 'ops/ci/smoke.sh https://HOST'
options=(--silent --show-error --max-time 20)
if [[ -n ${CONNECT_TO:-} ]]; then options+=(--connect-to "::$CONNECT_TO"); fi

# ask ARGUMENT…: the key comes on standard input, where no list of processes shows it
ask() { printf 'header = "Authorization: Bearer %s"\n' "${SMOKE_API_KEY:-}" | curl "${options[@]}" --config - "$@"; }
status() { curl "${options[@]}" --output /dev/null --write-out '%{http_code}' "$@" || true; }

question='{"question": "Is anybody there?"}'
json=(--header 'Content-Type: application/json' --data "$question")

deadline=$((SECONDS + ${SMOKE_TIMEOUT:-120}))
until [[ $(status "$url/readyz") == 200 ]]; do
  ((SECONDS < deadline)) || die "$url/readyz did not answer 200 within ${SMOKE_TIMEOUT:-120} s; last: $(status "$url/readyz")"
  sleep "${POLL:-3}"
done
say "ready: $url"

if [[ $url == https://* && -z ${CONNECT_TO:-} ]]; then
  code=$(status "http://${url#https://}/readyz")
  [[ $code == 30[18] ]] || die "http:// is not redirected to https://, but answers $code"
fi
code=$(status "${json[@]}" "$url/v1/query")
[[ $code == 401 ]] || die "a question without a key is not refused (401), but answers $code"
if [[ -z ${SMOKE_API_KEY:-} ]]; then
  say 'no question was asked: there is no SMOKE_API_KEY'
  exit 0
fi

answer=$(ask --fail-with-body "${json[@]}" "$url/v1/query") || die "a question failed: $answer"
grep -Eq '"answer": ?"[^"]' <<<"$answer" || die "the answer is empty: $answer"
stream=$(ask --fail-with-body --no-buffer --max-time 120 "${json[@]}" "$url/v1/query/stream") || die "a stream failed: $stream"
# A stream that was cut on its way is a 200 without this event.
grep -q '^event: done' <<<"$stream" || die "a stream did not end with its last event: $(tail -n 3 <<<"$stream")"
say 'answers a question, whole and as a stream'
