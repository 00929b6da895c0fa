#!/usr/bin/env bash
# A real Valkey 9 on 127.0.0.1, in memory only, no password.
#   valkey.sh start PORT DIR   starts it, prints its URL once it answers PING
#   valkey.sh stop  PORT DIR   ends it and waits for it
# DIR/pid holds the server's process id while it runs, DIR/log what it says.
set -euo pipefail
(($# == 3)) || {
  sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
command=$1 port=$2 dir=$3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=/dev/null
source "$here/process.sh"
server=${AI_DEPLOY_CACHE:-$HOME/.cache/ai-deploy}/tools/bin/valkey-server

answers() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$port"
    printf 'PING\r\n' >&3
    read -r -t 1 reply <&3 && [[ $reply == +PONG* ]]
  ) 2>/dev/null
}

start() {
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  "$server" --port "$port" --bind 127.0.0.1 --dir "$dir" --save '' --appendonly no </dev/null >"$dir/log" 2>&1 &
  local pid=$!
  echo "$pid" >"$dir/pid"
  for _ in {1..200}; do
    # asked first: another server on the port would answer the PING
    alive "$pid" || break
    if grep -q 'Ready to accept connections' "$dir/log" && answers; then
      echo "redis://127.0.0.1:$port/0"
      return
    fi
    sleep 0.05
  done
  gave_up "$dir" "$pid"
}

case $command in
  start) start ;;
  stop) stop_process "$dir" ;;
  *) exit 2 ;;
esac
