#!/usr/bin/env bash
# haproxy between a client and one of the servers here, for faults on the way.
# UPSTREAM=127.0.0.1:PORT (needed) is the server behind; --set adds haproxy lines to the frontend, e.g.
#   --set 'http-request return status 503 content-type application/xml string "<Error><Code>SlowDown</Code></Error>" if { rand(100) lt 20 }'
#   --set 'http-request reject if { rand(100) lt 10 }'            connection closed without an answer
#   --set 'http-request silent-drop if { rand(100) lt 5 }'        client hears nothing more
#   --set 'http-request tarpit deny_status 500 if METH_PUT'       500 after 3 s
#   --set 'http-response set-header etag "\"bad\"" if { rand(100) lt 10 }'
# The Host header is passed on as sent, so that signatures made for the proxy's address stay right.
NAME=faults DEFAULT_PORT=18590 NPORTS=1
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

do_install() { apt_install haproxy curl; }

do_start() {
    command -v haproxy >/dev/null || die "not installed: run '$0 install'"
    [[ ${UPSTREAM:-} == 127.0.0.1:* ]] || die "UPSTREAM=127.0.0.1:PORT is needed"
    cat >"$DIR/haproxy.cfg" <<C
global
  maxconn 500
  stats socket $DIR/run/haproxy.sock mode 600 level admin
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  timeout tarpit 3s
frontend faults
  bind 127.0.0.1:$PORT
$(printf '  %s\n' ${SETTINGS[@]+"${SETTINGS[@]}"})
  default_backend s3
backend s3
  server s $UPSTREAM
C
    spawn faults haproxy -db -f "$DIR/haproxy.cfg"
    listening() { ! port_free "$PORT"; }
    wait_for 10 "port $PORT" listening
    emit S3_ENDPOINT "http://127.0.0.1:$PORT"
}

do_version() { haproxy -v | sed -n '1s/^HAProxy version \([^ ]*\).*/haproxy \1/p'; }

main "$@"
