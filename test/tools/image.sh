#!/usr/bin/env bash
# Builds and runs a generated image without a Docker engine, an image registry or systemd (buildah, podman, runc).
#   image.sh build CONTEXT TAG [BUILDAH-OPTION…]              the unchanged Dockerfile, base images never pulled
#   image.sh run [--OPTION=VALUE…] IMAGE NAME PORT [ENV=VALUE…] [-- COMMAND…]
#                                                             in the foreground, hardened, PORT in its environment
#   image.sh exec NAME COMMAND…                               in the running container
#   image.sh health NAME                                      the image's own HEALTHCHECK command, once
#   image.sh stop NAME                                        SIGTERM; SIGKILL after 60 s
#   image.sh size TAG [BASE]                                  bytes unpacked: `TOTAL APPLICATION`, the latter without BASE
#                                                             (python:3.13-slim when not given)
#   image.sh inspect TAG                                      its configuration as JSON
#   image.sh remove TAG
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
# shellcheck source=/dev/null
source "$here/containers.sh"

usage() {
  sed -n '2,12s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

# runc, as crun 1.8 refuses a machine with both kinds of cgroups; cgroupfs, as there may be no systemd.
ENGINE=(podman --runtime runc --cgroup-manager=cgroupfs --events-backend=none --tmpdir "$CONTAINERS/libpod")

# The machine's certificates are mounted for the packages that the build downloads: the Dockerfile need not know.
# HEALTHCHECK is kept only in Docker's format. One build at a time: buildah 1.28 leaves the working container of a stage
# that is only copied from, and under the lock whatever is new afterwards is this build's.
build() {
  local context=$1 tag=$2 bundle=/etc/ssl/certs/ca-certificates.crt before left rc=0
  shift 2
  exec 9>"$CONTAINERS/build.lock"
  flock 9
  before=$(working_containers)
  nice -n 5 buildah build --pull-never --format docker --layers=false --network host \
    --volume "$bundle:$bundle:ro" --tag "$tag" "$@" "$context" 9>&- || rc=$?
  left=$(working_containers | grep -vxF "${before:-none}" || true)
  # shellcheck disable=SC2086 # a list of ids
  [[ -z $left ]] || buildah rm $left >/dev/null
  # what the tag named before, unless a container still runs from it
  buildah rmi --prune >/dev/null 2>&1 || true
  return "$rc"
}

working_containers() {
  buildah containers --format '{{.ContainerID}} {{.ContainerName}}' | awk '$2 ~ /-working-container/ { print $1 }'
}

# Read-only root, an ordinary user, no capability. Limits are given, as podman's default may lie above the machine's own.
# Health-check timers need systemd: `image.sh health` asks instead.
run() {
  local options=() environment=() image name port
  while [[ ${1:-} == --?* ]]; do
    options+=("$1")
    shift
  done
  (($# >= 3)) || usage
  image=$1 name=$2 port=$3
  shift 3
  while (($#)) && [[ $1 != -- ]]; do
    environment+=(--env "$1")
    shift
  done
  (($# == 0)) || shift
  exec "${ENGINE[@]}" run \
    --rm --name "$name" --pull=never --network=host \
    --read-only --read-only-tmpfs=false --tmpfs /tmp:rw,size=16m,mode=1777 \
    --ulimit nofile=1024:20000 --ulimit nproc=1000:1000 --no-healthcheck \
    --cap-drop=ALL --security-opt=no-new-privileges --user 10001:10001 --log-driver=none \
    --env "PORT=$port" "${environment[@]}" "${options[@]}" "$image" "$@"
}

health() {
  local image test
  image=$("${ENGINE[@]}" inspect --type container --format '{{.Image}}' "$1")
  mapfile -d '' test < <("${ENGINE[@]}" image inspect "$image" | python3 -c '
import json, sys
check = json.load(sys.stdin)[0].get("Healthcheck") or {}
sys.stdout.writelines(word + "\0" for word in check.get("Test", []))')
  case ${test[0]:-NONE} in
    CMD) "${ENGINE[@]}" exec "$1" "${test[@]:1}" ;;
    CMD-SHELL) "${ENGINE[@]}" exec "$1" /bin/sh -c "${test[1]}" ;;
    *)
      echo "$1: its image has no health check" >&2
      return 1
      ;;
  esac
}

size() {
  local total base
  total=$("${ENGINE[@]}" image inspect --format '{{.Size}}' "$1")
  base=$("${ENGINE[@]}" image inspect --format '{{.Size}}' "${2:-docker.io/library/python:3.13-slim}")
  echo "$total $((total - base))"
}

(($# >= 2)) || usage
command=$1
shift
case $command in
  build) build "$@" ;;
  run) run "$@" ;;
  exec) "${ENGINE[@]}" exec "$@" ;;
  health) health "$1" ;;
  stop) "${ENGINE[@]}" stop --time 60 "$1" ;;
  size) size "$@" ;;
  inspect) "${ENGINE[@]}" image inspect "$1" ;;
  remove) buildah rmi --force "$1" ;;
  *) usage ;;
esac
