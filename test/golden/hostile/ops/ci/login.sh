#!/usr/bin/env bash
# Signs in without a key: the token in $ID_TOKEN_FILE, which the pipeline's own issuer signed, is what the API server of an
# environment trusts (structured authentication). Everything it leaves is in files: ~/.kube/config, ~/.docker/config.json.
#   ops/ci/login.sh --audience ENVIRONMENT ROLE   whom the token must be made out to; empty where none is needed
#   ops/ci/login.sh ENVIRONMENT build             the registry, with REGISTRY_USER and REGISTRY_PASSWORD
#   ops/ci/login.sh ENVIRONMENT deploy            the same, and the cluster of ops/ci/identity/<environment>.env
# Tokens live for minutes. ID_TOKEN_COMMAND, where it is set, is run for a new one whenever the cluster is asked.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help "$@"
registry() {
  local repository host
  if [[ -z ${REGISTRY_PASSWORD:-} ]]; then return 0; fi
  repository=${IMAGE:-$(ops/ci/repository.sh)}
  host=${repository%%/*}
  docker login --username "${REGISTRY_USER:?whose password is it?}" --password-stdin "$host" <<<"$REGISTRY_PASSWORD" >&2
}

cluster() {
  local entry=$CONTEXT-$ENVIRONMENT server authority
  server=$(identity "$ENVIRONMENT" SERVER)
  authority=$(identity "$ENVIRONMENT" CA)
  [[ -s ${ID_TOKEN_FILE:?the pipeline writes its token there} ]] || die "$ID_TOKEN_FILE holds no token"
  umask 077
  kubectl config set "clusters.$entry.server" "$server" >&2
  kubectl config set "clusters.$entry.certificate-authority-data" "$authority" >&2
  kubectl config set-credentials "$entry" --exec-api-version client.authentication.k8s.io/v1 \
    --exec-command "$PWD/ops/ci/credential.sh" --exec-interactive-mode Never \
    --exec-env "ID_TOKEN_FILE=$ID_TOKEN_FILE" --exec-env "ID_TOKEN_COMMAND=${ID_TOKEN_COMMAND:-}" >&2
  kubectl config set-context "$entry" --cluster "$entry" --user "$entry" --namespace "$NAMESPACE" >&2
  kubectl --context "$entry" auth can-i create deployments --quiet || die "$server does not let us deploy to $NAMESPACE"
}

case "${1:-} ${2:-} ${3:-}" in
  '--audience staging build' | '--audience production build') echo ;;
  '--audience staging deploy' | '--audience production deploy') identity "$2" AUDIENCE ;;
  'staging build ' | 'production build ') registry ;;
  'staging deploy ' | 'production deploy ')
    environment "$1"
    registry
    cluster
    ;;
  *) usage 'ops/ci/login.sh [--audience] ENVIRONMENT ROLE (staging or production; build or deploy)' ;;
esac
