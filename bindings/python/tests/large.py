#!/usr/bin/env python3
"""large.py --url URL [--option NAME=VALUE]... [--size BYTES] [--limit MIB]: a large object from a pipe to a store and back.

The bytes come from a pipe that another process fills, and go through one that another process empties; both hash them.
Fails when the hashes differ or this process's peak memory exceeds the limit.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import shutil
import sys
import time
from collections.abc import Callable
from typing import BinaryIO, cast

import coffer

KEY = "large/object"


def sizes(text: str) -> int:
    units = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
    unit = next((unit for unit in units if text.endswith(unit)), "")
    return int(float(text[:len(text) - len(unit)]) * units.get(unit, 1))


def child(function: Callable[[BinaryIO, BinaryIO], None], mode: str) -> tuple[BinaryIO, BinaryIO]:
    """Starts a process at the other end of a pipe; this end of the pipe, and where the process tells its result."""
    data, result = os.pipe(), os.pipe()
    near, far = (data[0], data[1]) if mode == "rb" else (data[1], data[0])
    if os.fork() == 0:
        os.close(near)
        os.close(result[0])
        with os.fdopen(far, "wb" if mode == "rb" else "rb") as pipe, os.fdopen(result[1], "wb") as answer:
            function(pipe, answer)
        os._exit(0)
    os.close(far)
    os.close(result[1])
    return cast(BinaryIO, os.fdopen(near, mode, buffering=0)), os.fdopen(result[0], "rb")


def fill(size: int) -> Callable[[BinaryIO, BinaryIO], None]:
    def run(pipe: BinaryIO, answer: BinaryIO) -> None:
        block = random.Random(1).randbytes(1 << 20)
        digest, left, number = hashlib.sha256(), size, 0
        while left:
            # No two blocks are the same, or parts in the wrong order would go unseen.
            part = (number.to_bytes(8, "little") + block[8:])[:left]
            digest.update(part)
            pipe.write(part)
            left -= len(part)
            number += 1
        answer.write(digest.digest())

    return run


def empty(pipe: BinaryIO, answer: BinaryIO) -> None:
    digest = hashlib.sha256()
    while part := pipe.read(1 << 20):
        digest.update(part)
    answer.write(digest.digest())


def run(store: coffer.Store, size: int) -> None:
    """Writes and reads a large object; raises when what comes back is not what was sent."""
    pipe, sent = child(fill(size), "rb")
    began = time.monotonic()
    with pipe, store.open(KEY, "wb", expected_size=size) as writer:
        shutil.copyfileobj(pipe, writer, 1 << 20)
    up = time.monotonic() - began
    if store.stat(KEY).size != size:
        raise SystemExit(f"{store.stat(KEY).size} bytes were stored, not {size}")
    pipe, received = child(empty, "wb")
    began = time.monotonic()
    with pipe, store.open(KEY) as reader:
        shutil.copyfileobj(reader, pipe, 1 << 20)
    down = time.monotonic() - began
    with sent, received:
        if sent.read() != received.read():
            raise SystemExit("what came back is not what was sent")
    for _ in range(2):
        os.wait()
    store.delete(KEY)
    print(f"{size / (1 << 20):.0f} MiB: up {size / (1 << 20) / up:.0f} MiB/s, down {size / (1 << 20) / down:.0f} MiB/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--size", type=sizes, default=sizes("3GiB"))
    parser.add_argument("--limit", type=int, default=150, help="peak memory in MiB")
    arguments = parser.parse_args()
    options = dict(option.split("=", 1) for option in arguments.option)
    with coffer.open(arguments.url, **options) as store:
        run(store, arguments.size)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MiB")
    if peak > arguments.limit:
        sys.exit(f"peak memory is more than {arguments.limit} MiB")


if __name__ == "__main__":
    main()
