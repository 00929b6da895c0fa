#!/usr/bin/env bash
# The Secrets of the service in a cluster. They are made here and are in no file and no commit; back up the cluster.
#   ops/cluster-secrets.sh ENV             makes what is missing: random where nobody needs to know it; says what a person must set
#   ops/cluster-secrets.sh ENV set NAME    asks for a value, or takes it from standard input; it never becomes part of a command line
#   ops/cluster-secrets.sh ENV add NAME    the same, but behind what is there and a comma: for lists
# The service reads a changed value within about a minute; a database that runs here keeps the password of its first start.
# KUBE_CONTEXT names another context than a-hostile-one-ENV.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# One a line: name, who knows it, where it belongs, in which environments.
stored() {
  cat <<'END'
api_keys given auth/api-keys staging,production
embedding_api_key given llm/embedding-api-key staging,production
llm_api_key given llm/api-key staging,production
postgres_password random postgres/password staging,production
qdrant_api_key random qdrant/api-key staging,production
valkey_password random valkey/password staging,production
END
}

usage() {
  echo 'usage: ops/cluster-secrets.sh staging|production [set NAME | add NAME]' >&2
  exit 2
}

env=${1:-}
[[ $env == staging || $env == production ]] || usage
kube() { kubectl --context "${KUBE_CONTEXT:-a-hostile-one-$env}" --namespace ai "$@"; }
here() { stored | grep -E "[ ,]$env(,|\$)"; }

# homes NAME: the Secrets that hold it: that of the service, and that of the server if it runs in this environment, too
homes() {
  local group
  group=$(here | sed -n "s|^$1 [a-z]* \([a-z0-9-]*\)/.*|\1|p")
  echo service
  if grep -qx "  - ../../$group" "deploy/k8s/overlays/$env/kustomization.yaml"; then echo "$group"; fi
}

# names SECRET: what is in it; nothing if it is not there
names() {
  # shellcheck disable=SC2016  # a template of kubectl, not of the shell
  kube get secret "$1" --ignore-not-found --output go-template='{{range $name, $_ := .data}}{{$name}}{{"\n"}}{{end}}'
}

# holds SECRET NAME
holds() { grep -qx "$2" <<<"$(names "$1")"; }

# value NAME
value() { kube get secret service --output "go-template={{index .data \"$1\"}}" | base64 -d; }

# put NAME: standard input becomes the value, in all its homes
put() {
  local encoded home
  encoded=$(tr -d '\r\n' | base64 | tr -d '\n')
  for home in $(homes "$1"); do
    [[ -n $(kube get secret "$home" --ignore-not-found --output name) ]] || kube create secret generic "$home" >/dev/null
    printf '{"metadata":{"labels":{"app.kubernetes.io/part-of":"%s"}},"data":{"%s":"%s"}}' a-hostile-one "$1" "$encoded" |
      kube patch secret "$home" --type merge --patch-file /dev/stdin >/dev/null
    echo "wrote   $1 into the Secret $home of $env"
  done
}

# Letters and digits only, so that it needs no quotes anywhere.
random() { head -c 48 /dev/urandom | base64 | tr -d '+/=\n'; }

create() {
  local name kind rest home
  while read -r name kind rest; do
    for home in $(homes "$name"); do
      if holds "$home" "$name"; then continue; fi
      if holds service "$name"; then
        value "$name" | put "$name"
      elif [[ $kind == random ]]; then
        random | put "$name"
      else
        echo "missing $name; if it is needed: ops/cluster-secrets.sh $env set $name"
      fi
    done
  done < <(here)
}

# known NAME: as it is called here; ends the script if there is no such secret
known() {
  local name
  name=$(tr '[:upper:]' '[:lower:]' <<<"$1")
  here | cut -d ' ' -f 1 | grep -Fx -- "$name" >/dev/null || {
    echo "$env has no secret named $name; there are: $(here | cut -d ' ' -f 1 | tr '\n' ' ')" >&2
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

case ${2:-} in
  '') create ;;
  set)
    name=$(known "${3:?set which secret?}")
    ask "$name" | put "$name"
    ;;
  add)
    name=$(known "${3:?add to which secret?}")
    before=$(if holds service "$name"; then value "$name"; fi)
    more=$(ask "$name")
    printf '%s%s' "${before:+$before,}" "$more" | put "$name"
    ;;
  *) usage ;;
esac
