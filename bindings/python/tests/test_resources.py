"""What is dropped goes away: memory, handles, file descriptors, temporary files."""

from __future__ import annotations

import gc
import resource
import warnings
from collections.abc import Callable
from pathlib import Path

import coffer
import pytest
from coffer._ffi import lib


def handles() -> int:
    gc.collect()
    count: int = lib.coffer_handle_count()
    return count


def test_unread_readers_and_unfinished_writers(
    make_store: Callable[..., coffer.Store], count_descriptors: Callable[[], int], tmp_path: Path
) -> None:
    store = make_store()
    store.put("key", b"x" * 3_000_000)

    def once() -> None:
        store.open("key")
        with store.open("key") as file:
            file.read(10)
        store.open("key", "r").readline(5)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            store.open("half", "wb").write(b"x" * 1_000_000)
            store.open("half", "w").write("x" * 1_000_000)
        next(store.list())
        store.get_buffer("key")[5:10]

    once()
    before, files = handles(), count_descriptors()
    for _ in range(30):
        once()
    assert handles() == before
    # Connections may be kept for the next request.
    assert count_descriptors() <= files + (0 if store.driver != "s3" else 8)
    assert [entry.name for entry in store.list()] == ["key"]
    left = [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size == 1_000_000]
    assert not left


def test_dropped_stores(place: str, make_store: Callable[..., coffer.Store], count_descriptors: Callable[[], int]) -> None:
    from places import open_place

    make_store().put("key", b"x")
    before, files = handles(), count_descriptors()
    for _ in range(10):
        store = coffer.open("memory://")
        store.put("key", b"x")
        del store
        if place == "fs":
            open_place(place, "/tmp", "")
    assert handles() == before and count_descriptors() <= files


def test_files_keep_their_store() -> None:
    def opened() -> coffer.BufferedObjectReader:
        store = coffer.open("memory://")
        store.put("key", b"hello")
        return store.open("key")

    file = opened()
    gc.collect()
    assert file.read() == b"hello"


def test_views_outlive_their_store() -> None:
    store = coffer.open("memory://")
    store.put("key", b"hello" * 100_000)
    view = store.get_buffer("key")
    store.close()
    del store
    gc.collect()
    assert view == b"hello" * 100_000


def test_memory_comes_back() -> None:
    # 200 × 8 MB through every way of reading: peak memory would show what is kept.
    with coffer.open("memory://") as store:
        store.put("key", b"x" * (8 << 20))
        memory = bytearray(8 << 20)

        def once() -> None:
            store.get("key")
            store.get_buffer("key")
            store.get_into("key", memory)
            with store.open("key") as file:
                file.read()
            with pytest.raises(coffer.NotFoundError):
                store.get("missing" * 100)
            store.put("other", memory)
            store.put("small", b"x", metadata={"a": "b" * 1000})
            store.stat("small")

        for _ in range(5):
            once()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(40):
            once()
        for _ in range(20_000):
            store.stat("small")
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 24 << 10
