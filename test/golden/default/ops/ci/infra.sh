#!/usr/bin/env bash
# The infrastructure of one environment.
#   ops/ci/infra.sh <staging|production> plan     what would change: build/infra-<env>.tfplan, encrypted, and a summary
#                                                 without values, build/infra-<env>.md
#   ops/ci/infra.sh <staging|production> apply    exactly that plan; a plan that reality has overtaken is refused
#   ops/ci/infra.sh <staging|production> drift    ends with 2 when somebody changed something by hand
# Needs OpenTofu, and an identity in the account: the pipeline's, or your own (ops/sign-in).
set -euo pipefail
export LC_ALL=C TF_IN_AUTOMATION=1 TF_INPUT=0

usage() { sed -n '2,7s/^# \{0,1\}//p' "$0"; }
die() {
  echo "infra: $*" >&2
  exit "${code:-1}"
}

case ${1:-} in -h | --help) usage && exit ;; esac
[[ ${1:-} =~ ^(staging|production)$ && ${2:-} =~ ^(plan|apply|drift)$ && $# == 2 ]] || {
  usage >&2
  exit 2
}
environment=$1 task=$2
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=infra/aws/envs/$environment
stem=my-rag-$environment
plan=$PWD/build/infra-$environment.tfplan
summary=$PWD/build/infra-$environment.md

# shellcheck source=/dev/null
. ops/access.sh
with_profile "$environment"
account=$(tfvar "envs/$environment" account_id)
region=$(tfvar "envs/$environment" region)
[[ $account =~ ^[0-9]{12}$ ]] || code=2 die "$folder/terraform.tfvars says no account_id: run ops/bootstrap"

# Without this file, every run takes whatever provider is newest, and the one that applies may not be the one that planned.
git ls-files --error-unmatch "$folder/.terraform.lock.hcl" >/dev/null 2>&1 ||
  code=2 die "$folder/.terraform.lock.hcl is not committed: run make infra-lock, and commit what it writes"

# The plan is a file that leaves this job. It is encrypted by a key of the account, and a plan in the clear is refused.
TF_ENCRYPTION=$(
  cat <<END
key_provider "aws_kms" "state" {
  kms_key_id = "alias/$stem-state"
  region     = "$region"
  key_spec   = "AES_256"
}
method "aes_gcm" "state" {
  keys = key_provider.aws_kms.state
}
plan {
  method   = method.aes_gcm.state
  enforced = true
}
END
)
export TF_ENCRYPTION

tofu() { command tofu "-chdir=$folder" "$@"; }

init() {
  tofu init -lockfile=readonly -reconfigure -no-color \
    -backend-config="bucket=$stem-tfstate-$account" -backend-config="region=$region" >/dev/null
}

# changes COMMAND…: 0 nothing to change, 2 something, anything else is a failure
changes() {
  local status=0
  "$@" || status=$?
  [[ $status == 0 || $status == 2 ]] || die "tofu ended with $status"
  return "$status"
}

init
case $task in
  plan)
    mkdir -p build
    rm -f "$plan" "$summary"
    # The role that plans may read no secret, and refreshing reads them all. What was changed by hand is the business of
    # `drift`; whether anything was, apply notices.
    status=0
    changes tofu plan -lock=false -refresh=false -detailed-exitcode -out="$plan" -no-color >/dev/null || status=$?
    [[ $status == 0 || $status == 2 ]] || exit "$status"
    tofu show -json "$plan" | python3 ops/ci/infra-summary.py "$environment" infra/aws/prices.tsv >"$summary"
    cat "$summary"
    ;;
  apply)
    [[ -s $plan ]] || code=2 die "there is no ${plan#"$PWD/"}: plan first, and hand the file over"
    tofu apply -lock-timeout=5m -no-color "$plan"
    ;;
  drift)
    mkdir -p build
    status=0
    # Values of secrets are left out for the same reason: the one who looks may not see them.
    changes tofu plan -lock=false -detailed-exitcode -out="$plan" -no-color \
      -exclude=aws_secretsmanager_secret_version.generated >/dev/null || status=$?
    [[ $status == 0 || $status == 2 ]] || exit "$status"
    tofu show -json "$plan" | python3 ops/ci/infra-summary.py "$environment" infra/aws/prices.tsv
    rm -f "$plan"
    exit "$status"
    ;;
esac
