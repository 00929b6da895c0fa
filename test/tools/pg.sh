#!/usr/bin/env bash
# A real PostgreSQL 17 with pgvector on 127.0.0.1, user and database `app`, no password.
#   pg.sh start PORT DIR   makes the cluster in DIR when there is none, starts it, prints its URL once it accepts connections
#   pg.sh stop  PORT DIR   fast shutdown; the data stays, so `start` brings the same database back
# DIR/pid holds the server's process id while it runs, DIR/log what it says.
set -euo pipefail
(($# == 3)) || {
  sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
command=$1 port=$2 dir=$3
bin=$(dirname "$(readlink -f "${AI_DEPLOY_CACHE:-$HOME/.cache/ai-deploy}/tools/bin/pg_ctl")")

# PostgreSQL refuses to run as root. Under another user the binaries and DIR may lie below folders that only root can
# enter (/root, a private temporary folder), hence the one capability that goes along.
unprivileged() {
  local as_nobody=()
  if [[ $(id -u) -eq 0 ]]; then
    as_nobody=(setpriv --reuid=nobody --regid=nogroup --clear-groups --inh-caps=+dac_override --ambient-caps=+dac_override)
  fi
  "${as_nobody[@]}" env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 TZ=UTC "$bin/$1" "${@:2}"
}

start() {
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  if [[ ! -f $dir/data/PG_VERSION ]]; then
    mkdir -p "$dir/data"
    chmod 700 "$dir/data"
    [[ $(id -u) -ne 0 ]] || chown nobody:nogroup "$dir/data"
    unprivileged initdb -D "$dir/data" -U app --auth=trust -E UTF8 --no-sync >"$dir/initdb.log" 2>&1 || {
      cat "$dir/initdb.log" >&2
      exit 1
    }
    echo 'CREATE DATABASE app' | unprivileged postgres --single -D "$dir/data" postgres >/dev/null
  fi
  # No socket: its path has a length limit that a temporary folder may exceed. No fsync: the data is worth nothing.
  touch "$dir/log"
  [[ $(id -u) -ne 0 ]] || chown nobody:nogroup "$dir/log"
  unprivileged pg_ctl -D "$dir/data" -w -t 60 -l "$dir/log" start \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c shared_buffers=32MB" >/dev/null || {
    tail -n 20 "$dir/log" >&2
    exit 1
  }
  head -n 1 "$dir/data/postmaster.pid" >"$dir/pid"
  echo "postgresql://app@127.0.0.1:$port/app"
}

case $command in
  start) start ;;
  stop)
    unprivileged pg_ctl -D "$(cd "$dir" && pwd)/data" -m fast -w -t 60 stop >/dev/null
    rm -f "$dir/pid"
    ;;
  *) exit 2 ;;
esac
