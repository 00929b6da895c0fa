#!/usr/bin/env bash
# A real Envoy on 127.0.0.1 that balances two backends by their /readyz (envoy.yaml).
#   envoy.sh start PORT DIR FIRST SECOND   FIRST and SECOND are the backends' ports; prints the URL once Envoy is live
#   envoy.sh stop  PORT DIR                ends it and waits for it
# DIR/pid holds the process id, DIR/admin the address of its admin page (/clusters tells each backend's health), DIR/log its log.
set -euo pipefail
(($# >= 3)) || {
  sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
command=$1 port=$2 dir=$3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=/dev/null
source "$here/process.sh"
server=${AI_DEPLOY_CACHE:-$HOME/.cache/ai-deploy}/tools/bin/envoy

start() {
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  sed "s/FRONT_PORT/$port/; s/FIRST_PORT/$1/; s/SECOND_PORT/$2/" "$here/envoy.yaml" >"$dir/envoy.yaml"
  rm -f "$dir/admin"
  # hot restart shares memory between all Envoys of a machine
  "$server" -c "$dir/envoy.yaml" --concurrency 1 --disable-hot-restart --log-level warning \
    --admin-address-path "$dir/admin" </dev/null >"$dir/log" 2>&1 &
  local pid=$!
  echo "$pid" >"$dir/pid"
  for _ in {1..300}; do
    alive "$pid" || break
    if [[ -s $dir/admin ]] && curl -sf -o "$dir/ready" "http://$(<"$dir/admin")/ready" && grep -q LIVE "$dir/ready"; then
      echo "http://127.0.0.1:$port"
      return
    fi
    sleep 0.1
  done
  gave_up "$dir" "$pid"
}

case $command in
  start)
    (($# == 5)) || exit 2
    start "$4" "$5"
    ;;
  stop) stop_process "$dir" ;;
  *) exit 2 ;;
esac
