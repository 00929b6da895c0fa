# shellcheck shell=bash
# Rules of alerts with their tests, who is told, and what a day may cost.
beside=deploy/compose/monitoring
receivers=()
for file in "$beside/alertmanager.yml" deploy/platform/controllers/50-prometheus/values.yaml; do
  if [[ -f $file ]]; then receivers+=("$file"); fi
done

# The rules as files for promtool: in a cluster each is wrapped in an object.
unwrapped() {
  local file copy=$1
  mkdir -p "$copy/rules"
  cp -R deploy/monitoring/tests "$copy/"
  for file in deploy/monitoring/rules/*.yml; do
    if grep -q '^spec:$' "$file"; then sed '1,/^spec:$/d; s/^  //' "$file"; else cat "$file"; fi >"$copy/rules/${file##*/}"
  done
}

# in_copy COMMAND…: with the rules in ./rules and their tests in ./tests
in_copy() {
  local copy status
  copy=$(mktemp -d)
  unwrapped "$copy"
  (cd "$copy" && "$@")
  status=$?
  rm -rf "$copy"
  return "$status"
}

if [[ -f $beside/prometheus.yml ]]; then
  with promtool 'scrape configuration (promtool)' promtool check config --syntax-only "$beside/prometheus.yml"
fi
if [[ -d deploy/monitoring/rules ]]; then
  with promtool 'alert rules (promtool)' in_copy bash -c 'promtool check rules --lint=all --lint-fatal rules/*.yml'
  with promtool 'tests of the alert rules (promtool)' in_copy bash -c 'promtool test rules tests/*.yml'
fi
if [[ -f $beside/alertmanager.yml ]]; then
  with amtool 'alert routing (amtool)' amtool check-config "$beside/alertmanager.yml"
fi

if in_production; then
  for file in "${receivers[@]}"; do
    expect 'somebody is told about alerts' "add a receiver in $file" grep -Eq '^ +[a-z]+_configs:' "$file"
  done
  if [[ -f deploy/monitoring/rules/budget.yml ]]; then
    expect 'somebody decided what a day may cost' 'see deploy/monitoring/rules/budget.yml' \
      bash -c '! grep -Eq "expr: vector\(10000000\)" deploy/monitoring/rules/budget.yml'
  fi
fi
