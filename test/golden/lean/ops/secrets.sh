#!/usr/bin/env bash
# The secret files that the compose files mount into containers.
#   ops/secrets.sh              creates what is missing: random where nobody needs to know it, empty where somebody must say it
#   ops/secrets.sh set NAME     asks for a value, or takes it from standard input; it never becomes part of a command line
#   ops/secrets.sh add NAME     the same, but behind what is there and a comma: for lists
#
# Permissions: Docker mounts these files as they are here, and every container has a user of its own (ours is 10001), so
# the files must be readable by all. The folder is what protects them: only its owner can enter it (0700). A container
# still sees only the files that its service lists.
set -euo pipefail
export LC_ALL=C
umask 077
cd "$(dirname "${BASH_SOURCE[0]}")/../deploy/compose"

# Values that only a person knows, and what they are. All others are made at random.
given() {
  cat <<'END'
embedding_api_key: Key of the embedding provider if it is another one than LLM_API_KEY
llm_api_key: Key of the model provider; empty for servers that want none
END
}

# The compose files are the one list of secrets: whoever adds a server there adds its secret, too.
mounted() { sed -n 's|^ *[a-z0-9_]*: { file: \./secrets/\([a-z0-9_]*\) }$|\1|p' ./*.yml | sort -u; }

# put NAME: standard input becomes the secret, at no moment half written. No line break at the end: it would be sent along.
put() {
  local new
  new=$(mktemp "secrets/.$1.XXXXXX")
  tr -d '\r\n' >"$new"
  chmod 0444 "$new"
  mv -f "$new" "secrets/$1"
}

# Letters and digits only, so that it needs no quotes anywhere.
random() { head -c 48 /dev/urandom | base64 | tr -d '+/='; }

create() {
  local name
  for name in $(mounted); do
    if [[ ! -e secrets/$name ]]; then
      if given | grep -q "^$name: "; then : | put "$name"; else random | put "$name"; fi
      echo "made    deploy/compose/secrets/$name"
    fi
    if [[ ! -s secrets/$name ]]; then
      echo "empty   $(given | grep "^$name: ")"
      echo "        if it is needed: ops/secrets.sh set $name"
    fi
  done
}

# known NAME: the name as the files have it; ends the script if no compose file mounts such a secret
known() {
  local name
  name=$(tr '[:upper:]' '[:lower:]' <<<"$1")
  mounted | grep -Fx -- "$name" >/dev/null || {
    echo "no compose file mounts a secret named $name; there are: $(mounted | tr '\n' ' ')" >&2
    exit 2
  }
  echo "$name"
}

# ask NAME: without showing what is typed
ask() {
  local value
  if [[ -t 0 ]]; then
    read -rsp "$1: " value
    echo >&2
  else
    value=$(cat)
  fi
  printf '%s' "$value"
}

# write NAME PREFIX
write() {
  local value
  value=$(ask "$1")
  printf '%s%s' "$2" "$value" | put "$1"
  echo "wrote   deploy/compose/secrets/$1; a container sees it when it is created anew"
}

mkdir -p secrets
chmod 0700 secrets
case ${1:-} in
  '') create ;;
  set)
    name=$(known "${2:?set which secret?}")
    write "$name" ''
    ;;
  add)
    name=$(known "${2:?add to which secret?}")
    before=$(cat "secrets/$name" 2>/dev/null || true)
    write "$name" "${before:+$before,}"
    ;;
  *)
    echo 'usage: ops/secrets.sh [set NAME | add NAME]' >&2
    exit 2
    ;;
esac
