# shellcheck shell=bash
# Shared by the server scripts; sourced, not run. The sourcing script sets NAME, DEFAULT_PORT and NPORTS (ports taken
# from PORT up), defines do_install and do_start, then calls main "$@".
# shellcheck disable=SC2153
PROGRAM=$NAME
# shellcheck source=../common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

CACHE=${XDG_CACHE_HOME:-${HOME:-${TMPDIR:-/tmp}}/.cache}/coffer-servers
SETTINGS=()

# Start time of a process (field 22 of stat), so that a reused pid is never taken for ours; nothing for a zombie.
start_time() { sed -n -e 's/.*) //' -e '/^[^ZX]/p' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
alive() { # alive PIDFILE
    local pid started
    [[ -f $1 ]] || return 1
    read -r pid started <"$1" || return 1
    [[ -n $started && $(start_time "$pid" || true) == "$started" ]]
}

started_tags() { if [[ -f $DIR/run/order ]]; then cat "$DIR/run/order"; fi; }

# spawn TAG CMD...: in the background, in a session of its own, output to DIR/log/TAG.out, pid and start time to DIR/run/TAG.pid.
# Lines of run/order give the start order; stop goes through them backwards.
spawn() {
    local tag=$1; shift
    # The mark in the environment is what its children are known by when it is gone.
    COFFER_SERVER_MARK=$DIR/$tag setsid "$@" </dev/null >>"$DIR/log/$tag.out" 2>&1 8>&- &
    local pid=$!
    disown # or bash tells how each one ended
    echo "$pid $(start_time "$pid")" >"$DIR/run/$tag.pid"
    echo "$tag" >>"$DIR/run/order"
}

# leftovers TAG: processes that TAG's process left in its session.
leftovers() {
    local pid session
    read -r session _ <"$DIR/run/$1.pid" || return 0
    for pid in $(ps -o pid= --sid "$session"); do
        # No pipe into grep -q: it would end tr early, which counts as a failure here.
        if [[ $'\n'$({ tr '\0' '\n' <"/proc/$pid/environ"; } 2>/dev/null)$'\n' == *$'\n'"COFFER_SERVER_MARK=$DIR/$1"$'\n'* ]]; then
            echo "$pid"
        fi
    done
}

# wait_for SECONDS WHAT CMD...: polls CMD until it is true; fails early if a spawned process died.
wait_for() {
    local end=$((SECONDS + $1)) what=$2 tag; shift 2
    until "$@" >/dev/null 2>&1; do
        for tag in $(started_tags); do
            alive "$DIR/run/$tag.pid" || fail "$tag died while waiting for $what" "$tag"
        done
        ((SECONDS < end)) || fail "timed out waiting for $what" "$tag"
        sleep 0.1
    done
}

# fail MESSAGE [TAG]: shows the end of TAG's log, stops what was started, and exits.
fail() {
    if [[ -n ${2:-} ]]; then tail -n 15 "$DIR/log/$2.out" >&2 || true; fi
    stop_all
    die "$1 (logs: $DIR/log)"
}

stop_all() { # stop_all [SIGNAL]
    [[ -f $DIR/run/order ]] || return 0
    local tag pid i
    for tag in $(started_tags | tac); do
        if alive "$DIR/run/$tag.pid"; then
            read -r pid _ <"$DIR/run/$tag.pid"
            kill "-${1:-TERM}" "$pid" 2>/dev/null || true
            for ((i = 0; i < 150; i++)); do alive "$DIR/run/$tag.pid" || break; sleep 0.1; done
            if alive "$DIR/run/$tag.pid"; then note "$tag ignored SIGTERM for 15 s: SIGKILL"; kill -KILL "$pid" || true; fi
        fi
        for pid in $(leftovers "$tag"); do kill -KILL "$pid" 2>/dev/null || true; done
        rm -f "$DIR/run/$tag.pid"
    done
    rm -f "$DIR"/run/{order,env,env.new}
}

port_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
local_curl() { curl -s --noproxy '*' -m 5 "$@"; }
http_answers() { local_curl -o /dev/null "$1"; }

# A throw-away CA and a server certificate for localhost/127.0.0.1 under DIR/tls.
make_tls() {
    local tls=$DIR/tls
    [[ ! -f $tls/server.pem ]] || return 0
    mkdir -p "$tls"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=Coffer test CA" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
        -keyout "$tls/ca.key" -out "$tls/ca.pem" 2>/dev/null
    openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout "$tls/server.key" -out "$tls/server.csr" 2>/dev/null
    printf '%s\n' 'subjectAltName=DNS:localhost,DNS:*.localhost,DNS:*.s3.localhost,IP:127.0.0.1' 'extendedKeyUsage=serverAuth' >"$tls/ext"
    openssl x509 -req -in "$tls/server.csr" -CA "$tls/ca.pem" -CAkey "$tls/ca.key" -CAcreateserial -days 30 \
        -extfile "$tls/ext" -out "$tls/server.crt" 2>/dev/null
    cat "$tls/server.key" "$tls/server.crt" >"$tls/server.pem"
}

# tls_front PORT BACKEND_PORT: haproxy ends TLS (HTTP/1.1) on PORT and passes on to a plain-http backend.
tls_front() {
    make_tls
    cat >"$DIR/haproxy.cfg" <<C
global
  maxconn 200
defaults
  mode http
  timeout connect 5s
  timeout client 120s
  timeout server 120s
  option http-no-delay
frontend tls
  bind 127.0.0.1:$1 ssl crt $DIR/tls/server.pem alpn http/1.1
  default_backend s3
backend s3
  server s 127.0.0.1:$2
C
    spawn haproxy haproxy -db -f "$DIR/haproxy.cfg"
    wait_for 10 "https on port $1" local_curl -o /dev/null --cacert "$DIR/tls/ca.pem" "https://127.0.0.1:$1/"
    emit S3_ENDPOINT_TLS "https://127.0.0.1:$1"
    emit S3_CA_FILE "$DIR/tls/ca.pem"
}

emit() { # emit VAR VALUE: one export line, kept for `SCRIPT env`
    echo "export $1='$2'" >>"$DIR/run/env.new"
}

usage() {
    cat >&2 <<U
usage: ${0##*/} install
       ${0##*/} start [--port N] [--dir DIR] [--set K=V]...   (exports on stdout)
       ${0##*/} env|status|stop|wipe [--dir DIR]              (wipe = kill, then remove DIR)
U
    exit 2
}

# start: on DEFAULT_PORT, or 200 further on (and so forth) while one of the NPORTS ports is taken; --port is taken at its word.
# Stopping waits for a start that goes on (its caller may have been killed).
lock() {
    exec 8>"$DIR/.lock"
    flock -w "$1" 8 || note "another start or stop in $DIR has gone on for $1 s"
}

start() {
    local tag port try=0
    mkdir -p "$DIR/run" "$DIR/log"
    touch "$DIR/.coffer-server"
    DIR=$(cd "$DIR" && pwd)
    lock 180
    for tag in $(started_tags); do
        if alive "$DIR/run/$tag.pid"; then die "already running in $DIR (stop it first)"; fi
    done
    rm -f "$DIR"/run/{order,env,env.new} "$DIR"/run/*.pid
    while :; do
        for ((port = PORT; port < PORT + NPORTS; port++)); do
            if ! port_free "$port"; then
                ((CHOSEN == 0 && ++try < 20)) || die "port $port on 127.0.0.1 is taken: name another with --port"
                ((PORT += 200))
                continue 2
            fi
        done
        break
    done
    trap 'stop_all; exit 143' TERM INT HUP
    do_start
    mv "$DIR/run/env.new" "$DIR/run/env"
    trap - TERM INT HUP
    cat "$DIR/run/env"
}

main() {
    local command=${1:-} tag; [[ $# -gt 0 ]] && shift
    PORT=$DEFAULT_PORT CHOSEN=0 DIR=${COFFER_SERVER_DIR:-${TMPDIR:-/tmp}/coffer-servers}/$NAME
    while (($#)); do
        case $1 in
            --port) PORT=${2:?} CHOSEN=1; shift 2 ;;
            --dir) DIR=${2:?}; shift 2 ;;
            --set) SETTINGS+=("${2:?}"); shift 2 ;;
            --) shift; break ;;
            *) usage ;;
        esac
    done
    [[ $PORT =~ ^[0-9]+$ ]] || die "bad --port $PORT"
    case $command in
        install)
            mkdir -p "$CACHE"
            exec 9>"$CACHE/.install-$NAME.lock"
            flock -w 1800 9 || die "another install of $NAME has held $CACHE/.install-$NAME.lock for 30 minutes"
            do_install ;;
        start) start ;;
        env) cat "$DIR/run/env" 2>/dev/null || die "not running in $DIR" ;;
        version) do_version ;;
        status)
            [[ -f $DIR/run/env ]] || die "not running in $DIR"
            for tag in $(started_tags); do alive "$DIR/run/$tag.pid" || die "$tag is not running (log: $DIR/log/$tag.out)"; done ;;
        stop) if [[ -d $DIR ]]; then lock 180; stop_all; fi ;;
        wipe)
            [[ -e $DIR ]] || exit 0
            [[ -f $DIR/.coffer-server ]] || die "$DIR was not made by these scripts"
            lock 180
            stop_all KILL
            rm -rf "$DIR" ;;
        admin) declare -F do_admin >/dev/null || die "$NAME has no admin command"; do_admin "$@" ;;
        *) usage ;;
    esac
}
