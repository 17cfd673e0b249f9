"""Objects larger than the memory that may be used for them."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from places import BUCKET, options, servers

SIZE = int(os.environ.get("COFFER_TEST_LARGE_MIB", "256"))
SCRIPT = Path(__file__).with_name("large.py")


@pytest.mark.large
@pytest.mark.parametrize("place", ["fs", *servers()])
def test_pipe_to_store_and_back(place: str, tmp_path: Path) -> None:
    if place == "fs":
        arguments = ["--url", f"fs://{tmp_path}/objects", "--option", "durability=relaxed"]
    else:
        given = {**options(servers()[place]), "create_bucket": "true", "prefix": f"large/{uuid.uuid4().hex}/"}
        arguments = ["--url", f"s3://{BUCKET}"]
        for name, value in given.items():
            arguments += ["--option", f"{name}={value}"]
    result = subprocess.run(
        [sys.executable, str(SCRIPT), *arguments, "--size", f"{SIZE}MiB"], capture_output=True, text=True,
        timeout=120 + SIZE)
    assert result.returncode == 0, result.stdout + result.stderr
    print(result.stdout)
