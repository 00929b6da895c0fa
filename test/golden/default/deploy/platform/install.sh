#!/usr/bin/env bash
# Brings a cluster to what the service needs: the controllers, in the order of their folders, and then the tenant (the
# namespace, its limits, and what the pipeline may do in it). For an administrator of the cluster; once per environment, and
# again after each change here: it ends in the same state however often it runs.
#   deploy/platform/install.sh ENV                 installs what is missing, upgrades what has another version or other values
#   deploy/platform/install.sh ENV --dry-run       says what it would run
#   deploy/platform/install.sh ENV --status        which version is wanted, which is there, and whether it works
#   deploy/platform/install.sh ENV --rollback NAME one controller back to its release before; NAME as in its folder, `40-x` or `x`
# KUBE_CONTEXT names another context than my-rag-ENV. A folder in controllers/ holds chart.env and values.yaml (and
# values-ENV.yaml where environments differ), or source.env; objects.yaml is applied once the controller works.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  sed -n 's/^#   //p' "${BASH_SOURCE[0]##*/}" >&2
  exit 2
}

die() {
  echo "install.sh: $*" >&2
  exit 1
}

env=${1:-} action=${2:-install}
[[ $env == staging || $env == production ]] || usage
context=${KUBE_CONTEXT:-my-rag-$env}
dry=''
now=''
timeout=10m

# field FILE KEY: a value of an env file, which is read and never run
field() { sed -n "s/^$2=//p" "$1"; }

# run COMMAND…: does it, or says it
run() {
  if [[ -n $dry ]]; then
    printf '%s\n' "$*"
  else
    "$@"
  fi
}

kube() { run kubectl --context "$context" "$@"; }
helm_in() { helm --kube-context "$context" --namespace "$@"; }

# wanted FOLDER: whether it is for this environment
wanted() {
  local only=
  [[ ! -f $1/chart.env ]] || only=$(field "$1/chart.env" ENVIRONMENTS)
  [[ -z $only || " $only " == *" $env "* ]]
}

folders() {
  local folder
  for folder in controllers/[0-9][0-9]-*/; do
    if wanted "${folder%/}"; then echo "${folder%/}"; fi
  done
}

release() {
  local name
  name=$(field "$1/chart.env" RELEASE)
  echo "${name:-${1#controllers/[0-9][0-9]-}}"
}

# chart FOLDER: the arguments that name a chart, its version and its values
chart() {
  local repository values
  repository=$(field "$1/chart.env" REPOSITORY)
  printf '%s\n' "$(field "$1/chart.env" CHART)" --version "$(field "$1/chart.env" VERSION)"
  [[ -z $repository ]] || printf '%s\n' --repo "$repository"
  for values in "$1/values.yaml" "$1/values-$env.yaml"; do
    [[ ! -f $values ]] || printf '%s\n' --values "$values"
  done
}

# source_of FOLDER: where its objects come from, with the version in it
source_of() {
  local source
  source=$(field "$1/source.env" KUSTOMIZE)
  # shellcheck disable=SC2016  # the text is in the file as it stands
  echo "${source/'${VERSION}'/$(field "$1/source.env" VERSION)}"
}

# apply WHAT…: by the server, which merges what others own; kinds can be far too large for the other way
apply() { kube apply --server-side --force-conflicts --field-manager platform "$@"; }

install_one() {
  local folder=$1 arguments namespace name
  echo "== $now" >&2
  if [[ -f $folder/source.env ]]; then
    apply --kustomize "$(source_of "$folder")"
  else
    namespace=$(field "$folder/chart.env" NAMESPACE) name=$(release "$folder")
    mapfile -t arguments < <(chart "$folder")
    if [[ $(field "$folder/chart.env" METHOD) == apply ]]; then
      rendered "$name" "$namespace" "${arguments[@]}"
    else
      # --atomic: what does not come up goes back to what was there
      run helm --kube-context "$context" --namespace "$namespace" upgrade --install "$name" "${arguments[@]}" \
        --create-namespace --atomic --timeout "$timeout"
    fi
  fi
  [[ ! -f $folder/objects.yaml ]] || apply --filename "$folder/objects.yaml"
}

# rendered NAME NAMESPACE CHART…: what Helm would install, applied
rendered() {
  local name=$1 namespace=$2
  shift 2
  if [[ -n $dry ]]; then
    echo "helm template $name $* | kubectl --context $context apply --server-side"
    return
  fi
  helm --namespace "$namespace" template "$name" "$@" | apply --filename -
}

# Kinds that were just made are not served at once; what comes next would fail.
established() { kube wait --for condition=Established crd --all --timeout 2m; }

explain() {
  echo "install.sh: stopped at $now; what came before it stays. Put it right and run this again" >&2
}

install() {
  local folder
  set -E
  trap explain ERR
  for folder in $(folders); do
    now=${folder#controllers/}
    install_one "$folder"
    established >&2
  done
  now=tenant
  echo '== tenant' >&2
  [[ ! -f tenant/overlays/$env/cloud.env.example || -f tenant/overlays/$env/cloud.env ]] ||
    die "deploy/platform/tenant/overlays/$env/cloud.env is missing: ops/render-env.sh $env writes it"
  apply --kustomize "tenant/overlays/$env"
}

status() {
  local folder namespace version found failed=0
  for folder in $(folders); do
    if [[ ! -f $folder/chart.env ]]; then
      printf '%-34s %s\n' "${folder#controllers/}" "$(source_of "$folder")"
      continue
    fi
    version=$(field "$folder/chart.env" VERSION) namespace=$(field "$folder/chart.env" NAMESPACE)
    if [[ $(field "$folder/chart.env" METHOD) == apply ]]; then
      found='applied, no release'
    else
      found=$(helm_in "$namespace" list --all --filter "^$(release "$folder")\$" --output json |
        sed -n 's/.*"status":"\([^"]*\)".*"chart":"\([^"]*\)".*/\2 \1/p')
      [[ $found == *"-$version deployed" ]] || failed=1
    fi
    printf '%-34s wanted %-10s %s\n' "${folder#controllers/}" "$version" "${found:-not installed}"
  done
  return "$failed"
}

rollback() {
  local folder
  for folder in $(folders); do
    [[ ${folder#controllers/} == "$1" || ${folder#controllers/[0-9][0-9]-} == "$1" ]] || continue
    [[ -f $folder/chart.env && $(field "$folder/chart.env" METHOD) != apply ]] ||
      die "$1 is no release of Helm: put its old version into ${folder#controllers/} and run install.sh $env"
    run helm --kube-context "$context" --namespace "$(field "$folder/chart.env" NAMESPACE)" \
      rollback "$(release "$folder")" --wait --timeout "$timeout"
    return
  done
  die "there is no controller $1; there are: $(folders | sed 's|.*/||' | tr '\n' ' ')"
}

for tool in kubectl helm; do
  command -v "$tool" >/dev/null || die "$tool is not installed"
done
case $action in
  install) install ;;
  --dry-run)
    dry=yes
    install
    ;;
  --status) status ;;
  --rollback) rollback "${3:?roll back which controller?}" ;;
  *) usage ;;
esac
