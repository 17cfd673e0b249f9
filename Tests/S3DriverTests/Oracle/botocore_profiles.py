"""Reads pairs of profile files with botocore and prints what it finds, one JSON object a line.

usage: botocore_profiles.py PROFILE FOLDER...

Each folder holds `credentials`, `config`, both or neither. An error prints {"error": KIND}.
"""
import json
import os
import sys

try:
    import botocore.exceptions
    from botocore.configprovider import ConfiguredEndpointProvider
    from botocore.credentials import ConfigProvider, SharedCredentialProvider
    from botocore.session import Session
except ImportError as error:
    sys.exit(f"botocore is missing ({error}); install it: {sys.executable} -m pip install botocore")


def read(profile, folder):
    credentials = os.path.join(folder, "credentials")
    config = os.path.join(folder, "config")
    os.environ.update(AWS_SHARED_CREDENTIALS_FILE=credentials, AWS_CONFIG_FILE=config)
    try:
        session = Session()
        session.set_config_variable("profile", profile)
        scoped = dict(session.full_config["profiles"].get(profile, {}))
        found = SharedCredentialProvider(credentials, profile).load() or ConfigProvider(config, profile).load()
        endpoint = ConfiguredEndpointProvider(session.full_config, scoped, "s3", environ={}).provide()
    except botocore.exceptions.BotoCoreError as error:
        return {"error": type(error).__name__}
    result = {"region": scoped.get("region"), "endpoint": endpoint}
    if found:
        result.update(access=found.access_key, secret=found.secret_key, token=found.token)
    return result


for folder in sys.argv[2:]:
    print(json.dumps(read(sys.argv[1], folder)))
