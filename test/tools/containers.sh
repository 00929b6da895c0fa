# shellcheck shell=bash
# Sourced by the installer and by image.sh: points buildah and podman at a storage of their own in the cache folder.

CACHE=${AI_DEPLOY_CACHE:-$HOME/.cache/ai-deploy}
CONTAINERS=$CACHE/containers
mkdir -p "$CONTAINERS/tmp"
# overlay where the kernel and the file system allow it, else plain copies
driver=overlay
[[ $(id -u) -eq 0 ]] && grep -qw overlay /proc/filesystems || driver=vfs
printf '[storage]\ndriver = "%s"\ngraphroot = "%s"\nrunroot = "%s"\n' \
  "$driver" "$CONTAINERS/storage" "$CONTAINERS/run" >"$CONTAINERS/storage.conf.$$"
mv "$CONTAINERS/storage.conf.$$" "$CONTAINERS/storage.conf"
export CONTAINERS_STORAGE_CONF=$CONTAINERS/storage.conf
# chroot isolation: no OCI runtime, no systemd and no user namespace is needed to build
export BUILDAH_ISOLATION=chroot
# cache mounts of RUN instructions lie in the temporary folder
export TMPDIR=$CONTAINERS/tmp
