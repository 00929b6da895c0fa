# shellcheck shell=bash
# Who may ask. The public address is asked as a stranger would: a question that holds nothing costs nothing. 422 is the service
# itself, which took it for a question, and 429 too many of them; whoever is refused before that, or hears nothing, stays outside.
host=my-rag.example.com

strangers_stay_outside() {
  local code
  code=$(curl --silent --output /dev/null --max-time 10 --write-out '%{http_code}' \
    --header 'Content-Type: application/json' --data '{}' "https://$host/v1/query") || [[ $code == 000 ]] || return 1
  [[ $code != 422 && $code != 429 ]]
}

if in_production; then
  expect 'a stranger cannot ask' \
    "https://$host answers whoever asks, and you pay: generate again with --auth, or put something in front of it" \
    strangers_stay_outside
fi
