# shellcheck shell=bash
# Scripts, container, texts, and what must never be committed.

# A command without a suffix says in its first line what it is.
scripts() {
  local files
  mapfile -t files < <(
    find ops -type f -exec awk 'FNR == 1 && (FILENAME ~ /[.]sh$/ || /^#!.*[\/ ](ba)?sh$/) { print FILENAME }' {} +
  )
  "$@" "${files[@]}"
}

with shellcheck 'scripts (shellcheck)' scripts shellcheck
with shfmt 'scripts (shfmt)' scripts shfmt -d -i 2 -ci

if [[ -f Dockerfile ]]; then
  with hadolint 'Dockerfile (hadolint)' hadolint Dockerfile
fi

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

yaml_rules='{extends: relaxed, ignore: [.venv, .ai-deploy], rules: {line-length: disable}}'
with yamllint 'YAML (yamllint)' yamllint --strict --config-data "$yaml_rules" .
with markdownlint-cli2 'Markdown (markdownlint)' markdownlint-cli2 '**/*.md' '#**/.*/**'
if git rev-parse --git-dir >/dev/null 2>&1; then
  with gitleaks 'no secrets in files (gitleaks)' no_secrets
else
  skip 'no secrets in files (gitleaks)' 'this is no Git repository, so nothing says which files are private'
fi
with check-jsonschema 'renovate.json (its schema)' check-jsonschema --builtin-schema vendor.renovate renovate.json

# What belongs to nobody is what the generator put where it had no answer.
owner=acme-9
if in_production; then
  expect 'the repository has an owner' 'it is still "example": generate again with --owner, or replace it in all files' \
    test "$owner" != example
fi
