#!/usr/bin/env bash
# Everything this repository can check about itself with the tools that are here; `make verify` runs the tests first.
#   ops/verify.sh                 a line for each check: ok, FAIL or skip with what is missing; exit 1 on any FAIL
#   ops/verify.sh --production    also fails on what nobody should depend on yet: defaults that were never changed
# COMPOSE="docker compose" names the command for compose files.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

image=registry.example.com:5000/acme-9/a-hostile-one
read -ra compose <<<"${COMPOSE:-docker compose}"
monitoring=deploy/compose/monitoring
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

# Only what exists is checked: parts of the repository may have been left out, or taken out since.

scripts() {
  with shellcheck 'scripts (shellcheck)' shellcheck ops/*.sh
  with shfmt 'scripts (shfmt)' shfmt -d -i 2 -ci ops/*.sh
}

container() {
  [[ -f Dockerfile ]] || return 0
  with hadolint 'Dockerfile (hadolint)' hadolint Dockerfile
}

keys() { grep -v '^#' "$1" | cut -d= -f1 | sort; }

same_keys() {
  local file
  for file in deploy/compose/env/*.env; do
    diff <(keys deploy/compose/env/local.env) <(keys "$file") || {
      echo "$file and local.env have different keys"
      return 1
    }
  done
}

# one FILE ENVIRONMENT: does the file make sense there, with everything it includes?
one() {
  [[ ! -f deploy/compose/$1 ]] || check "$1 in $2 (compose)" env IMAGE=verify@sha256:0 ENVIRONMENT="$2" \
    "${compose[@]}" --file "deploy/compose/$1" --profile '*' config --quiet
}

compose_files() {
  [[ -d deploy/compose ]] || return 0
  check 'environments have the same keys' same_keys
  if ! "${compose[@]}" version >/dev/null 2>&1; then
    skip 'compose files' "\"${compose[*]}\" does not run"
    return 0
  fi
  one compose.dev.yml local
  one compose.yml staging
  one compose.yml production
}

alerts() {
  [[ -d $monitoring ]] || return 0
  with promtool 'scrape configuration (promtool)' promtool check config --syntax-only "$monitoring/prometheus.yml"
  with promtool 'alert rules (promtool)' promtool check rules --lint=all --lint-fatal "$monitoring"/rules/*.yml
  with promtool 'tests of the alert rules (promtool)' promtool test rules "$monitoring"/tests/*.yml
  with amtool 'alert routing (amtool)' amtool check-config "$monitoring/alertmanager.yml"
}

# What could be committed, and nothing else: a scan of the folder would also find the real secrets beside it.
committable() {
  local file
  git ls-files -coz --exclude-standard -- . ':!.ai-deploy' | while IFS= read -r -d '' file; do
    [[ ! -f $file ]] || printf '%s\0' "$file"
  done
}

no_secrets() {
  local copy status
  copy=$(mktemp -d)
  committable | tar -c --null -T - -f - | tar -x -C "$copy" -f -
  (cd "$copy" && gitleaks dir --no-banner --no-color --redact --verbose .)
  status=$?
  rm -rf "$copy"
  return "$status"
}

texts() {
  local yaml_rules='{extends: relaxed, ignore: [.venv, .ai-deploy], rules: {line-length: disable}}'
  with yamllint 'YAML (yamllint)' yamllint --strict --config-data "$yaml_rules" .
  with markdownlint-cli2 'Markdown (markdownlint)' markdownlint-cli2 '**/*.md' '#**/.*/**'
  if git rev-parse --git-dir >/dev/null 2>&1; then
    with gitleaks 'no secrets in files (gitleaks)' no_secrets
  else
    skip 'no secrets in files (gitleaks)' 'this is no Git repository, so nothing says which files are private'
  fi
  with check-jsonschema 'renovate.json (its schema)' check-jsonschema --builtin-schema vendor.renovate renovate.json
}

production() {
  case $image in
    */example/*) fail 'the owner is still "example": generate again with --owner, or replace it in all files' ;;
    *) ok 'the image has an owner' ;;
  esac
  if [[ -f $monitoring/alertmanager.yml ]]; then
    if grep -Eq '^ +[a-z]+_configs:' "$monitoring/alertmanager.yml"; then
      ok 'somebody is told about alerts'
    else
      fail "nobody is told about alerts: add a receiver in $monitoring/alertmanager.yml"
    fi
  fi
  if [[ ! -f deploy/compose/.env ]]; then
    skip 'what runs here' 'there is no deploy/compose/.env on this machine'
    return 0
  fi
  if grep -Eq '^IMAGE=.+@sha256:[0-9a-f]{64}$' deploy/compose/.env; then
    ok 'the image is named by its digest'
  else
    fail 'deploy/compose/.env names no image by digest'
  fi
  if [[ -s deploy/compose/secrets/api_keys ]]; then
    ok 'somebody has an API key'
  else
    fail 'nobody has an API key: see "Secrets" in deploy/compose/README.md'
  fi
}

case ${1:-} in
  '' | --production) ;;
  *)
    echo 'usage: ops/verify.sh [--production]' >&2
    exit 2
    ;;
esac
scripts
container
compose_files
alerts
texts
if [[ ${1:-} == --production ]]; then production; fi
printf '%s failed, %s skipped\n' "$failed" "$skipped"
((failed == 0))
