# shellcheck shell=bash
# Debian packages: only those that are missing, in one call. They live in the system, not in the cache folder.

PACKAGES='buildah podman runc debootstrap rsync make git gcc binutils openssl python3-venv ca-certificates'

system_packages() {
  local package
  wanted apt || return 0
  MISSING=
  for package in $PACKAGES; do installed "$package" || MISSING+=" $package"; done
  if [[ -z $MISSING ]]; then
    echo "have  apt $PACKAGES"
    rm -f "$TOOLS/failed/apt"
    return 0
  fi
  export MISSING
  rm -f "$TOOLS/stamps/apt"
  step apt "${MISSING# }" '' apt_missing
}

installed() { [[ $(dpkg-query -W -f '${Status}' "$1" 2>/dev/null) == 'install ok installed' ]]; }

apt_missing() {
  as_root apt-get update -qq
  # shellcheck disable=SC2086 # a list of words
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $MISSING
}
