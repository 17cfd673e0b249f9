#!/usr/bin/env bash
# large.sh SIZE URL [LIMIT]: streams an object of SIZE (3GiB, 300MiB) from a pipe to the store and back, compares the
# hashes, and fails when either program needed more than LIMIT MiB of memory (150).
set -euo pipefail

size=${1:?usage: large.sh SIZE URL [LIMIT]} url=${2:?usage: large.sh SIZE URL [LIMIT]} limit=${3:-150}
program=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.." && pwd)/.build/c/large
key=large/object-$$
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bytes=$(numfmt --from=iec-i "${size%B}")

# Numbers that do not repeat, made faster than any store takes them.
produce() { openssl enc -aes-128-ctr -K 00112233445566778899aabbccddeeff -iv 0 -in /dev/zero 2>/dev/null | head -c "$bytes"; }
check_memory() {
    local peak
    peak=$(sed -n 's/^peak //p' "$work/$1")
    sed '/^peak /d' "$work/$1" >&2
    echo "large.sh: $1 took $2 s, peak memory $((peak / 1024)) MiB"
    ((peak <= limit * 1024)) || { echo "large.sh: $1 needed more than $limit MiB" >&2; exit 1; }
}

began=$SECONDS
# `head` ends the producer, which is no error.
set +o pipefail
produce | tee >(sha256sum >"$work/sent") | "$program" put "$url" "$key" 2>"$work/put" || { cat "$work/put" >&2; exit 1; }
set -o pipefail
check_memory put $((SECONDS - began))
began=$SECONDS
"$program" get "$url" "$key" 2>"$work/get" | tee >(wc -c >"$work/size") | sha256sum >"$work/received" || { cat "$work/get" >&2; exit 1; }
check_memory get $((SECONDS - began))
"$program" delete "$url" "$key" 2>/dev/null
for _ in $(seq 50); do [[ -s $work/sent && -s $work/size ]] && break; sleep 0.1; done
[[ $(<"$work/size") -eq $bytes ]] || { echo "large.sh: $(<"$work/size") bytes came back, not $bytes" >&2; exit 1; }
cmp "$work/sent" "$work/received" || { echo "large.sh: the hashes differ" >&2; exit 1; }
echo "large.sh: $size there and back, the same bytes"
