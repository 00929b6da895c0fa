#!/usr/bin/env bash
# Says in a chat what became of a run: one message to the incoming web hook in NOTIFY_WEBHOOK, which is a secret.
#   ops/ci/notify.sh RESULT WHAT [LINK]      RESULT: success, failure or cancelled
# Slack, Mattermost and whatever else takes {"text": …}; NOTIFY_FORMAT=teams for Microsoft Teams. Without a web hook nobody is
# told, and that is no failure.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help "$@"
case ${1:-} in
  success) text='✅' ;;
  failure) text='❌' ;;
  cancelled) text='⚠️' ;;
  *) usage 'ops/ci/notify.sh success|failure|cancelled WHAT [LINK]' ;;
esac
[[ -n ${2:-} ]] || usage 'ops/ci/notify.sh RESULT WHAT [LINK]'
text="$text $NAME: $2: $1${3:+ $3}"
if [[ -z ${NOTIFY_WEBHOOK:-} ]]; then
  say 'NOTIFY_WEBHOOK is not set: nobody is told'
  exit 0
fi

# json TEXT: a string of JSON, on one line
json() {
  local line=${1//[[:cntrl:]]/ }
  line=${line//\\/\\\\}
  printf '"%s"' "${line//\"/\\\"}"
}

case ${NOTIFY_FORMAT:-slack} in
  slack) printf -v message '{"text": %s}' "$(json "$text")" ;;
  teams)
    printf -v message '{"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": %s}]}' \
      "{\"type\": \"AdaptiveCard\", \"version\": \"1.4\", \"body\": [{\"type\": \"TextBlock\", \"wrap\": true, \"text\": $(json "$text")}]}"
    ;;
  *) die "NOTIFY_FORMAT is slack or teams, not \"$NOTIFY_FORMAT\"" ;;
esac
# The address is the secret: on standard input, where no list of processes shows it.
printf 'url = "%s"\n' "$NOTIFY_WEBHOOK" |
  curl --config - --fail --silent --output /dev/null --retry 3 --max-time 20 \
    --header 'Content-Type: application/json' --data-binary "$message" || die 'the web hook did not take the message'
say "told: $text"
