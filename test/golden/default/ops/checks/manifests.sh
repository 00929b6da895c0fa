# shellcheck shell=bash
# Manifests: each overlay builds, its objects fit the schemas of Kubernetes, and nothing in them is careless.
name=my-rag
domain=my-rag.example.com

build() { if command -v kustomize >/dev/null; then kustomize build "$1"; else kubectl kustomize "$1"; fi; }

# overlay ENVIRONMENT FILE: the overlay as it would be applied, with examples for what only the cloud knows and for the
# digest of the image; in a copy, so that the examples do not take the place of real values
overlay() {
  local copy root status
  copy=$(mktemp -d)
  cp -R deploy "$copy"
  for root in "$copy"/deploy/k8s/overlays/"$1" "$copy"/deploy/platform/tenant/overlays/"$1"; do
    if [[ -f $root/cloud.env.example ]]; then cp "$root/cloud.env.example" "$root/cloud.env"; fi
  done
  (cd "$copy" && for root in deploy/k8s deploy/platform/tenant; do
    if [[ -d $root/overlays/$1 ]]; then
      echo '---'
      build "$root/overlays/$1" || exit
    fi
  done) | sed "s|image: $name\$|&@sha256:$(printf '0%.0s' {1..64})|" >"$2"
  status=${PIPESTATUS[0]}
  rm -rf "$copy"
  return "$status"
}

# A CPU limit would throttle the event loop, everywhere; other waivers are annotations beside what they are about.
scores() {
  local found
  if ! found=$(kube-score score --kubernetes-version v1.36 --ignore-container-cpu-limit --exit-one-on-warning \
    --output-format ci "$1"); then
    grep -E '^\[(CRITICAL|WARNING)\]' <<<"$found"
    return 1
  fi
}

no_stand_in() { [[ ! $1 =~ (^|\.)example\.(com|net|org)$ ]]; }

fits() { kubeconform -strict -ignore-missing-schemas -kubernetes-version "${KUBERNETES_VERSION:-1.36.0}" "$1"; }

if [[ -d deploy/k8s/overlays ]]; then
  for environment in staging production; do
    rendered=$(mktemp)
    if command -v kustomize >/dev/null || command -v kubectl >/dev/null; then
      check "overlay of $environment (kustomize)" overlay "$environment" "$rendered"
    else
      skip "overlay of $environment" 'neither kustomize nor kubectl is installed'
    fi
    if [[ -s $rendered ]]; then
      with kubeconform "objects of $environment (kubeconform)" fits "$rendered"
      with kube-score "objects of $environment (kube-score)" scores "$rendered"
    fi
    rm -f "$rendered"
  done
fi

if in_production; then
  expect 'the domain is yours' "it is still $domain: generate again with --domain, or replace it in all files" \
    no_stand_in "$domain"
fi
