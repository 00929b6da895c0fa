#!/usr/bin/env bash
# Signs in without a key: the token in $ID_TOKEN_FILE says which job this is, and AWS lets that job be one role for an hour.
# Everything it leaves is in files: ~/.aws/config, ~/.kube/config, ~/.docker/config.json.
#   ops/ci/login.sh --audience ENVIRONMENT ROLE   whom the token must be made out to
#   ops/ci/login.sh ENVIRONMENT plan|apply        the infrastructure
#   ops/ci/login.sh ENVIRONMENT deploy            the cluster, what is handed over, and the registry
#   ops/ci/login.sh ENVIRONMENT build             the registry, which all environments share
# AWS_CONFIG_FILE names another file than ~/.aws/config. One that somebody else wrote is left alone, and the script ends.
set -euo pipefail
export LC_ALL=C
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=/dev/null
. ops/access.sh

help "$@"
if [[ ${1:-} == --audience ]]; then
  echo sts.amazonaws.com
  exit
fi
[[ ${1:-} =~ ^(staging|production)$ && ${2:-} =~ ^(plan|apply|deploy|build)$ && $# == 2 ]] ||
  usage 'ops/ci/login.sh [--audience] staging|production plan|apply|deploy|build'
environment "$1"
role=$2
stem=my-rag
config=${AWS_CONFIG_FILE:-$HOME/.aws/config}
mark='# written by ops/ci/login.sh'

# value FOLDER KEY: what ops/bootstrap wrote
value() {
  local found
  found=$(tfvar "$1" "$2")
  [[ -n $found ]] || die "infra/aws/$1/terraform.tfvars has no $2: run ops/bootstrap, and commit what it writes"
  printf '%s\n' "$found"
}

# become ROLE FOLDER: exchanges the token at once. It lives for minutes, what it is exchanged for, for an hour.
become() {
  local account region credentials
  account=$(value "$2" account_id)
  region=$(value "$2" region)
  credentials=$(dirname "$config")/credentials-$1.json
  [[ -s ${ID_TOKEN_FILE:-} ]] || die 'ID_TOKEN_FILE names no file with a token'
  if [[ -e $config ]] && ! grep -qxF "$mark" "$config"; then
    die "$config is not mine; set AWS_CONFIG_FILE to a file of this job"
  fi
  umask 077
  mkdir -p "$(dirname "$config")"
  AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_REGION=$region \
    AWS_ROLE_ARN=arn:aws:iam::$account:role/$1 AWS_ROLE_SESSION_NAME=ci-$role \
    AWS_WEB_IDENTITY_TOKEN_FILE=$ID_TOKEN_FILE \
    aws configure export-credentials --format process >"$credentials.new" || {
    rm -f "$credentials.new"
    die "AWS does not let this job be $1 in $account: is it one that infra/aws/bootstrap or infra/aws/registry lets become that role?"
  }
  mv -f "$credentials.new" "$credentials"
  printf '%s\n' "$mark" '[default]' "region = $region" "credential_process = cat \"$credentials\"" >"$config"
  export AWS_CONFIG_FILE=$config
  say "signed in as $1 in $account"
}

case $role in
  build)
    become "$stem-build" registry
    enter_registry
    ;;
  deploy)
    become "$stem-$ENVIRONMENT-deploy" "envs/$ENVIRONMENT"
    enter_registry
    enter_cluster "$ENVIRONMENT"
    ;;
  *) become "$stem-$ENVIRONMENT-$role" "envs/$ENVIRONMENT" ;;
esac
