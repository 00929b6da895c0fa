#!/usr/bin/env bash
# Asks the service what a client would ask, at its public address: DNS, certificate, gateway and network policies are part
# of what is tested. A check from inside the cluster would prove none of them.
#   ops/ci/smoke.sh URL      SMOKE_TIMEOUT: seconds until it must be ready, 120 unless set
# It also asks a question, in one piece and as a stream: with SMOKE_API_KEY, or where nobody needs a key. CONNECT_TO=HOST:PORT
# goes to another address under the same name, for a gateway that has no DNS entry yet.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help "$@"
url=${1:-}
[[ $url =~ ^https?://[^/]+$ ]] || usage 'ops/ci/smoke.sh https://HOST'
options=(--silent --show-error --max-time 20)
if [[ -n ${CONNECT_TO:-} ]]; then options+=(--connect-to "::$CONNECT_TO"); fi

# ask ARGUMENT…: the key comes on standard input, where no list of processes shows it
ask() {
  local key=${SMOKE_API_KEY:-}
  printf '%s' "${key:+header = \"Authorization: Bearer $key\"}" | curl "${options[@]}" --config - "$@"
}
status() { curl "${options[@]}" --output /dev/null --write-out '%{http_code}' "$@" || true; }

json=(--header 'Content-Type: application/json')
question='{"question": "Is anybody there?"}'

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
# An empty question costs nothing and shows who is heard: 401 is for whoever has no key, 422 comes from the service itself.
code=$(status "${json[@]}" --data '{}' "$url/v1/query")
[[ $code == [234]?? ]] || die "a question answers $code"
[[ $code == 401 ]] || die "a question without a key is not refused (401), but answers $code"
if [[ -z ${SMOKE_API_KEY:-} && $code != 422 ]]; then
  say "no question was asked: there is no SMOKE_API_KEY, and without one the answer is $code"
  exit 0
fi

answer=$(ask --fail-with-body "${json[@]}" --data "$question" "$url/v1/query") || die "a question failed: $answer"
grep -Eq '"answer": ?"[^"]' <<<"$answer" || die "the answer is empty: $answer"
stream=$(ask --fail-with-body --no-buffer --max-time 120 "${json[@]}" --data "$question" "$url/v1/query/stream") || die "a stream failed: $stream"
# A stream that was cut on its way is a 200 without this event.
grep -q '^event: done' <<<"$stream" || die "a stream did not end with its last event: $(tail -n 3 <<<"$stream")"
say 'answers a question, whole and as a stream'
