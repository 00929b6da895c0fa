#!/usr/bin/env bash
# Refuses infrastructure whose providers are not locked: without .terraform.lock.hcl each run may use other code, with
# all the rights of the pipeline. `make infra-lock` writes the files, with hashes for laptops and runners; commit them.
#   ops/ci/infra-lock.sh      looks at every folder below infra/ that keeps a state
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

help "$@"
missing=0
while read -r root; do
  if [[ ! -f $root/.terraform.lock.hcl ]]; then
    say "$root has no .terraform.lock.hcl"
    missing=1
  elif ! grep -q '"h1:' "$root/.terraform.lock.hcl"; then
    say "$root/.terraform.lock.hcl has no hashes of packages"
    missing=1
  fi
done < <(grep -rlE --include '*.tf' '^ *backend "' infra | xargs -n1 dirname | sort -u)
((missing == 0)) || die 'run "make infra-lock" and commit what it writes'
