#!/usr/bin/env bash
# Asks the database of known holes (OSV) about every Python package that is locked, for the service and for work on it.
#   ops/audit.sh      fails on any hole, and when it cannot ask; needs uv
# An exception is an entry of .trivyignore.yaml with a reason (statement) and a date on which it ends (expired_at). The scan
# of the image reads the same file. OSV_URL names a mirror of the database.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case ${1:-} in
  '') ;;
  *)
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' ops/audit.sh
    exit 2
    ;;
esac
command -v uv >/dev/null || {
  echo 'uv is not installed: https://docs.astral.sh/uv/' >&2
  exit 1
}

# Identifiers of the exceptions that have not ended. One without a date is none.
exceptions() {
  [[ -f .trivyignore.yaml ]] || return 0
  tr -d "\"'" <.trivyignore.yaml | awk -v today="$(date -u +%Y-%m-%d)" '
    function out() { if (id != "" && end > today) print id; id = end = "" }
    $1 == "-" { out() }
    $1 == "-" && $2 == "id:" { id = $3 }
    $1 == "id:" { id = $2 }
    $1 == "expired_at:" || $2 == "expired_at:" { end = $NF }
    END { out() }'
}

# Pins with their markers; the hashes below them are for whoever installs.
pins=$(sed -n 's/^\([A-Za-z0-9][^ =]*==[^ \\]*\)\( ;[^\\]*[^\\ ]\)\{0,1\} *\\$/\1\2/p' requirements.txt requirements-dev.txt)
if [[ $(wc -l <<<"$pins") -ne $(cat requirements.txt requirements-dev.txt | grep -c '^[^ #]') ]]; then
  echo 'the locks cannot be read: make lock writes them' >&2
  exit 1
fi

# uv audits projects and scripts, so the lock becomes the first lines of a script.
script=$(mktemp)
trap 'rm -f "$script"' EXIT
{
  echo '# /// script'
  sed -n 's/^requires-python/# &/p' pyproject.toml
  echo '# dependencies = ['
  sort -u <<<"$pins" | sed 's/.*/#   "&",/'
  echo '# ]'
  echo '# ///'
} >"$script"

options=(--preview-features audit-command)
if [[ -n ${OSV_URL:-} ]]; then options+=(--service-url "$OSV_URL"); fi
for id in $(exceptions); do options+=(--ignore "$id"); done
uv audit "${options[@]}" --script "$script"
