"""The stores that the tests run on, by name; apart from conftest.py because child processes open them too."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import coffer

# What the driver is told of the servers that scripts/test-servers starts.
PROFILES = {"rgw16": "ceph16", "rgw18": "ceph18", "rgw20": "ceph", "swift": "swift", "localstack": "localstack"}
BUCKET = "coffer-python"


def servers() -> dict[str, dict[str, Any]]:
    """The S3 servers that run, by name."""
    path = os.environ.get("COFFER_TEST_SERVERS")
    if not path:
        return {}
    return {entry["name"]: entry for entry in json.loads(Path(path).read_text())}


def options(server: dict[str, Any]) -> dict[str, Any]:
    """How to open a store on a server."""
    return {
        "endpoint": server["endpoint"], "region": server["region"], "access_key_id": server["access_key"],
        "secret_access_key": server["secret_key"], "server": PROFILES.get(server["name"], "auto"), "create_bucket": True}


def open_place(name: str, directory: str, prefix: str, **more: Any) -> coffer.Store:
    """Opens a store.

    :param directory: For the file system.
    :param prefix: For the servers: nobody else's keys begin with it.
    """
    if name == "memory":
        return coffer.Store("memory://", **more)
    if name == "fs":
        return coffer.Store(f"fs://{directory}", durability="relaxed", **more)
    return coffer.Store(f"s3://{BUCKET}", environment={}, prefix=prefix, **options(servers()[name]), **more)
