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
  else
    skip 'compose files' "\"${compose[*]}\" does not run"
  fi
fi
