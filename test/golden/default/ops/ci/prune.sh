# shellcheck shell=bash
# Objects that one release has and another has not; sourced behind lib.sh.

# gone FROM TO: what is in FROM and not in TO. The same object in another version of its kind is still the same.
gone() {
  awk '
    function is() { group = $1; if (!sub("/[^/]*$", "", group)) group = ""; return group " " $2 " " $3 }
    NR == FNR { stays[is()]; next }
    !(is() in stays)' <(objects "$2") <(objects "$1")
}

# only FILE OBJECT: the text of one object
only() {
  awk -v wanted="$2" '
    function out() { if (api " " kind " " name == wanted) printf "%s", text; text = api = kind = name = "" }
    /^---/ { out(); next }
    { text = text $0 "\n" }
    /^[^ ]/ { inside = /^metadata:/ }
    /^apiVersion: / { api = $2 }
    /^kind: / { kind = $2 }
    inside && /^  name: / { name = $2 }
    END { out() }' "$1"
}

# prune FROM TO: deletes what only FROM has. Never data, and never what would take a Secret along: those objects are named,
# for a person to decide. ConfigMaps stay for pods that still run with them (tidy.sh takes them later), and finished Jobs
# end by themselves.
prune() {
  local object failed=0
  while read -r object; do
    case $object in
      *' ConfigMap '* | *' Job '*) ;;
      *' StatefulSet '* | *' PersistentVolumeClaim '* | *' Secret '* | *' ExternalSecret '* | *' Namespace '*)
        say "no longer part of the release, and not deleted because it holds data: $object"
        ;;
      *) only "$1" "$object" | kube delete --ignore-not-found --filename - >&2 || failed=1 ;;
    esac
  done < <(gone "$1" "$2")
  return "$failed"
}
