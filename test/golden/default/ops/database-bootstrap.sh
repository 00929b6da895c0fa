#!/usr/bin/env bash
# Makes the database users that the service and its migration log in as, and the extension. Once per environment, before the
# first release; again whenever you like. For an administrator of the cluster.
#   ops/database-bootstrap.sh ENVIRONMENT IMAGE@sha256:…     any image of the service will do
# KUBE_CONTEXT names another context than my-rag-ENVIRONMENT.
set -euo pipefail
export LC_ALL=C
self=$(realpath "${BASH_SOURCE[0]}")
cd "$(dirname "$self")/.."

die() {
  echo "database-bootstrap: $*" >&2
  exit 1
}

environment=${1:-} image=${2:-}
[[ $environment =~ ^(staging|production)$ && $# == 2 ]] || {
  sed -n "4s/^# *//p" "$self" >&2
  exit 2
}
[[ $image =~ ^[a-z0-9./:_-]+@sha256:[0-9a-f]{64}$ ]] || die "\"$image\" is no image by digest"
[[ -f infra/aws/envs/$environment/postgres.tf ]] || {
  echo "the database of $environment is in its cluster, and makes its users itself"
  exit
}
kube() { kubectl --context "${KUBE_CONTEXT:-my-rag-$environment}" "$@"; }
namespace=my-rag-database

handed=$(ops/ci/handover.sh "$environment")
host=$(sed -n 's/^postgres_host=//p' <<<"$handed")
secret=$(sed -n 's/^postgres_secret_arn=//p' <<<"$handed")
[[ -n $host && -n $secret ]] || die "$environment has handed over no database: is its infrastructure applied?"

apply() { kube apply --server-side --force-conflicts --field-manager platform --filename -; }
apply <deploy/platform/database/namespace.yaml
# Neither is secret: where the server is, and the name under which its master password is kept.
kube create configmap database --namespace "$namespace" --dry-run=client --output yaml \
  --from-literal "host=$host" --from-literal "secret=$secret" | apply
# The template of a job cannot be changed, and a finished one does nothing.
kube delete job database-bootstrap --namespace "$namespace" --ignore-not-found --wait
sed "s|image: my-rag\$|image: $image|" deploy/platform/database/job.yaml | apply

finished=no
for _ in $(seq 120); do
  conditions=$(kube get job database-bootstrap --namespace "$namespace" --output 'jsonpath={.status.conditions[?(@.status=="True")].type}')
  case " $conditions " in
    *' Complete '*) finished=yes ;;
    *' Failed '*) ;;
    *)
      sleep "${POLL_SECONDS:-5}"
      continue
      ;;
  esac
  break
done
kube logs job/database-bootstrap --namespace "$namespace" --all-containers --tail 50 || true
[[ $finished == yes ]] || die 'the job did not finish; above is what it said'
echo "the database of $environment has its users"
