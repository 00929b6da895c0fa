#!/usr/bin/env bash
# A real PostgreSQL 17 with pgvector on 127.0.0.1, user and database `app`, no password.
#   pg.sh start PORT DIR   makes the cluster in DIR when there is none, starts it, prints its URL once it accepts connections
#   pg.sh stop  PORT DIR   fast shutdown; the data stays, so `start` brings the same database back
# PG_CTL=pg_ctl-tls takes PostgreSQL 18 instead, which speaks TLS but has no pgvector.
# DIR/pid holds the server's process id while it runs, DIR/log what it says.
set -euo pipefail
(($# == 3)) || {
  sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
command=$1 port=$2 dir=$3
bin=$(dirname "$(readlink -f "${AI_DEPLOY_CACHE:-$HOME/.cache/ai-deploy}/tools/bin/${PG_CTL:-pg_ctl}")")

# PostgreSQL refuses to run as root. In a user namespace root looks like an ordinary user and stays the owner of its own
# files, so neither DIR nor the binaries have to be open to another account (/root and temporary folders never are).
unprivileged() {
  local namespace=()
  [[ $(id -u) -ne 0 ]] || namespace=(unshare --user --map-user=1000 --map-group=1000)
  "${namespace[@]}" env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 TZ=UTC "$bin/$1" "${@:2}"
}

start() {
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  if [[ ! -f $dir/data/PG_VERSION ]]; then
    mkdir -p "$dir/data"
    chmod 700 "$dir/data"
    unprivileged initdb -D "$dir/data" -U app --auth=trust -E UTF8 --no-sync >"$dir/initdb.log" 2>&1 || {
      cat "$dir/initdb.log" >&2
      exit 1
    }
    echo 'CREATE DATABASE app' | unprivileged postgres --single -D "$dir/data" postgres >>"$dir/initdb.log" 2>&1
  fi
  # No socket: its path has a length limit that a temporary folder may exceed. No fsync: the data is worth nothing.
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
