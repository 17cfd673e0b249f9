#!/usr/bin/env bash
# Ceph RADOS Gateway: 1 mon + 1 osd + radosgw on loopback, no systemd, no cephx.
# Ports: PORT http, PORT+1 https, PORT+2 mon, PORT+3 the key server for SSE-S3 (vaultstub.py); the OSD takes free ports from 6800 up.
# --set 'ceph option = value' adds a line to the gateway's section of ceph.conf.
# CEPH_SUITE=bookworm (default: the host's own packages), trixie or forky: another Debian suite's Ceph,
# installed into a directory of its own under the cache (needs root or sudo) and run there with chroot
# in a private mount namespace (of a user namespace, for who is not root).
# RGW_STS=1 turns on STS (AssumeRole, GetSessionToken); radosgw then answers AccessDenied for every bad key or signature.
# RGW_LC_DAY=N makes a lifecycle "day" last N seconds.
# radosgw.sh admin [--dir DIR] -- ARGS runs radosgw-admin against the running cluster.
# Data is kept in DIR across stop and start (bluestore on a sparse file).
NAME=${COFFER_SERVER_NAME:-radosgw} DEFAULT_PORT=${COFFER_SERVER_PORT:-18480} NPORTS=4
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

SUITE=${CEPH_SUITE:-bookworm} SYSTEM=
[[ $SUITE == bookworm ]] || SYSTEM=$CACHE/ceph-$SUITE

do_install() {
    apt_install openssl curl
    if [[ -z $SYSTEM ]]; then apt_install radosgw ceph-mon ceph-osd ceph-common; return; fi
    [[ ! -f $SYSTEM/.ok ]] || return 0
    apt_install mmdebstrap
    local mirror log
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Component: main')
    mirror=${mirror%%$'\n'*}
    [[ -n $mirror ]] || die "apt knows no Debian mirror (run apt-get update)"
    note "installing Debian $SUITE's Ceph into $SYSTEM"
    as_root rm -rf "$SYSTEM"; log=$(mktemp)
    # A rolling suite on a frozen mirror has an outdated Valid-Until; its signature is still checked.
    as_root mmdebstrap --variant=apt --include=radosgw,ceph-mon,ceph-osd,ceph-common \
        --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Check-Valid-Until "false"' \
        "$SUITE" "$SYSTEM" "$mirror" >"$log" 2>&1 || { tail -n 15 "$log" >&2; as_root rm -rf "$SYSTEM"; die "mmdebstrap $SUITE failed (log $log)"; }
    rm -f "$log"; as_root touch "$SYSTEM/.ok"
}

# RUN is the prefix of every ceph command: nothing, or a private mount namespace and a chroot.
prepare() {
    export CEPH_CONF=$DIR/ceph.conf CEPH_ARGS=
    local own=
    RUN=()
    if [[ -n $SYSTEM ]]; then
        [[ -f $SYSTEM/.ok ]] || die "not installed: run '$0 install'"
        ((EUID == 0)) || own=1
        RUN=(unshare ${own:+-r} -m --propagation private "$(dirname "${BASH_SOURCE[0]}")/enter.sh" "$SYSTEM" "$DIR")
    else
        command -v radosgw >/dev/null || die "not installed: run '$0 install'"
    fi
}
run() { "${RUN[@]}" timeout "$@"; } # run SECONDS CMD...

do_admin() { prepare; exec "${RUN[@]}" radosgw-admin "$@"; }

conf() {
    local fsid=$1 k1 k2 STS=false
    [[ ${RGW_STS:-0} == 0 ]] || STS=true
    k1=$(openssl rand -base64 32) k2=$(openssl rand -base64 32)
    cat <<C
[global]
fsid = $fsid
mon host = v2:127.0.0.1:$((PORT + 2))/0
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
public addr = 127.0.0.1
cluster addr = 127.0.0.1
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd crush update on start = false
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 1000
mon data avail crit = 0
mon data avail warn = 0
run dir = $DIR/run
admin socket = $DIR/run/\$name.asok
pid file =
log file = $DIR/log/\$name.log
mon cluster log file = $DIR/log/cluster.log
keyring = $DIR/keyring
[mon.a]
mon data = $DIR/mon
paxos propose interval = 0.05
paxos min wait = 0.01
mon osd cache size min = 67108864
[osd]
osd data = $DIR/osd
osd objectstore = bluestore
bluestore block size = 21474836480
osd memory target = 939524096
osd op num shards = 2
[client]
rgw data = $DIR/rgw
rgw frontends = beast endpoint=127.0.0.1:$PORT ssl_endpoint=127.0.0.1:$((PORT + 1)) ssl_certificate=$DIR/tls/server.crt ssl_private_key=$DIR/tls/server.key
rgw dns name = s3.localhost
rgw thread pool size = 64
rgw enable static website = true
rgw crypt require ssl = false
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = testkey-1=$k1 testkey-2=$k2
rgw crypt sse s3 backend = vault
rgw crypt sse s3 vault auth = token
rgw crypt sse s3 vault token file = $DIR/vault.token
rgw crypt sse s3 vault addr = http://127.0.0.1:$((PORT + 3))
rgw crypt sse s3 vault secret engine = transit
rgw crypt sse s3 vault prefix = /v1/transit
rgw s3 auth use sts = $STS
rgw sts key = abcdefghijklmnop
rgw lc debug interval = ${RGW_LC_DAY:--1}
rgw gc obj min wait = 10
rgw gc processor period = 10
rgw exit timeout secs = 1
C
    printf '%s\n' ${SETTINGS[@]+"${SETTINGS[@]}"}
}

osd_up() { run 10 ceph osd stat --format json | grep -q '"num_up_osds":1'; }
user() { # user UID ACCESS SECRET NAME
    run 60 radosgw-admin user info --uid "$1" >/dev/null 2>&1 ||
        run 60 radosgw-admin user create --uid "$1" --display-name "$4" --email "$1@example.test" \
            --access-key "$2" --secret-key "$3" --caps 'roles=*;user-policy=*;users=*;buckets=*' >/dev/null
}

do_start() {
    prepare
    make_tls
    local new=0 fsid uuid
    if [[ ! -f $DIR/osd/ready ]]; then
        new=1 fsid=$(cat /proc/sys/kernel/random/uuid) uuid=$(cat /proc/sys/kernel/random/uuid)
        rm -rf "$DIR/mon" "$DIR/osd"; mkdir -p "$DIR/mon" "$DIR/osd" "$DIR/rgw"
        conf "$fsid" >"$CEPH_CONF"
        run 20 monmaptool --create --fsid "$fsid" --addv a "[v2:127.0.0.1:$((PORT + 2))]" "$DIR/monmap" --clobber >/dev/null
        run 60 ceph-mon -i a --mkfs --monmap "$DIR/monmap" >>"$DIR/log/mon.out" 2>&1 || die "mon mkfs failed (log $DIR/log/mon.out)"
    else
        # same data, so the mon port recorded in its monmap must be the one asked for now
        grep -q "^mon host = v2:127.0.0.1:$((PORT + 2))/" "$CEPH_CONF" || die "$DIR was made for another port: name that with --port, or wipe it first"
    fi
    [[ -f $DIR/vault.token ]] || (umask 077; echo stub >"$DIR/vault.token")
    spawn vault python3 "$(dirname "${BASH_SOURCE[0]}")/vaultstub.py" $((PORT + 3)) "$DIR/vault.key"
    spawn mon "${RUN[@]}" ceph-mon -i a -f
    wait_for 30 "mon" run 5 ceph mon stat
    if ((new)); then
        run 20 ceph osd new "$uuid" 0 >/dev/null || fail "ceph osd new failed" mon
        run 20 ceph osd crush add 0 1 root=default >/dev/null 2>&1 || fail "ceph osd crush add failed" mon
        run 120 ceph-osd -i 0 --mkfs --osd-uuid "$uuid" >>"$DIR/log/osd.out" 2>&1 || fail "osd mkfs failed" osd
    fi
    spawn osd "${RUN[@]}" ceph-osd -i 0 -f
    wait_for 60 "osd up" osd_up
    spawn rgw "${RUN[@]}" radosgw -n client.rgw -f
    wait_for 120 "radosgw on port $PORT" http_answers "http://127.0.0.1:$PORT/"
    user test TESTACCESSKEY00001 testsecretkey0000000000000000000000000001 Test || fail "user create failed" rgw
    user alt ALTACCESSKEY000002 altsecretkey00000000000000000000000000002 Alt || fail "user create failed" rgw
    emit S3_ENDPOINT "http://127.0.0.1:$PORT"
    emit S3_ENDPOINT_TLS "https://127.0.0.1:$((PORT + 1))"
    emit S3_CA_FILE "$DIR/tls/ca.pem"
    emit AWS_ACCESS_KEY_ID TESTACCESSKEY00001
    emit AWS_SECRET_ACCESS_KEY testsecretkey0000000000000000000000000001
    emit AWS_REGION default
    emit S3_KMS_KEY_ID testkey-1
    emit S3_ALT_ACCESS_KEY_ID ALTACCESSKEY000002
    emit S3_ALT_SECRET_ACCESS_KEY altsecretkey00000000000000000000000000002
}

do_version() { prepare; "${RUN[@]}" radosgw --version | sed -n 's/^ceph version \([^ ]*\).*/Ceph \1/p'; }

main "$@"
