#!/usr/bin/env bash
# What the infrastructure hands over to the manifests: KEY=VALUE, one a line, sorted. Nothing of it is secret.
#   ops/ci/handover.sh <staging|production>
# One parameter holds one concern as JSON (infra/aws/modules, handover): this reads all of them by their common path.
set -euo pipefail
export LC_ALL=C

[[ ${1:-} =~ ^(staging|production)$ && $# == 1 ]] || {
  sed -n '2,4s/^# \{0,1\}//p' "$0" >&2
  [[ ${1:-} =~ ^(-h|--help)$ ]] && exit 0
  exit 2
}
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/../access.sh"
with_profile "$1"

aws ssm get-parameters-by-path --path "/my-rag/$1/handover" --region "$(tfvar "envs/$1" region)" \
  --query 'Parameters[].Value' --output json |
  python3 -c '
import json, sys

values = {}
for concern in json.load(sys.stdin):
    for key, value in json.loads(concern).items():
        if key in values:
            sys.exit(f"handover: {key} is handed over twice")
        if not isinstance(value, str) or not value or any(c in value for c in "\r\n\0"):
            sys.exit(f"handover: {key} has no value of one line")
        values[key] = value
if not values:
    sys.exit("handover: nothing was handed over yet: apply the infrastructure first (ops/ci/infra.sh)")
for key in sorted(values):
    print(f"{key}={values[key]}")
'
