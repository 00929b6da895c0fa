# shellcheck shell=bash
# Sourced by the scripts that start a server: its process id lies in DIR/pid.

# alive PID: a zombie that its parent has not asked about yet is not alive
alive() { [[ -r /proc/$1/stat && $(<"/proc/$1/stat") != *') Z '* ]]; }

# stop_process DIR: SIGTERM, then waits until the process is gone; one that died by itself is gone already
stop_process() {
  local pid
  pid=$(<"$1/pid")
  kill -TERM "$pid" 2>/dev/null || true
  while alive "$pid"; do sleep 0.02; done
  rm -f "$1/pid"
}

# gave_up DIR PID: a server that did not become ready: what it said last, and an end to it
gave_up() {
  rm -f "$1/pid"
  tail -n 5 "$1/log" >&2
  kill "$2" 2>/dev/null || true
  exit 1
}
