#!/usr/bin/env bash
# Installs every tool and server that the tests use, from package registries only, into one cache folder.
#   install.sh           everything that is not there yet
#   install.sh NAME…     only these (their needs, such as uv, must be there already)
# One line per tool: have, ok or FAIL. Exit 1 when something failed; a failed tool never stops the others.
# AI_DEPLOY_CACHE (default ~/.cache/ai-deploy) is the folder, AI_DEPLOY_STEP_TIMEOUT (1500) the seconds a tool may take.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in versions common system python node go kube keda tofu servers images; do
  # shellcheck source=/dev/null
  source "$HERE/install/$part.sh"
done

if [[ ${1:-} == --step ]]; then
  "$2"
  exit
fi
export ONLY=$*

# Two installers in one folder would take each other's files away.
exec 9>"$TOOLS/.lock"
flock 9
rm -f "$TOOLS"/failed/*

downloads() {
  system_packages
  python_tools
  node_tools
  servers
  images
  kube_schemas
}

# Downloads wait for the network and compilers for the cores: side by side they take little longer than the compilers alone.
downloads 9>&- &
first=$!
(renice -n 5 -p "$BASHPID" >/dev/null && go_tools && kube_tools && keda_tools && tofu_tools) 9>&- &
second=$!
trap 'kill -TERM "$first" "$second" 2>/dev/null; wait; exit 130' INT TERM
wait "$first" "$second"

failed=$(cd "$TOOLS/failed" && echo *)
if [[ $failed != '*' ]]; then
  echo "${SECONDS}s, failed: $failed"
  exit 1
fi
echo "${SECONDS}s, nothing failed"
