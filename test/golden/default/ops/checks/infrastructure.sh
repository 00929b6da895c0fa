# shellcheck shell=bash
# Infrastructure as code. What needs an account, or providers that are not here yet, is for the pipeline.
roots() { find infra -name '*.tf' -path '*/envs/*' -exec dirname {} + | sort -u; }

# Validates a root whose providers are here; without them OpenTofu would have to download them first.
validate() { tofu "-chdir=$1" validate -no-color; }

if [[ -d infra ]]; then
  with tofu 'infrastructure (tofu fmt)' tofu fmt -check -diff -recursive infra
  for root in $(roots); do
    if [[ -d $root/.terraform ]]; then
      with tofu "$root (tofu validate)" validate "$root"
    else
      skip "$root (tofu validate)" "run tofu -chdir=$root init -backend=false first"
    fi
  done
  if in_production; then
    for root in $(roots); do
      expect "$root has a lock file of its providers" 'run make infra-lock' test -f "$root/.terraform.lock.hcl"
      for key in account_id alarm_emails; do
        expect "$root says $key" 'ops/bootstrap asks for it and writes it' \
          grep -Eq "^$key += (\"[^\"]+\"|\[.+\])" "$root/terraform.tfvars"
      done
    done
    expect 'no address or account of the documentation is left' 'replace it' \
      bash -c '! grep -rEq "111122223333|123456789012|@example\.(com|org)" --include="*.tfvars" infra'
  fi
fi
