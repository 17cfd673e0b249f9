#!/usr/bin/env bash
# moto's standalone server (PyPI, in a venv): S3 with IAM, STS and KMS, all in memory.
# By default it takes any credentials and checks no signature. MOTO_AUTH=1 makes it check SigV4 and IAM
# policies: a user "test" with full rights is made first, and its generated keys are printed.
# PORT http, PORT+1 https (haproxy in front).
NAME=moto DEFAULT_PORT=18510 NPORTS=2
# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
VENV=$CACHE/moto

do_install() { apt_install openssl curl haproxy; python_venv "$VENV" "moto[server,s3,iam,kms]==${MOTO_VERSION:-5.2.5}"; }

iam() { # iam ACTION PARAM=VALUE...: one query-protocol call; the server reads only the service from the credential scope
    local a=$1; shift
    local d=(-d "Action=$a" -d Version=2010-05-08)
    while (($#)); do d+=(--data-urlencode "$1"); shift; done
    local_curl -f -m 10 "${d[@]}" -H 'Authorization: AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0' \
        "http://127.0.0.1:$PORT/" || fail "IAM call $a failed" moto
}
field() { sed -n "s/.*<$1>\(.*\)<\/$1>.*/\1/p" | head -n 1; }

do_start() {
    [[ -x $VENV/bin/moto_server ]] || die "not installed: run '$0 install'"
    if [[ ${MOTO_AUTH:-0} == 1 ]]; then export INITIAL_NO_AUTH_ACTION_COUNT=3; fi # the three calls below
    spawn moto "$VENV/bin/moto_server" -H 127.0.0.1 -p "$PORT"
    wait_for 60 "port $PORT" http_answers "http://127.0.0.1:$PORT/moto-api/data.json"
    local ak=testaccesskey sk=testsecretkey keys
    if [[ ${MOTO_AUTH:-0} == 1 ]]; then
        iam CreateUser UserName=test >/dev/null
        iam PutUserPolicy UserName=test PolicyName=all 'PolicyDocument={"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}' >/dev/null
        keys=$(iam CreateAccessKey UserName=test)
        ak=$(field AccessKeyId <<<"$keys") sk=$(field SecretAccessKey <<<"$keys")
        [[ -n $ak && -n $sk ]] || fail "no access key in the answer" moto
    fi
    emit S3_ENDPOINT "http://127.0.0.1:$PORT"
    tls_front $((PORT + 1)) "$PORT"
    emit AWS_ACCESS_KEY_ID "$ak"
    emit AWS_SECRET_ACCESS_KEY "$sk"
    emit AWS_REGION us-east-1
}

do_version() { "$VENV/bin/python" -c 'from importlib.metadata import version; print("moto", version("moto"))'; }

main "$@"
