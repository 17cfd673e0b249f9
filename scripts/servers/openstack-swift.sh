#!/usr/bin/env bash
# OpenStack Swift all-in-one with the s3api middleware and tempauth (from PyPI, in a venv).
# Ports: PORT proxy (S3), PORT+1..3 object, container, account servers, PORT+4 memcached, PORT+5 https (haproxy), all on 127.0.0.1.
# --set 'option = value' adds a line to [filter:s3api].
NAME=openstack-swift DEFAULT_PORT=18600 NPORTS=6
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

do_install() {
    apt_install openssl curl haproxy memcached
    python_venv "$CACHE/openstack-swift" "swift==${SWIFT_VERSION:-2.38.3}" "pyeclib>=1.7" "keystonemiddleware"
}

backend() { # backend TYPE PORT: one storage server's configuration
    cat <<C
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $2
workers = 0
user = $(id -un)
swift_dir = $DIR/etc
devices = $DIR/srv
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
log_level = INFO
log_statsd_host =
recon_cache_path = $DIR/cache
[pipeline:main]
pipeline = $1-server
[app:$1-server]
use = egg:swift#$1
${3:-}
[$1-replicator]
[$1-auditor]
[$1-updater]
C
}

proxy() {
    cat <<C
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $PORT
workers = 0
user = $(id -un)
swift_dir = $DIR/etc
log_level = INFO
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck proxy-logging cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-logging proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:proxy-logging]
use = egg:swift#proxy_logging
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:$((PORT + 4))
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
s3_acl = true
check_bucket_owner = true
location = us-east-1
storage_domain = s3.localhost
$(printf '%s\n' ${SETTINGS[@]+"${SETTINGS[@]}"})
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
user_test_alttester = alttesting
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true
[filter:symlink]
use = egg:swift#symlink
C
}

rings() {
    local t p=$PORT
    for t in object container account; do
        p=$((p + 1))
        "$B/swift-ring-builder" "$t.builder" create 4 1 0
        "$B/swift-ring-builder" "$t.builder" add "r1z1-127.0.0.1:$p/d1" 1
        "$B/swift-ring-builder" "$t.builder" rebalance || [[ $? == 1 ]] # 1 = warnings only
    done
}

do_start() {
    local B=$CACHE/openstack-swift/bin
    [[ -x $B/swift-proxy-server ]] || die "not installed: run '$0 install'"
    mkdir -p "$DIR"/{etc,srv/d1,cache}
    backend object $((PORT + 1)) >"$DIR/etc/object-server.conf"
    backend container $((PORT + 2)) 'allow_versions = true' >"$DIR/etc/container-server.conf"
    backend account $((PORT + 3)) >"$DIR/etc/account-server.conf"
    proxy >"$DIR/etc/proxy-server.conf"
    printf '%s\n' '[swift-hash]' 'swift_hash_path_suffix = coffer' '[storage-policy:0]' 'name = one' 'default = yes' >"$DIR/etc/swift.conf"
    (cd "$DIR/etc" && rm -f ./*.builder ./*.ring.gz && rings) >"$DIR/log/rings.out" 2>&1 || die "ring building failed (log $DIR/log/rings.out)"
    spawn memcached memcached -u "$(id -un)" -l 127.0.0.1 -p $((PORT + 4)) -m 64
    local t
    for t in account container object proxy; do
        spawn "$t" "$B/swift-$t-server" "$DIR/etc/$t-server.conf" -v
    done
    wait_for 40 "proxy on port $PORT" local_curl -f -o /dev/null "http://127.0.0.1:$PORT/healthcheck"
    wait_for 20 "object server" http_answers "http://127.0.0.1:$((PORT + 1))/recon/version"
    wait_for 20 "container server" http_answers "http://127.0.0.1:$((PORT + 2))/recon/version"
    wait_for 20 "account server" http_answers "http://127.0.0.1:$((PORT + 3))/recon/version"
    emit S3_ENDPOINT "http://127.0.0.1:$PORT"
    tls_front $((PORT + 5)) "$PORT"
    emit AWS_ACCESS_KEY_ID test:tester
    emit AWS_SECRET_ACCESS_KEY testing
    emit AWS_REGION us-east-1
    emit S3_ALT_ACCESS_KEY_ID test:alttester
    emit S3_ALT_SECRET_ACCESS_KEY alttesting
}

do_version() { "$CACHE/openstack-swift/bin/python" -c 'from importlib.metadata import version; print("OpenStack Swift", version("swift"))'; }

main "$@"
