#!/usr/bin/env bash
# Watches a new version for a while: it must run the image of DIGEST, stay reachable through the gateway, and not restart.
#   DIGEST=sha256:… ops/ci/watch.sh ENVIRONMENT URL      WATCH_SECONDS: 60 unless set
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help "$@"
environment "${1:-}"
url=${2:-}
[[ -n $url ]] || usage 'ops/ci/watch.sh ENVIRONMENT URL'
reference=$(image)

restarts() {
  kube get pods --selector "app.kubernetes.io/name=$NAME,app.kubernetes.io/component=service" --output \
    jsonpath='{range .items[*]}{range .status.containerStatuses[*]}{.restartCount}{"\n"}{end}{end}' |
    awk '{ sum += $1 } END { print sum + 0 }'
}

running=$(kube get deployment "$NAME" --output jsonpath='{.spec.template.spec.containers[0].image}')
[[ $running == "$reference" ]] || die "$ENVIRONMENT runs $running and not $reference"
before=$(restarts)
missed=0
end=$((SECONDS + ${WATCH_SECONDS:-60}))
while ((SECONDS < end)); do
  if curl --fail --silent --output /dev/null --max-time 10 "$url/readyz"; then
    missed=0
  else
    missed=$((missed + 1))
    say "$url/readyz did not answer"
  fi
  ((missed < 2)) || die 'the service became unreachable'
  now=$(restarts)
  # Fewer is fine: the last instances of the old version are leaving, with their count.
  ((now <= before)) || die 'an instance restarted'
  before=$now
  sleep "${POLL:-5}"
done
say "steady for ${WATCH_SECONDS:-60} s"
