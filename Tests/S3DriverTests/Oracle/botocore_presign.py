"""Presigns forms and URLs with botocore, at a fixed time, and prints them, one JSON object a line, for Coffer to compare.

usage: botocore_presign.py

Nothing is sent anywhere.
"""
import datetime
import json
import sys

try:
    import botocore.auth
    import botocore.session
    import botocore.signers
    from botocore.config import Config
except ImportError as error:
    sys.exit(f"botocore is missing ({error}); install it: {sys.executable} -m pip install botocore")

NOW = 1_700_000_000


def now(remove_tzinfo=True):
    time = datetime.datetime.fromtimestamp(NOW, datetime.timezone.utc)
    return time.replace(tzinfo=None) if remove_tzinfo else time


botocore.auth.get_current_datetime = now
botocore.signers.get_current_datetime = now


def client(token, style, endpoint):
    return botocore.session.Session().create_client(
        "s3", region_name="eu-central-1", aws_access_key_id="AKID", aws_secret_access_key="topsecret",
        aws_session_token=token, endpoint_url=endpoint,
        config=Config(signature_version="s3v4", s3={"addressing_style": style}))


# Fields, conditions, key, seconds: what the same options of Coffer make, in its order.
FORMS = [
    ("plain", {}, [], "a/b c.txt", 900),
    ("typed", {"Content-Type": "text/plain", "acl": "public-read", "x-amz-meta-name": "1"},
     [{"Content-Type": "text/plain"}, {"acl": "public-read"}, {"x-amz-meta-name": "1"}], "k", 60),
    ("words", {"Content-Disposition": "attachment; filename=\"ü \\ \t😀.txt\""},
     [{"Content-Disposition": "attachment; filename=\"ü \\ \t😀.txt\""}], "日本/\"k\"", 604800),
    ("open", {"success_action_status": "201"},
     [["starts-with", "$Content-Type", "image/"], ["starts-with", "$x-amz-meta-name", ""],
      {"success_action_status": "201"}, ["content-length-range", 1, 10485760]], "uploads/${filename}", 3600),
    ("redirect", {"success_action_redirect": "https://example.test/done?a=1&b=2"},
     [{"success_action_redirect": "https://example.test/done?a=1&b=2"}], "k", 1),
]

# Method, parameters, operation.
URLS = [
    ("part", "upload_part", {"UploadId": "up/load+1=", "PartNumber": 7}),
    ("create", "create_multipart_upload", {}),
    ("complete", "complete_multipart_upload", {"UploadId": "u"}),
    ("abort", "abort_multipart_upload", {"UploadId": "u"}),
    ("version", "get_object", {"VersionId": "3/L4kqtJl"}),
    ("overrides", "get_object", {
        "ResponseContentType": "text/x", "ResponseContentDisposition": "attachment; filename=\"a b.txt\"",
        "ResponseCacheControl": "no-store", "ResponseContentLanguage": "de", "ResponseContentEncoding": "gzip",
        "ResponseExpires": datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)}),
]

for token in (None, "TOKEN/+=="):
    for style, endpoint in (("virtual", None), ("path", None), ("path", "http://localhost:9000")):
        s3 = client(token, style, endpoint)
        place = {"token": token, "style": style, "endpoint": endpoint}
        for name, fields, conditions, key, seconds in FORMS:
            made = s3.generate_presigned_post("photos", key, dict(fields), list(conditions), seconds)
            print(json.dumps({"form": name, **place, "url": made["url"], "fields": made["fields"]}))
        for name, operation, parameters in URLS:
            url = s3.generate_presigned_url(
                operation, {"Bucket": "photos", "Key": "a/b c.txt", **parameters}, ExpiresIn=900)
            print(json.dumps({"request": name, **place, "url": url, "fields": {}}))
