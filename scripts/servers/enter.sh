#!/bin/sh
# enter.sh ROOT DIR CMD...: runs CMD in the other system under ROOT, with DIR of this one at the same path. To be run in a
# mount namespace of its own (unshare -m), which takes the mounts with it when CMD ends.
set -e
root=$1 dir=$2
shift 2

# What lies at the top of DIR's path is covered, so that DIR's mount point is made without a change to ROOT.
top=${dir#/}
case $top in
    var/*) top=${top#var/} top=var/${top%%/*} ;;
    *) top=${top%%/*} ;;
esac
mount -t tmpfs tmpfs "$root/$top"
mkdir -p "$root$dir"
mount --bind "$dir" "$root$dir"
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
cd /
exec chroot "$root" "$@"
