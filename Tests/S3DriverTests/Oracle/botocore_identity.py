"""Says which credentials and region botocore chooses, one JSON object a line.

usage: botocore_identity.py PORT FOLDER...

Each folder is a home directory with an `environment.json`. PORT is that of identity_stand_in.py, which stands in for the
container's address too. An error prints {"error": KIND}; no credentials print {"source": null}.
"""
import json
import os
import sys

try:
    import botocore.credentials
    import botocore.tokens
    import botocore.utils
    from botocore.session import Session
except ImportError as error:
    sys.exit(f"botocore is missing ({error}); install it: {sys.executable} -m pip install botocore")

KEPT = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
botocore.utils.ContainerMetadataFetcher.IP_ADDRESS = "127.0.0.1:" + sys.argv[1]
botocore.utils.ContainerMetadataFetcher.SLEEP_TIME = 0


def choose(folder):
    with open(os.path.join(folder, "environment.json"), encoding="utf-8") as file:
        given = json.load(file)
    os.environ.clear()
    os.environ.update(KEPT, **given["environment"])
    cache = os.path.join(folder, ".aws", "sso", "cache")
    botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR = cache
    botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR = cache
    session = Session(profile=given.get("profile"))
    result = {}
    try:
        result["region"] = session.get_config_variable("region")
        credentials = session.get_credentials()
        if credentials is None:
            return {**result, "source": None}
        frozen = credentials.get_frozen_credentials()
    except Exception as error:  # Whatever it is: botocore raises ValueError and OSError too.
        return {**result, "error": type(error).__name__, "message": str(error)}
    result.update(
        source=credentials.method, access=frozen.access_key, secret=frozen.secret_key, token=frozen.token or None
    )
    return result


for folder in sys.argv[2:]:
    print(json.dumps(choose(folder)), flush=True)
