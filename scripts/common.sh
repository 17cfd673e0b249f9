# shellcheck shell=bash
# What the other scripts share; sourced, not run.
set -euo pipefail
umask 022

export LC_ALL=C.UTF-8
# Where Debian keeps haproxy, chroot and ldconfig, which is on root's PATH only.
export PATH=$PATH:/usr/sbin:/sbin

PROGRAM=${PROGRAM:-$(basename -- "$0")}
# shellcheck disable=SC2034 # for those who source this
ROOT_DIR=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)

die() { echo "$PROGRAM: $*" >&2; exit 1; }
note() { echo "$PROGRAM: $*" >&2; }

# as_root CMD...: as it is for root, through sudo for others.
as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo -n true 2>/dev/null || [[ -t 0 ]] || die "root is needed for '$*': run as root, or allow sudo without a password"
        sudo "$@"
    else
        die "root is needed for '$*' and there is no sudo: run as root"
    fi
}

# missing_packages NAME...: those Debian packages of the list that are not installed, one on a line.
missing_packages() {
    local name
    for name in "$@"; do
        dpkg-query -W -f '${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || echo "$name"
    done
}

# apt_install NAME...: installs what is missing; asks nothing, touches nothing when all is there, one at a time machine-wide.
apt_install() {
    local missing log
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null || die "needs the Debian packages ${missing[*]}, and there is no apt-get here: install their equivalents by hand"
    note "installing Debian packages: ${missing[*]}"
    log=$(mktemp)
    # apt waits for another dpkg by itself, but not for another `update`: the lock is for that. The policy file keeps
    # packages that bring a service (haproxy, memcached) from starting it.
    # shellcheck disable=SC2016
    if ! as_root flock -w 900 /var/lock/coffer-apt.lock env DEBIAN_FRONTEND=noninteractive sh -c '
        policy=/usr/sbin/policy-rc.d
        if [ ! -e $policy ]; then
            trap "rm -f $policy" EXIT
            trap "exit 143" TERM INT HUP
            printf "#!/bin/sh\nexit 101\n" >$policy && chmod +x $policy
        fi
        apt-get update -q || echo "apt-get update failed; trying with the lists there are"
        apt-get -o DPkg::Lock::Timeout=600 install -q -y --no-install-recommends "$@"' sh "${missing[@]}" >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        die "apt-get install failed: ${missing[*]} (whole log: $log)"
    fi
    rm -f "$log"
}

# python_venv DIR REQUIREMENT...: a virtual environment, made anew when it lacks one of the requirements (a stamp file tells).
python_venv() {
    local dir=$1 stamp=$1/.requirements wanted; shift
    # The interpreter belongs to the stamp: a venv of an interpreter that is gone does not run.
    wanted=$(printf '%s\n' "$(python3 -c 'import sys; print(sys.executable, sys.version.split()[0])')" "$@" | sort -u)
    [[ ! -f $stamp || -n $(comm -13 "$stamp" - <<<"$wanted") ]] || return 0
    note "making the Python environment $dir"
    # Debian's own Python comes without ensurepip.
    python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv
    rm -rf "$dir"
    mkdir -p "$(dirname "$dir")"
    python3 -m venv "$dir" || die "python3 -m venv $dir failed"
    "$dir/bin/python" -m pip install -q --disable-pip-version-check "$@" >&2 || die "pip install failed in $dir: $*"
    echo "$wanted" >"$stamp"
}
