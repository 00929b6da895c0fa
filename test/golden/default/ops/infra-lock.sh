#!/usr/bin/env bash
# Writes .terraform.lock.hcl beside every root: exact provider versions, with checksums for every platform that plans or
# applies. Commit them; the pipeline applies nothing without. Run it again to take newer providers (--upgrade).
#   ops/infra-lock.sh [--upgrade]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

upgrade=()
case ${1:-} in
  '') ;;
  --upgrade) upgrade=(-upgrade) ;;
  *)
    sed -n '2,4s/^# \{0,1\}//p' "$0" >&2
    [[ $1 =~ ^(-h|--help)$ ]] && exit 0
    exit 2
    ;;
esac

for root in infra/aws/bootstrap infra/aws/registry infra/aws/envs/*; do
  echo "$root"
  # Modules must be there before anybody knows which providers they want.
  tofu "-chdir=$root" init -backend=false -input=false -no-color "${upgrade[@]}" >/dev/null
  tofu "-chdir=$root" providers lock -no-color \
    -platform=linux_amd64 -platform=linux_arm64 -platform=darwin_arm64 >/dev/null
done
