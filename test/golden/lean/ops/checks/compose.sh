# shellcheck shell=bash
# Compose files and what the containers are told.
read -ra compose <<<"${COMPOSE:-docker compose}"

keys() { grep -v '^#' "$1" | cut -d= -f1 | sort; }

same_keys() {
  local file
  for file in deploy/compose/env/*.env; do
    diff <(keys deploy/compose/env/local.env) <(keys "$file") || {
      echo "$file and local.env have different keys"
      return 1
    }
  done
}

# one FILE ENVIRONMENT: does the file make sense there, with everything it includes?
one() {
  [[ ! -f deploy/compose/$1 ]] || check "$1 in $2 (compose)" env IMAGE=verify@sha256:0 ENVIRONMENT="$2" \
    "${compose[@]}" --file "deploy/compose/$1" --profile '*' config --quiet
}

if [[ -d deploy/compose ]]; then
  check 'environments have the same keys' same_keys
  if "${compose[@]}" version >/dev/null 2>&1; then
    one compose.dev.yml local
    one compose.yml staging
    one compose.yml production
  else
    skip 'compose files' "\"${compose[*]}\" does not run"
  fi
fi

if in_production; then
  if [[ -f deploy/compose/.env ]]; then
    expect 'the image is named by its digest' 'put it into deploy/compose/.env' \
      grep -Eq '^IMAGE=.+@sha256:[0-9a-f]{64}$' deploy/compose/.env
  else
    skip 'what runs here' 'there is no deploy/compose/.env on this machine'
  fi
fi
