"""Every test with a `store` runs on memory, on the file system and on each S3 server there is."""

from __future__ import annotations

import gc
import os
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import coffer
import pytest
from coffer._ffi import lib
from places import open_place, servers

PLACES = ["memory", "fs", *servers()]


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def make_store(request: pytest.FixtureRequest, place: str, tmp_path: Path) -> Iterator[Callable[..., coffer.Store]]:
    """Opens stores on the same place, which is emptied afterwards."""
    stores = []
    prefix = f"{uuid.uuid4().hex}/"

    def make(**more: Any) -> coffer.Store:
        store = open_place(place, str(tmp_path / "objects"), prefix, **more)
        stores.append(store)
        return store

    yield make
    if place not in ("memory", "fs") and stores:
        with open_place(place, "", prefix) as store:
            failed = [outcome for outcome in store.delete_many([entry.name for entry in store.list()]) if not outcome.ok]
            assert not failed
    for store in stores:
        store.close()
    # The fixtures' values live a little longer than this.
    request.node.stores_held = len(stores)


@pytest.fixture
def store(make_store: Callable[..., coffer.Store]) -> coffer.Store:
    return make_store()


@pytest.fixture(autouse=True)
def nothing_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test leaves handles of the library or file descriptors behind."""
    gc.collect()
    before = lib.coffer_handle_count()
    yield
    allowed = before + getattr(request.node, "stores_held", 0)
    gc.collect()
    deadline = time.monotonic() + 5
    while lib.coffer_handle_count() > allowed and time.monotonic() < deadline:
        time.sleep(0.01)
        gc.collect()
    assert lib.coffer_handle_count() <= allowed


def descriptors() -> int:
    """How many file descriptors this process has."""
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture
def count_descriptors() -> Callable[[], int]:
    return descriptors
