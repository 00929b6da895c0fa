# shellcheck shell=bash
# How scripts reach the account, the cluster and the registry of an environment; sourced. A person has a profile of the AWS
# CLI for each: STAGING_PROFILE and PRODUCTION_PROFILE say which, else what this machine remembers (ops/bootstrap and
# ops/sign-in write it). Where neither does, as in a pipeline, the credentials at hand count.
operations=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
remembered=$operations/local.env

# profile ENVIRONMENT: its name; nothing where there is none
profile() {
  local name=${1^^}_PROFILE
  if [[ -n ${!name:-} ]]; then
    printf '%s\n' "${!name}"
  elif [[ -f $remembered ]]; then
    sed -n "s/^$name=//p" "$remembered"
  fi
}

# remember ENVIRONMENT PROFILE: in a file that Git ignores
remember() {
  local kept=''
  if [[ -f $remembered ]]; then kept=$(sed "/^${1^^}_PROFILE=/d" "$remembered"); fi
  printf '%s\n' ${kept:+"$kept"} "${1^^}_PROFILE=$2" >"$remembered.new"
  mv "$remembered.new" "$remembered"
}

# with_profile ENVIRONMENT: from here on AWS is asked as that person
with_profile() {
  local found
  found=$(profile "$1")
  if [[ -n $found ]]; then export AWS_PROFILE=$found; fi
}

# tfvar FOLDER KEY: a text of a terraform.tfvars; nothing as long as ops/bootstrap has not written it
tfvar() { sed -n "s/^$2 *= *\"\([^\"]*\)\".*/\1/p" "$operations/../infra/aws/$1/terraform.tfvars"; }

# right_account ENVIRONMENT: the same names exist in the other account
right_account() {
  local wanted found
  wanted=$(tfvar "envs/$1" account_id)
  found=$(aws sts get-caller-identity --query Account --output text) ||
    die "AWS knows nobody here: aws sso login${AWS_PROFILE:+ --profile $AWS_PROFILE}, or ops/sign-in $1 PROFILE"
  [[ $found == "$wanted" ]] || die "you are in account $found, and $1 is ${wanted:-not known yet: run ops/bootstrap}"
}

enter_cluster() {
  local context=my-rag-$1
  aws eks update-kubeconfig --name "$context" --region "$(tfvar "envs/$1" region)" --alias "$context" >&2 &&
    kubectl config set-context "$context" --namespace my-rag >&2
}

enter_registry() {
  local repository
  repository=$("$operations/ci/repository.sh") &&
    aws ecr get-login-password --region "$(tfvar registry region)" |
    docker login --username AWS --password-stdin "${repository%%/*}" >&2
}
