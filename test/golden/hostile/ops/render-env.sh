#!/usr/bin/env bash
# Fetches what only the cloud knows (hosts, networks, ARNs; never a secret) into the overlays of an environment, as
# cloud.env beside each cloud.env.example. It is handed over by name: nobody copies it, and Git does not keep it.
#   ops/render-env.sh ENVIRONMENT             from the cloud; you must be signed in (ops/ci/login.sh ENVIRONMENT deploy)
#   ops/render-env.sh --example ENVIRONMENT   the examples instead: enough to render and check, not to deploy
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/ci/lib.sh"

help "$@"
example=0
if [[ ${1:-} == --example ]]; then
  example=1
  shift
fi
environment "${1:-}"

wanted() { sed -n 's/^\([a-z0-9_]*\)=.*/\1/p' "$1"; }

# write EXAMPLE: every key that the example has, and no other, in one move
write() {
  local key line target=${1%.example}
  while read -r key; do
    line=$(grep -m1 "^$key=." <<<"$handed" || true)
    [[ -n $line ]] || die "$ENVIRONMENT has not handed over $key yet: is its infrastructure applied?"
    printf '%s\n' "$line"
  done < <(wanted "$1") >"$target.new"
  mv -f "$target.new" "$target"
  say "wrote $target"
}

examples=()
for file in deploy/k8s/overlays/"$ENVIRONMENT"/cloud.env.example deploy/platform/tenant/overlays/"$ENVIRONMENT"/cloud.env.example; do
  if [[ -f $file ]]; then examples+=("$file"); fi
done
if ((${#examples[@]} == 0)); then
  say "nothing is handed over in $ENVIRONMENT"
  exit 0
fi
if ((example)); then
  handed=$(cat "${examples[@]}")
else
  [[ -x ops/ci/handover.sh ]] || die 'ops/ci/handover.sh is not there: nothing hands over what the overlays ask for'
  handed=$(ops/ci/handover.sh "$ENVIRONMENT")
fi
for file in "${examples[@]}"; do write "$file"; done
