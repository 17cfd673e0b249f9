"""Says where botocore sends GetObject, one JSON object a line.

usage: botocore_endpoints.py CASES

CASES is a file with a JSON list of objects with `bucket`, `region`, `style`, `dualstack`, `fips`, `accelerate`, `arn_region` and perhaps
`endpoint`. A refusal prints {"error": WORDS}.
"""
import json
import re
import sys

try:
    import botocore.exceptions
    from botocore.config import Config
    from botocore.session import Session
except ImportError as error:
    sys.exit(f"botocore is missing ({error}); install it: {sys.executable} -m pip install botocore")

session = Session()
session.set_credentials("AKIDEXAMPLE", "secret")
clients = {}


class Sent(Exception):
    """Nothing is sent: what would be is thrown."""

    def __init__(self, request):
        self.request = request


def catch(request, **_):
    raise Sent(request)


def client(case):
    config = Config(
        signature_version="s3v4",
        use_dualstack_endpoint=case["dualstack"],
        use_fips_endpoint=case["fips"],
        s3={
            "addressing_style": case["style"],
            "use_accelerate_endpoint": case["accelerate"],
            "use_arn_region": case["arn_region"],
            "us_east_1_regional_endpoint": "regional",
        },
    )
    return session.create_client("s3", region_name=case["region"], endpoint_url=case.get("endpoint"), config=config)


def ask(case):
    name = json.dumps({key: value for key, value in case.items() if key != "bucket"}, sort_keys=True)
    try:
        if name not in clients:
            clients[name] = client(case)
            clients[name].meta.events.register("before-send.s3", catch)
        clients[name].get_object(Bucket=case["bucket"], Key="a/b")
    except Sent as sent:
        request = sent.request
    except (botocore.exceptions.BotoCoreError, ValueError) as error:
        return {"error": str(error)}
    authorization = request.headers["Authorization"]
    if isinstance(authorization, bytes):
        authorization = authorization.decode()
    scope = re.search("Credential=([^,]*)", authorization)[1].split("/")
    return {"url": request.url, "region": scope[2], "service": scope[3]}


for case in json.load(open(sys.argv[1], encoding="utf-8")):
    print(json.dumps(ask(case)), flush=True)
