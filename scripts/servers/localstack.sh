#!/usr/bin/env bash
# LocalStack's S3 provider in host mode, without Docker (PyPI, in a venv). http and https on the same PORT.
# Checks presigned URLs' signatures, and no Authorization header's. Data is kept in memory.
NAME=localstack DEFAULT_PORT=18520 NPORTS=1
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
VENV=$CACHE/localstack

do_install() {
    apt_install openssl curl
    # 4.13.1: the last one that runs on Python 3.11; the other pins keep out later releases that break it.
    python_venv "$VENV" "localstack-core[base-runtime]==${LOCALSTACK_VERSION:-4.13.1}" 'cbor2<5.8' 'pyopenssl<25' 'cryptography<45' service-identity
}

do_start() {
    [[ -x $VENV/bin/python ]] || die "not installed: run '$0 install'"
    make_tls
    mkdir -p "$DIR/home"
    cat "$DIR/tls/server.key" "$DIR/tls/server.crt" >"$DIR/home/cert.pem"
    # hypercorn: the default gateway server listens on 0.0.0.0 whatever GATEWAY_LISTEN says
    spawn localstack env HOME="$DIR/home" TMPDIR="$DIR/home" FILESYSTEM_ROOT="$DIR/home/fs" \
        SERVICES=s3 STRICT_SERVICE_LOADING=1 EAGER_SERVICE_LOADING=1 PERSISTENCE=0 \
        GATEWAY_LISTEN="127.0.0.1:$PORT" GATEWAY_SERVER=hypercorn LOCALSTACK_HOST="s3.localhost:$PORT" \
        S3_SKIP_SIGNATURE_VALIDATION=0 DISABLE_EVENTS=1 SKIP_SSL_CERT_DOWNLOAD=1 CUSTOM_SSL_CERT_PATH="$DIR/home/cert.pem" DNS_ADDRESS=0 \
        "$VENV/bin/python" "$(dirname "${BASH_SOURCE[0]}")/localstack_main.py"
    wait_for 90 "the S3 provider" sh -c "curl -s --noproxy '*' -m 5 http://127.0.0.1:$PORT/_localstack/health | grep -q '\"s3\": \"running\"'"
    emit S3_ENDPOINT "http://127.0.0.1:$PORT"
    emit S3_ENDPOINT_TLS "https://127.0.0.1:$PORT"
    emit S3_CA_FILE "$DIR/tls/ca.pem"
    emit AWS_ACCESS_KEY_ID test
    emit AWS_SECRET_ACCESS_KEY test
    emit AWS_REGION us-east-1
}

do_version() { "$VENV/bin/python" -c 'from importlib.metadata import version; print("LocalStack", version("localstack-core"))'; }

main "$@"
