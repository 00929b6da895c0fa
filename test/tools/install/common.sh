# shellcheck shell=bash
# Folders, the step runner and the small helpers that the recipes share.

CACHE=${AI_DEPLOY_CACHE:-$HOME/.cache/ai-deploy}
TOOLS=$CACHE/tools
BIN=$TOOLS/bin
LIB=$TOOLS/lib
BUILD=$CACHE/build
export CACHE TOOLS BIN LIB BUILD
mkdir -p "$BIN" "$LIB" "$TOOLS/stamps" "$TOOLS/logs" "$TOOLS/failed" "$BUILD"

# Go: everything under the cache folder, and writable, so that removing the folder is enough to forget it.
export GOCACHE=$BUILD/go-build GOMODCACHE=$BUILD/go-mod GOBIN=$BIN GOWORK=off GOTOOLCHAIN=local CGO_ENABLED=0
export GOFLAGS='-buildvcs=false -trimpath -modcacherw'
export UV_CACHE_DIR=$BUILD/uv UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never npm_config_cache=$BUILD/npm

# have NAME KEY BINS: is this very version installed, with every one of its commands in place?
have() {
  local command
  [[ -f $TOOLS/stamps/$1 && $(<"$TOOLS/stamps/$1") == "$2" ]] || return 1
  for command in $3; do [[ -x $BIN/$command ]] || return 1; done
}

# wanted NAME: true without a selection on the command line, or when NAME is part of it
wanted() { [[ -z $ONLY || " $ONLY " == *" $1 "* ]]; }

# step NAME VERSION BINS RECIPE: installs one tool in a process of its own, so that neither a failure nor a hanging
# download stops the others. The recipe's text is part of the key: a changed recipe runs again.
step() {
  local name=$1 version=$2 bins=$3 recipe=$4 log=$TOOLS/logs/$1.log rc=0 key wall user sys
  wanted "$name" || return 0
  key="$version $(declare -f "$recipe" | cksum | cut -d' ' -f1)"
  if have "$name" "$key" "$bins"; then
    printf 'have  %s %s\n' "$name" "$version"
    return 0
  fi
  local TIMEFORMAT='%R %U %S'
  { time attempt "$recipe" "$log" || rc=$?; } 2>"$log.time"
  ((rc != 124)) || echo "no end within the time a tool may take (AI_DEPLOY_STEP_TIMEOUT)" >>"$log"
  if ((rc == 0)) && ! commands_present "$bins" >>"$log"; then rc=1; fi
  read -r wall user sys <"$log.time"
  if ((rc != 0)); then
    printf 'FAIL  %s %s %.0fs, see %s\n' "$name" "$version" "$wall" "$log"
    tail -n 12 "$log" | sed 's/^/      | /'
    touch "$TOOLS/failed/$name"
    return 0
  fi
  printf '%s' "$key" >"$TOOLS/stamps/$name"
  rm -f "$TOOLS/failed/$name"
  printf '%s\t%s\t%s\t%s\t%s\n' "$name" "$version" "$wall" "$user" "$sys" >>"$TOOLS/times.tsv"
  printf 'ok    %s %s %.0fs (cpu %.0fs)\n' "$name" "$version" "$wall" "$(sum "$user" "$sys")"
}

# attempt RECIPE LOG: runs the recipe through install.sh --step under a time limit
attempt() {
  timeout -k 10 "${AI_DEPLOY_STEP_TIMEOUT:-1500}" bash "$HERE/install.sh" --step "$1" >"$2" 2>&1 &
  local job=$!
  # `timeout` passes the signal on to everything the recipe started
  trap 'kill -TERM "$job" 2>/dev/null; wait "$job"; exit 143' TERM
  local rc=0
  wait "$job" || rc=$?
  trap - TERM
  return "$rc"
}

commands_present() {
  local command
  for command in $1; do
    [[ -x $BIN/$command ]] || {
      echo "the recipe ended well but left no command '$command' in $BIN"
      return 1
    }
  done
}

sum() { awk -v a="$1" -v b="$2" 'BEGIN { print a + b }'; }

# link NAME TARGET: NAME in the bin folder leads to TARGET
link() { ln -sfn "$2" "$BIN/$1"; }

# wrap NAME WORD…: NAME in the bin folder runs WORD… with its own arguments behind
wrap() {
  local name=$1
  shift
  # a link left by an older recipe would make us write through it
  rm -f "$BIN/$name"
  {
    printf '#!/bin/sh\nexec'
    printf ' "%s"' "$@"
    # shellcheck disable=SC2016 # the wrapper expands it, not we
    printf ' "$@"\n'
  } >"$BIN/$name"
  chmod 755 "$BIN/$name"
}

# as_root WORD…: as root, or through sudo when that asks for nothing
as_root() {
  if [[ $(id -u) -eq 0 ]]; then "$@"; else sudo -n "$@"; fi
}
