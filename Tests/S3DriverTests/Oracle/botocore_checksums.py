"""Has botocore make uploads without sending them, and prints what it would send, one JSON object a line: headers that have
to do with checksums, and the body as it would travel.

usage: botocore_checksums.py

Checksums that botocore leaves to awscrt (CRC32C, CRC64NVME) are not asked for.
"""
import json
import sys

try:
    import botocore
    from botocore.awsrequest import AWSResponse
    from botocore.config import Config
    from botocore.session import Session
except ImportError as error:
    sys.exit(f"botocore is missing ({error}); install it: {sys.executable} -m pip install botocore")

BODIES = ["", "hello", "hello world" * 1000]
CASES = [
    {"algorithm": algorithm, "scheme": scheme, "calculation": calculation}
    for algorithm in (None, "CRC32", "SHA1", "SHA256")
    for scheme in ("http", "https")
    for calculation in ("when_supported", "when_required")
]


def make(case, body):
    session = Session()
    session.set_credentials("AKID", "secret")
    client = session.create_client(
        "s3", region_name="eu-central-1", endpoint_url=f"{case['scheme']}://h:1",
        config=Config(request_checksum_calculation=case["calculation"], s3={"addressing_style": "path"}))
    seen = {}

    def take(request, **_):
        seen["headers"] = {
            name.lower(): value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()}
        data = request.body
        if hasattr(data, "read"):
            data = data.read()
        seen["body"] = data.decode() if isinstance(data, (bytes, bytearray)) else data or ""
        return AWSResponse(request.url, 200, {"ETag": '"e"'}, None)

    client.meta.events.register("before-send.s3.PutObject", take)
    extra = {"ChecksumAlgorithm": case["algorithm"]} if case["algorithm"] else {}
    try:
        client.put_object(Bucket="photos", Key="k", Body=body.encode(), **extra)
    except Exception:  # the answer has no body that botocore could read; the request is what counts
        if "headers" not in seen:
            raise
    return seen


def main():
    print(json.dumps({"botocore": botocore.__version__}))
    for case in CASES:
        for body in BODIES:
            seen = make(case, body)
            wanted = ("x-amz-checksum-", "x-amz-sdk-", "x-amz-trailer", "x-amz-decoded", "x-amz-content", "content-encoding")
            headers = {name: value for name, value in seen["headers"].items() if name.startswith(wanted)}
            print(json.dumps({**case, "body": body, "headers": headers, "sent": seen["body"]}))


main()
