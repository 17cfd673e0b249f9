"""The package's types: complete, and what a user's program sees of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import coffer
import pytest

PROGRAM = """
import io
from typing import Iterator
import coffer

store = coffer.open("memory://", max_bytes=1)
info: coffer.ObjectInfo = store.put("key", b"x", content_type="text/plain", metadata={"a": "b"})
store.put("key", bytearray(1))
store.put("key", memoryview(b""))
data: bytes = store.get("key", offset=1)
view: memoryview = store.get_buffer("key")
size: int = info.size
etag: "str | None" = info.etag
entries: Iterator[coffer.ListEntry] = store.list("prefix", delimiter="/")
with store.open("key") as reader:
    first: bytes = reader.read(1)
    about: coffer.ObjectInfo = reader.info
with store.open("key", "wb") as writer:
    count: int = writer.write(b"x")
with store.open("key", "w", encoding="utf-8") as text:
    text.write("x")
with store.open("key", "r") as lines:
    line: str = lines.readline()
try:
    store.get("key")
except coffer.NotFoundError as error:
    key: "str | None" = error.key
reveal_type(store.open("key", buffering=0))
"""

WRONG = """
import coffer
store = coffer.open("memory://")
store.put(1, b"x")
store.put("key", b"x", colour=1)
store.get("key").encode()
store.open("key", "wb").read_all()
"""


def check(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "mypy", "--strict", "--no-incremental", *arguments], capture_output=True, text=True)


pytest.importorskip("mypy", reason="mypy is not installed")


def test_package() -> None:
    result = check("-p", "coffer")
    assert result.returncode == 0, result.stdout


def test_programs(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    result = check(str(tmp_path / "program.py"))
    assert result.returncode == 0 and "coffer.files.ObjectReader" in result.stdout, result.stdout
    (tmp_path / "wrong.py").write_text(WRONG)
    result = check(str(tmp_path / "wrong.py"))
    assert [int(line.split(":")[1]) for line in result.stdout.splitlines() if ": error:" in line] == [4, 5, 6, 7], result.stdout


def test_everything_is_described() -> None:
    for name in coffer.__all__:
        thing = getattr(coffer, name)
        if name == "SettingValue":
            continue
        assert thing.__doc__, name
        if isinstance(thing, type):
            for member, value in vars(thing).items():
                if not member.startswith("_") and (callable(value) or isinstance(value, property)):
                    assert value.__doc__, f"{name}.{member}"
