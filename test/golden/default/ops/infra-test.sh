#!/usr/bin/env bash
# Formats, validity and tests of everything below infra/, without an account: providers are stand-ins in the tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tofu fmt -check -diff -recursive infra
for root in infra/aws/bootstrap infra/aws/registry infra/aws/envs/* infra/aws/modules/*; do
  echo "$root"
  tofu "-chdir=$root" init -backend=false -input=false -no-color >/dev/null
  tofu "-chdir=$root" validate -no-color
  [[ ! -d $root/tests ]] || tofu "-chdir=$root" test -no-color
done
