"""Has botocore make requests about what objects carry (encryption, storage class, tags, lock, restore) without sending them,
and prints what it would send, one JSON object a line: query, the headers that have to do with it, and the XML.

usage: botocore_objects.py
"""
import base64
import datetime
import hashlib
import json
import sys
import urllib.parse

try:
    import botocore
    from botocore.awsrequest import AWSResponse
    from botocore.config import Config
    from botocore.session import Session
except ImportError as error:
    sys.exit(f"botocore is missing ({error}); install it: {sys.executable} -m pip install botocore")

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER = base64.b64encode(bytes(range(100, 132))).decode()
UNTIL = 1893456000
ENCRYPTIONS = [
    None,
    {"kind": "managed"},
    {"kind": "kms"},
    {"kind": "kms", "keyID": "arn:aws:kms:eu-central-1:1:key/k", "context": {"b": "2", "a": "größe \"x\""}, "bucketKey": True},
    {"kind": "kms", "keyID": "alias/x", "bucketKey": False},
    {"kind": "dual", "keyID": "alias/x", "context": {"a": "1"}},
    {"kind": "customer", "key": KEY},
]
CARRIED = [
    {},
    {"storageClass": "STANDARD_IA"},
    {"tags": {"a": "1", "b c": "x&y=z/ü+"}},
    {"retention": {"mode": "GOVERNANCE", "until": UNTIL}},
    {"retention": {"mode": "COMPLIANCE", "until": UNTIL}, "legalHold": True},
    {"legalHold": False},
    {"storageClass": "GLACIER", "tags": {"t": ""}, "legalHold": True},
]


def time(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)


def encrypted(encryption):
    if encryption is None:
        return {}
    kind = encryption["kind"]
    if kind == "customer":
        return customer(encryption["key"])
    result = {"ServerSideEncryption": {"managed": "AES256", "kms": "aws:kms", "dual": "aws:kms:dsse"}[kind]}
    if "keyID" in encryption:
        result["SSEKMSKeyId"] = encryption["keyID"]
    if "context" in encryption:
        text = json.dumps(encryption["context"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        result["SSEKMSEncryptionContext"] = base64.b64encode(text.encode()).decode()
    if "bucketKey" in encryption:
        result["BucketKeyEnabled"] = encryption["bucketKey"]
    return result


def customer(key, prefix=""):
    """The key's bytes: botocore encodes and digests them itself."""
    return {prefix + "SSECustomerAlgorithm": "AES256", prefix + "SSECustomerKey": base64.b64decode(key)}


def encoded(key):
    """The same for the operations of which botocore leaves that to the caller."""
    digest = hashlib.md5(base64.b64decode(key)).digest()
    return {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": key, "SSECustomerKeyMD5": base64.b64encode(digest).decode()}


def carried(item):
    result = encrypted(item.get("encryption"))
    if "storageClass" in item:
        result["StorageClass"] = item["storageClass"]
    if "tags" in item:
        result["Tagging"] = urllib.parse.urlencode(item["tags"], quote_via=urllib.parse.quote, safe="")
    if "retention" in item:
        result["ObjectLockMode"] = item["retention"]["mode"]
        result["ObjectLockRetainUntilDate"] = time(item["retention"]["until"])
    if "legalHold" in item:
        result["ObjectLockLegalHoldStatus"] = "ON" if item["legalHold"] else "OFF"
    return result


def cases():
    for encryption in ENCRYPTIONS:
        for item in CARRIED:
            item = dict(item, encryption=encryption) if encryption else dict(item)
            yield "put", "PutObject", item, carried(item)
            yield "create", "CreateMultipartUpload", item, carried(item)
            extra = {"TaggingDirective": "REPLACE"} if "tags" in item else {}
            yield "copy", "CopyObject", item, dict(carried(item), CopySource={"Bucket": "photos", "Key": "s"}, **extra)
    item = {"encryption": {"kind": "customer", "key": KEY}, "sourceCustomerKey": OTHER, "tags": {}}
    yield "copy", "CopyObject", item, dict(
        CopySource={"Bucket": "photos", "Key": "s"}, TaggingDirective="REPLACE", **customer(KEY), **customer(OTHER, "CopySource"))
    part = {"UploadId": "u", "PartNumber": 1}
    item = {"encryption": {"kind": "customer", "key": KEY}}
    yield "part", "UploadPart", item, dict(part, **customer(KEY))
    yield "part", "UploadPart", {"encryption": {"kind": "kms"}}, part
    yield "parts", "ListParts", item, dict(encoded(KEY), UploadId="u")
    done = {"UploadId": "u", "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": '"e"'}]}}
    yield "complete", "CompleteMultipartUpload", item, dict(done, **customer(KEY))
    yield "complete", "CompleteMultipartUpload", {"encryption": {"kind": "managed"}}, done
    yield "partCopy", "UploadPartCopy", dict(item, sourceCustomerKey=OTHER), dict(
        part, CopySource={"Bucket": "photos", "Key": "s"}, **customer(KEY), **customer(OTHER, "CopySource"))
    yield "get", "GetObject", item, customer(KEY)
    yield "stat", "HeadObject", item, customer(KEY)
    yield "attributes", "GetObjectAttributes", item, dict(encoded(KEY), ObjectAttributes=["ETag", "ObjectParts"])
    for version in (None, "v 1"):
        extra = {"VersionId": version} if version else {}
        item = {"version": version} if version else {}
        yield "tags", "GetObjectTagging", item, extra
        yield "removeTags", "DeleteObjectTagging", item, extra
        tags = {"a": "1", "b&c": "<ü>"}
        yield "setTags", "PutObjectTagging", dict(item, tags=tags), dict(
            extra, Tagging={"TagSet": [{"Key": k, "Value": v} for k, v in sorted(tags.items())]})
        yield "retention", "GetObjectRetention", item, extra
        yield "legalHold", "GetObjectLegalHold", item, extra
        for mode in ("GOVERNANCE", "COMPLIANCE"):
            for bypass in (False, True):
                yield "setRetention", "PutObjectRetention", dict(
                    item, retention={"mode": mode, "until": UNTIL}, bypass=bypass), dict(
                    extra, Retention={"Mode": mode, "RetainUntilDate": time(UNTIL)},
                    **({"BypassGovernanceRetention": True} if bypass else {}))
        for held in (False, True):
            yield "setLegalHold", "PutObjectLegalHold", dict(item, legalHold=held), dict(
                extra, LegalHold={"Status": "ON" if held else "OFF"})
        yield "delete", "DeleteObject", dict(item, bypass=True), dict(extra, BypassGovernanceRetention=True)
        yield "restore", "RestoreObject", dict(item, days=3, tier="Bulk"), dict(
            extra, RestoreRequest={"Days": 3, "GlacierJobParameters": {"Tier": "Bulk"}})
        yield "restore", "RestoreObject", dict(item, days=1), dict(extra, RestoreRequest={"Days": 1})


def make_client():
    session = Session()
    session.set_credentials("AKID", "secret")
    return session.create_client(
        "s3", region_name="eu-central-1", endpoint_url="https://h:1",
        config=Config(request_checksum_calculation="when_required", s3={"addressing_style": "path"}))


def make(client, operation, parameters):
    seen = {}

    def take(request, **_):
        seen["headers"] = {
            name.lower(): value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()}
        seen["query"] = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(request.url).query, keep_blank_values=True))
        data = request.body
        if hasattr(data, "read"):
            data = data.read()
        seen["body"] = data.decode() if isinstance(data, (bytes, bytearray)) else data or ""
        return AWSResponse(request.url, 200, {"ETag": '"e"'}, None)

    event = f"before-send.s3.{operation}"
    client.meta.events.register(event, take)
    try:
        client._make_api_call(operation, dict(parameters, Bucket="photos", Key="k"))
    except Exception:  # the answer has no body that botocore could read; the request is what counts
        if "headers" not in seen:
            raise
    finally:
        client.meta.events.unregister(event, take)
    return seen


def main():
    print(json.dumps({"botocore": botocore.__version__}))
    wanted = ("x-amz-server-side", "x-amz-copy-source-server", "x-amz-storage", "x-amz-tagging", "x-amz-object-lock", "x-amz-bypass")
    client = make_client()
    for verb, operation, item, parameters in cases():
        seen = make(client, operation, parameters)
        print(json.dumps({
            "verb": verb, "item": item, "query": seen["query"],
            "headers": {name: value for name, value in seen["headers"].items() if name.startswith(wanted)},
            "body": seen["body"]}))


main()
