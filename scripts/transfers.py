"""What the scripts share that move objects by the tool: sizes, and the server to move them to."""

import argparse
import json
import os
import re
import shutil
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOL = ROOT / ".build/stage/bin/coffer"
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def size(text):
    """A number of bytes, for instance 3GiB."""
    match = re.fullmatch(r"(\d+)(KiB|MiB|GiB)?", text)
    if not match:
        raise argparse.ArgumentTypeError(f"'{text}' is no size; write for instance 3GiB")
    return int(match[1]) * UNITS.get(match[2], 1)


def add_arguments(parser):
    """--server and --tool."""
    parser.add_argument("--server", help="the name of a server; the first one if left out")
    parser.add_argument("--tool", default=str(TOOL))


def chosen_server(parser, options):
    """The server that --server names, as COFFER_TEST_SERVERS describes it; ends the program if there is none."""
    description = os.environ.get("COFFER_TEST_SERVERS")
    if not description:
        sys.exit(f"{parser.prog}: COFFER_TEST_SERVERS names no servers (see scripts/test-servers)")
    servers = [s for s in json.loads(Path(description).read_text()) if options.server in (None, s["name"])]
    if not servers:
        sys.exit(f"{parser.prog}: there is no server '{options.server}' in {description}")
    if not shutil.which(options.tool):
        sys.exit(f"{parser.prog}: {options.tool} is not there; run scripts/build-tool")
    return servers[0]


def fresh_bucket(purpose):
    """A name that no other run has."""
    return f"coffer-{purpose}-{os.getpid()}-{int(time.time())}"


def profile(server):
    """The value of the option `server` for a test server."""
    name = {"rgw16": "ceph16", "rgw18": "ceph18"}.get(server["name"], server["kind"])
    return name if name in ("ceph", "ceph16", "ceph18", "swift", "localstack", "minio", "moto", "rclone") else "generic"


def settings(server, endpoint=None):
    """The tool's options that name a server."""
    values = [f"endpoint={endpoint or server['endpoint']}", f"region={server['region']}", f"server={profile(server)}"]
    return [part for value in values for part in ("-o", value)]


def environment(server, home):
    """An environment with the server's credentials and nothing of ours."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "AWS_ACCESS_KEY_ID": server["access_key"],
        "AWS_SECRET_ACCESS_KEY": server["secret_key"],
    }
