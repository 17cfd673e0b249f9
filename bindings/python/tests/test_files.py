"""Objects as files: what the `io` module promises, and that nothing is published by accident."""

from __future__ import annotations

import csv
import gc
import io
import os
import pickle
import shutil
import zipfile
from collections.abc import Callable
from typing import cast

import coffer
import pytest

DATA = bytes(range(256)) * 12_000  # 3 MB


@pytest.fixture
def big(store: coffer.Store) -> coffer.Store:
    store.put("big", DATA)
    return store


def test_reading(big: coffer.Store) -> None:
    with big.open("big") as file:
        assert isinstance(file, io.BufferedReader)
        assert file.readable() and file.seekable() and not file.writable() and file.tell() == 0
        assert file.name == "big" and file.mode == "rb" and file.info.size == len(DATA)
        assert file.read(10) == DATA[:10] and file.tell() == 10
        assert file.read1(5) == DATA[10:15]
        target = bytearray(1000)
        assert file.readinto(target) == 1000 and target == DATA[15:1015]
        assert file.peek(1)[:1] == DATA[1015:1016]
        assert file.read() == DATA[1015:] and file.read() == b"" and file.readinto(target) == 0
    assert file.closed
    with pytest.raises(ValueError):
        file.read()
    file.close()


def test_seeking(big: coffer.Store) -> None:
    with big.open("big", buffering=1000) as file:
        position = 0
        for offset, whence in [
            (2_000_000, os.SEEK_SET), (-5000, os.SEEK_END), (10, os.SEEK_SET), (500, os.SEEK_CUR), (1_500_000, os.SEEK_CUR),
            (-1_000_000, os.SEEK_CUR), (0, os.SEEK_SET),
        ]:
            position = offset + {os.SEEK_SET: 0, os.SEEK_CUR: position, os.SEEK_END: len(DATA)}[whence]
            assert file.seek(offset, whence) == position
            assert file.read(700) == DATA[position:position + 700]
            position += 700
            assert file.tell() == position
        assert file.seek(0, os.SEEK_END) == len(DATA) and file.read(1) == b""
        assert file.seek(len(DATA) + 100) == len(DATA) + 100 and file.read(1) == b""
        file.seek(100)
        assert file.read() == DATA[100:]
        with pytest.raises(ValueError):
            file.seek(-1)
        with pytest.raises(ValueError):
            file.seek(0, 7)


def test_reading_on_after_a_seek(big: coffer.Store) -> None:
    # Crosses the windows that are asked for after a seek, in steps that do not divide them.
    with big.open("big", buffering=0) as file:
        file.seek(1000)
        found = bytearray()
        while part := file.read(99_991):
            found += part
        assert found == DATA[1000:]


def test_raw(big: coffer.Store) -> None:
    with big.open("big", buffering=0) as file:
        assert isinstance(file, coffer.ObjectReader) and isinstance(file, io.RawIOBase)
        memory = bytearray(len(DATA) + 10)
        filled = 0
        while count := file.readinto(memoryview(memory)[filled:]):
            filled += count
        assert memory[:filled] == DATA
        assert file.seek(0) == 0 and file.readall() == DATA and file.readall() == b""
        assert file.readinto(bytearray()) == 0
    for call in (file.readall, file.tell, file.readable, lambda: file.seek(0), lambda: file.readinto(bytearray(1))):
        with pytest.raises(coffer.ClosedError):
            call()
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(file)


def test_reading_lines(store: coffer.Store) -> None:
    store.put("text", "eins\nzwei\r\ndrei ü\nvier".encode())
    with store.open("text") as file:
        assert file.readline() == b"eins\n" and list(file) == [b"zwei\r\n", "drei ü\n".encode(), b"vier"]
    with store.open("text", "r") as text:
        assert isinstance(text, io.TextIOWrapper) and text.encoding == "utf-8"
        assert [line for line in text] == ["eins\n", "zwei\n", "drei ü\n", "vier"]
        text.seek(0)
        assert text.readline() == "eins\n"
    with store.open("text", "r", newline="", encoding="latin-1") as text:
        assert text.read() == "eins\nzwei\r\ndrei Ã¼\nvier"


def test_missing_object_does_not_open(store: coffer.Store) -> None:
    for mode in ("rb", "r"):
        with pytest.raises(FileNotFoundError):
            store.open("missing", mode)


def test_modes(store: coffer.Store) -> None:
    for mode in ("a", "ab", "r+", "rb+", "q", "", "rbb", "wbt", "rw"):
        with pytest.raises(ValueError, match="mode"):
            store.open("key", mode)
    with pytest.raises(ValueError, match="text"):
        store.open("key", "rb", encoding="utf-8")
    with pytest.raises(ValueError, match="buffering"):
        store.open("key", "w", buffering=0)
    with pytest.raises(TypeError, match="colour"):
        store.open("key", "rb", colour=1)
    with pytest.raises(TypeError):
        store.open("key", "wb", colour=1)
    assert not list(store.list())


def test_replaced_while_reading(big: coffer.Store) -> None:
    with big.open("big", buffering=0) as file:
        assert file.read(10) == DATA[:10]
        big.put("big", b"x" * len(DATA))
        file.seek(2_000_000)
        with pytest.raises((coffer.PreconditionFailedError, coffer.ConflictError)):
            file.read(10)


def test_conditions(big: coffer.Store) -> None:
    etag = big.stat("big").etag
    with big.open("big", if_match=etag) as file:
        assert file.read(3) == DATA[:3]
    with pytest.raises(coffer.NotModifiedError):
        big.open("big", if_none_match=etag)


def test_zip_file(store: coffer.Store) -> None:
    # Seeks all over the place.
    with store.open("a.zip", "wb", content_type="application/zip") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(20):
                archive.writestr(f"{number}.txt", f"{number}" * 10_000)
    assert store.stat("a.zip").metadata.content_type == "application/zip"
    with store.open("a.zip") as readable, zipfile.ZipFile(readable) as archive:
        assert archive.testzip() is None and archive.read("7.txt") == b"7" * 10_000


def test_writing(store: coffer.Store) -> None:
    with store.open("key", "wb") as file:
        assert isinstance(file, io.BufferedIOBase) and isinstance(file, coffer.ObjectWriter)
        assert file.writable() and not file.readable() and not file.seekable()
        assert file.write(b"one") == 3 and file.write(bytearray(b"two")) == 3 and file.write(memoryview(b"3")) == 1
        file.writelines([b"four", b"five"])
        file.flush()
        assert file.tell() == 15 and not store.exists("key") and file.info is None
        with pytest.raises(io.UnsupportedOperation):
            file.read()
        with pytest.raises(io.UnsupportedOperation):
            file.seek(0)
        with pytest.raises(TypeError):
            file.write("text")  # type: ignore[arg-type]
    assert file.closed and file.info is not None and file.info.size == 15
    assert store.get("key") == b"onetwo3fourfive"
    file.close()
    file.abort()
    assert store.exists("key")
    for call in (file.flush, file.tell, file.writable, lambda: file.write(b"x"), file.__enter__):
        with pytest.raises(ValueError):
            call()


def test_writing_much(store: coffer.Store) -> None:
    with store.open("key", "wb", expected_size=len(DATA) * 8) as file:
        for _ in range(8):
            for at in range(0, len(DATA), 300_007):
                file.write(DATA[at:at + 300_007])
    assert store.get("key") == DATA * 8


def test_writing_text(store: coffer.Store) -> None:
    with store.open("table.csv", "w", newline="") as file:
        assert isinstance(file, io.TextIOWrapper)
        csv.writer(file).writerows([["a", "ü"], [1, 2]])
        assert not store.exists("table.csv")
    assert file.info is not None and store.get("table.csv") == "a,ü\r\n1,2\r\n".encode()
    with store.open("latin", "w", encoding="latin-1") as file:
        file.write("ü")
    assert store.get("latin") == b"\xfc"


@pytest.mark.parametrize("mode", ["wb", "w"])
def test_exception_publishes_nothing(store: coffer.Store, mode: str) -> None:
    store.put("key", b"old")
    for kind in (RuntimeError, KeyboardInterrupt, GeneratorExit):
        with pytest.raises(kind):
            with store.open("key", mode) as file:
                file.write(b"new" if mode == "wb" else "new")  # type: ignore[arg-type]
                raise kind
        assert file.closed and store.get("key") == b"old"
    with pytest.raises(RuntimeError):
        with store.open("other", mode) as file:
            raise RuntimeError
    assert not store.exists("other")


def test_abort(store: coffer.Store) -> None:
    file = store.open("key", "wb")
    file.write(b"x" * 100_000)
    file.abort()
    assert file.closed and file.info is None and not store.exists("key")
    text = store.open("key", "w")
    text.write("x")
    text.abort()
    text.close()
    assert text.closed and not store.exists("key")


@pytest.mark.parametrize("mode", ["wb", "w"])
def test_dropped_writer_publishes_nothing(store: coffer.Store, mode: str) -> None:
    file = store.open("key", mode)
    file.write(b"x" * 10 if mode == "wb" else "x" * 100_000)  # type: ignore[arg-type]
    with pytest.warns(ResourceWarning, match="nothing was published"):
        del file
        gc.collect()
    assert not store.exists("key")


def test_text_that_cannot_be_written_publishes_nothing(store: coffer.Store) -> None:
    with pytest.raises(UnicodeEncodeError):
        with store.open("key", "w", encoding="ascii") as file:
            file.write("ü")
    assert not store.exists("key")


def test_create_only_files(store: coffer.Store) -> None:
    if not store.capabilities.can_create_only:
        with pytest.raises(coffer.UnsupportedError):
            store.open("key", "xb")
        return
    with store.open("key", "xb") as file:
        file.write(b"first")
    with pytest.raises(FileExistsError):
        with store.open("key", "x") as text:
            text.write("second")
    assert store.get("key") == b"first"
    with pytest.raises(ValueError):
        store.open("key", "x", create_only=False)


def test_race_of_two_writers(store: coffer.Store) -> None:
    with store.open("key", "wb") as first, store.open("key", "wb") as second:
        first.write(b"first" * 1000)
        second.write(b"second" * 1000)
    assert store.get("key") == b"first" * 1000, "whoever closes last"


def test_copying_files(store: coffer.Store) -> None:
    store.put("from", DATA)
    with store.open("from") as source, store.open("to", "wb") as target:
        shutil.copyfileobj(cast(io.BufferedReader, source), target)
    assert store.get("to") == DATA


def test_progress_of_files(store: coffer.Store) -> None:
    seen: list[int] = []
    with store.open("key", "wb", progress=seen.append) as file:
        for _ in range(5):
            file.write(b"x" * 100_000)
    assert seen[-1] == 500_000 and seen == sorted(seen)


def test_store_closed_under_files(make_store: Callable[..., coffer.Store]) -> None:
    store = make_store()
    file = store.open("key", "wb")
    file.write(b"x")
    file.abort()
    store.close()
    with pytest.raises(coffer.ClosedError):
        store.open("key", "wb")
