# shellcheck shell=bash
# The releases that are kept in the namespace, one ConfigMap each: what was applied, word for word, configuration included.
# Sourced behind lib.sh. They live beside what they describe, so whoever may deploy may also go back, from any machine.
KEPT=${KEPT:-5}
STORE="app.kubernetes.io/part-of=$NAME,app.kubernetes.io/component=release"

# release_id FILE: the name of a release is what is in it
release_id() { sha256 <"$1" | cut -c1-12; }

# releases: number, id and state (good or withdrawn) of each, newest first
releases() {
  kube get configmaps --selector "$STORE" --output \
    jsonpath='{range .items[*]}{.metadata.labels.number} {.metadata.labels.id} {.metadata.labels.state}{"\n"}{end}' |
    sort -rn
}

# live_release: the id of what was applied last; empty before the first time
live_release() {
  kube get deployment "$NAME" --ignore-not-found --output jsonpath='{.metadata.annotations.release}'
}

# live_commit: what the repository was at when the live release was made; empty if nobody wrote it down
live_commit() {
  local number
  number=$(releases | awk -v id="$(live_release)" '$2 == id && !seen++ { print $1 }')
  [[ -z $number ]] || kube get configmap "release-$number" --output jsonpath='{.metadata.annotations.commit}'
}

# newest_good [ID]: the newest release that was not withdrawn, and is not ID
newest_good() { releases | awk -v id="${1:-}" '$3 == "good" && $2 != id && !seen++ { print $1 }'; }

# read_release NUMBER
read_release() {
  kube get configmap "release-$1" --output jsonpath='{.binaryData.release\.yaml\.gz}' | base64 -d | gzip -dc
}

# harmless FILE: nothing in it concerns more than the namespace, gives a right or is a secret. Others may write where releases are
# kept: what the pipeline has no right to apply is not applied either by an administrator who runs this. kubectl itself reads
# the file, and an object that belongs to no namespace is left without one.
harmless() {
  local objects
  [[ -s $1 ]] || return 0
  objects=$(kube create --dry-run=client --filename "$1" \
    --output jsonpath='{.apiVersion} {.kind} {.metadata.name} {.metadata.namespace}{"\n"}') || return
  ! awk -v namespace="$NAMESPACE" '
    $4 != namespace || $1 ~ /^rbac\./ || $2 == "Secret" { print "not part of any release: " $2 " " $3; found = 1 }
    END { exit !found }' <<<"$objects" >&2
}

# read_id ID: nothing, if it was never kept
read_id() {
  local number
  for number in $(releases | awk -v id="$1" '$2 == id && !seen++ { print $1 }'); do read_release "$number"; done
}

# withdraw ID: nobody returns to it
withdraw() {
  local number
  for number in $(releases | awk -v id="$1" '$2 == id { print $1 }'); do
    kube label --overwrite configmap "release-$number" state=withdrawn >&2
  done
}

# keep FILE: the release is live and good; forgets all but the newest KEPT
keep() {
  local id number old data
  id=$(release_id "$1")
  number=$(releases | awk 'NR == 1 { print $1 + 1 }')
  data=$(gzip -9nc "$1" | base64 | tr -d '\n')
  ((${#data} < 900000)) || die "$1 is too large to be kept: a ConfigMap holds 1 MiB"
  kube create --filename - >&2 <<END
apiVersion: v1
kind: ConfigMap
immutable: true
metadata:
  name: release-${number:-1}
  labels:
    app.kubernetes.io/name: $NAME
    app.kubernetes.io/part-of: $NAME
    app.kubernetes.io/component: release
    number: "${number:-1}"
    id: "$id"
    state: good
  annotations:
    image: "$IMAGE@$DIGEST"
    commit: "$(git rev-parse HEAD 2>/dev/null || true)"
binaryData:
  release.yaml.gz: $data
END
  for old in $(releases | awk -v id="$id" -v kept="$KEPT" 'NR > 1 && $2 == id || ++n > kept { print $1 }'); do
    kube delete configmap "release-$old" >&2
  done
}
