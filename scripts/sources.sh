# shellcheck shell=bash
# Which files are ours; sourced, not run.

# swift_files: every Swift file outside hidden directories (.build, .git), NUL-separated.
swift_files() { find "$ROOT_DIR" -mindepth 1 -name '.*' -prune -o -type f -name '*.swift' -print0; }

# script_files INTERPRETER: the files outside hidden directories, and in .ci, whose first line names it, one on a line.
script_files() {
    # shellcheck disable=SC2016
    { find "$ROOT_DIR" -mindepth 1 -name '.*' -prune -o -type f -size -200k -print0; find "$ROOT_DIR/.ci" -type f -print0; } |
        xargs -0 awk -v wanted="$1" 'FNR == 1 { if (/^#!/ && index($0, wanted)) print FILENAME; nextfile }'
}
