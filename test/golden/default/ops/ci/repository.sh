#!/usr/bin/env bash
# Prints the repository of the image, without tag or digest. Its account and region are in infra/aws/registry.
set -euo pipefail
tfvars=$(dirname "${BASH_SOURCE[0]}")/../../infra/aws/registry/terraform.tfvars

value() { sed -n "s/^$1 *= *\"\([^\"]*\)\".*/\1/p" "$tfvars"; }
account=$(value account_id)
[[ $account =~ ^[0-9]{12}$ ]] || {
  echo 'repository.sh: infra/aws/registry/terraform.tfvars has no account_id: run ops/bootstrap, and commit what it writes' >&2
  exit 2
}
printf '%s.dkr.ecr.%s.amazonaws.com/%s\n' "$account" "$(value region)" my-rag
