#!/usr/bin/env bash
# Everything this repository can check about itself with the tools that are here; `make verify` runs the tests first.
#   ops/verify.sh                 a line for each check: ok, FAIL or skip with what is missing; exit 1 on any FAIL
#   ops/verify.sh --production    also fails on what nobody should depend on yet: docs/production-checklist.md
# What is checked is in ops/checks/, a file for each subject. Only what exists is checked: parts of the repository may have
# been left out, or taken out since. COMPOSE="docker compose" names the command for compose files.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

failed=0 skipped=0

ok() { printf 'ok    %s\n' "$1"; }

fail() {
  printf 'FAIL  %s\n' "$1"
  failed=$((failed + 1))
}

skip() {
  printf 'skip  %s: %s\n' "$1" "$2"
  skipped=$((skipped + 1))
}

# check WHAT COMMAND…: the output is shown only when it fails
check() {
  local what=$1 output
  shift
  if output=$("$@" 2>&1); then
    ok "$what"
  else
    fail "$what"
    printf '%s\n' "$output" | sed 's/^/      | /'
  fi
}

# with TOOL WHAT COMMAND…: a check, if the tool is installed
with() {
  local tool=$1 what=$2
  shift 2
  if command -v "$tool" >/dev/null; then check "$what" "$@"; else skip "$what" "$tool is not installed"; fi
}

# expect WHAT ADVICE COMMAND…: a line of the checklist; the advice says what to do when the command fails
expect() {
  local what=$1 advice=$2
  shift 2
  if "$@" >/dev/null 2>&1; then ok "$what"; else fail "$what: $advice"; fi
}

case ${1:-} in
  '') in_production() { false; } ;;
  --production) in_production() { true; } ;;
  *)
    echo 'usage: ops/verify.sh [--production]' >&2
    exit 2
    ;;
esac

for file in ops/checks/*.sh; do
  # shellcheck source=/dev/null
  . "$file"
done
printf '%s failed, %s skipped\n' "$failed" "$skipped"
((failed == 0))
