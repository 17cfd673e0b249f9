"""Whole objects: every verb, every option, every kind of bytes."""

from __future__ import annotations

import array
import io
import mmap
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import coffer
import pytest


def test_put_get(store: coffer.Store) -> None:
    info = store.put("greeting.txt", b"hello")
    assert (info.key, info.size) == ("greeting.txt", 5)
    assert store.get("greeting.txt") == b"hello"
    assert type(store.get("greeting.txt")) is bytes
    store.put("greeting.txt", b"")
    assert store.get("greeting.txt") == b""


@pytest.mark.parametrize("data", [
    b"bytes", bytearray(b"bytearray"), memoryview(b"--view--")[2:-2], array.array("I", [1, 2, 3]),
], ids=lambda data: type(data).__name__)
def test_buffers_go_in(store: coffer.Store, data: object) -> None:
    store.put("key", data)  # type: ignore[arg-type]
    assert store.get("key") == bytes(memoryview(data).cast("B"))  # type: ignore[arg-type]


def test_mapped_file_goes_in(store: coffer.Store, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"mapped" * 1000)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as memory:
        store.put("key", memory)
    assert store.get("key") == b"mapped" * 1000


def test_buffers_that_cannot_go_in(store: coffer.Store) -> None:
    with pytest.raises(TypeError, match="encode it"):
        store.put("key", "text")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="NoneType"):
        store.put("key", None)  # type: ignore[arg-type]
    with pytest.raises(BufferError):
        store.put("key", memoryview(b"abcdef")[::2])
    with pytest.raises(TypeError, match="binary mode"):
        store.put("key", io.StringIO("text"))  # type: ignore[arg-type]
    assert not store.exists("key")


def test_put_streams(store: coffer.Store, tmp_path: Path) -> None:
    data = bytes(range(256)) * 9000
    path = tmp_path / "file"
    path.write_bytes(data)
    assert store.put("path", path).size == len(data)
    with path.open("rb") as file:
        assert store.put("file", file, content_type="text/plain").size == len(data)
    assert store.put("parts", (data[at:at + 7000] for at in range(0, len(data), 7000))).size == len(data)
    assert store.put("nothing", iter(())).size == 0
    assert all(store.get(key) == data for key in ("path", "file", "parts"))
    assert store.stat("file").metadata.content_type == "text/plain"


def test_put_stream_that_fails_publishes_nothing(store: coffer.Store) -> None:
    def parts():  # type: ignore[no-untyped-def]
        yield b"one"
        raise KeyError("the source")

    with pytest.raises(KeyError):
        store.put("key", parts())
    with pytest.raises(TypeError):
        store.put("key", [b"one", 2])  # type: ignore[list-item]
    assert not store.exists("key")


def test_put_missing_path(store: coffer.Store, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        store.put("key", tmp_path / "nothing")


@pytest.mark.parametrize("options, expected", [
    ({"offset": 2}, b"2345"), ({"offset": 2, "length": 3}, b"234"), ({"length": 2}, b"01"), ({"suffix": 2}, b"45"),
    ({"suffix": 99}, b"012345"), ({"offset": 4, "length": 99}, b"45"),
])
def test_ranges(store: coffer.Store, options: dict[str, int], expected: bytes) -> None:
    store.put("key", b"012345")
    assert store.get("key", **options) == expected  # type: ignore[arg-type]
    assert bytes(store.get_buffer("key", **options)) == expected
    memory = bytearray(10)
    assert store.get_into("key", memory, **options) == len(expected)
    assert memory[:len(expected)] == expected


def test_wrong_ranges(store: coffer.Store) -> None:
    store.put("key", b"012345")
    with pytest.raises(coffer.RangeNotSatisfiableError):
        store.get("key", offset=7)
    with pytest.raises(coffer.InvalidArgumentError):
        store.get("key", offset=-1)
    with pytest.raises(coffer.InvalidArgumentError, match="suffix"):
        store.get("key", suffix=1, offset=1)
    with pytest.raises(coffer.InvalidArgumentError, match="range"):
        store.get("key", offset=1 << 70)


def test_buffers_come_out(store: coffer.Store) -> None:
    data = bytes(range(256)) * 2000
    store.put("key", data)
    info, view = store.get_with_info("key")
    assert info.size == len(data) and view == data and view.readonly and view.nbytes == len(data)
    part = view[100:200]
    del view
    store.put("key", b"other")
    assert part == data[100:200], "the view outlives the object and the first view"
    with pytest.raises(TypeError):
        part[0] = 1


def test_get_into(store: coffer.Store) -> None:
    store.put("key", b"0123456789")
    target = bytearray(12)
    assert store.get_into("key", memoryview(target)[1:11]) == 10
    assert target == b"\x000123456789\x00"
    with pytest.raises(coffer.TooLargeError):
        store.get_into("key", bytearray(9))
    with pytest.raises((TypeError, BufferError, ValueError)):
        store.get_into("key", b"0123456789")
    store.put("empty", b"")
    assert store.get_into("empty", bytearray()) == 0


def test_stat(store: coffer.Store) -> None:
    before = datetime.now(timezone.utc) - timedelta(seconds=5)
    put = store.put("key", b"hello", metadata=coffer.Metadata(
        content_type="text/plain", cache_control="no-cache", content_language="de", user={"Colour": "grün", "size": "1"}))
    info = store.stat("key")
    assert (info.key, info.size) == ("key", 5)
    assert info.etag and info.etag == put.etag and '"' not in info.etag
    assert info.last_modified is not None and before < info.last_modified < before + timedelta(minutes=2)
    assert info.metadata == coffer.Metadata(
        content_type="text/plain", cache_control="no-cache", content_language="de", user={"colour": "grün", "size": "1"})
    with pytest.raises(AttributeError):
        info.size = 1  # type: ignore[misc]


def test_metadata_shortcuts(store: coffer.Store) -> None:
    store.put("key", b"", metadata={"a": "b"}, content_type="text/html")
    assert store.stat("key").metadata == coffer.Metadata(content_type="text/html", user={"a": "b"})
    with pytest.raises(coffer.InvalidArgumentError, match="twice"):
        store.put("key", b"", metadata=coffer.Metadata(content_type="a/b"), content_type="c/d")
    with pytest.raises(coffer.InvalidArgumentError):
        store.put("key", b"", metadata={"not a name": "b"})


def test_exists_and_delete(store: coffer.Store) -> None:
    assert not store.exists("key")
    store.put("key", b"")
    assert store.exists("key")
    store.delete("key")
    store.delete("key")
    assert not store.exists("key")


def test_delete_many(store: coffer.Store) -> None:
    keys = [f"many/{number:04}" for number in range(20)]
    for key in keys:
        store.put(key, b"x")
    outcomes = store.delete_many(key for key in [*keys, "missing", "../bad"])
    assert [outcome.key for outcome in outcomes] == [*keys, "missing", "../bad"]
    assert [outcome.ok for outcome in outcomes] == [True] * 21 + [False]
    assert isinstance(outcomes[-1].error, coffer.InvalidKeyError)
    assert list(store.list()) == [] and store.delete_many([]) == []
    with pytest.raises(TypeError, match="one str"):
        store.delete_many("key")


def test_conditions_on_reading(store: coffer.Store) -> None:
    etag = store.put("key", b"hello").etag
    assert etag and store.get("key", if_match=etag) == b"hello"
    with pytest.raises(coffer.NotModifiedError):
        store.get("key", if_none_match=etag)
    with pytest.raises(coffer.PreconditionFailedError):
        store.stat("key", if_match="other")
    past = datetime.now(timezone.utc) - timedelta(hours=1)
    assert store.get("key", if_modified_since=past) == b"hello"
    with pytest.raises(coffer.PreconditionFailedError):
        store.get("key", if_unmodified_since=past)
    with pytest.raises(coffer.InvalidArgumentError, match="time zone"):
        store.get("key", if_modified_since=past.replace(tzinfo=None))


def test_checksums(store: coffer.Store) -> None:
    if not store.capabilities.can_checksums:
        with pytest.raises(coffer.UnsupportedError):
            store.put("key", b"hello", checksum_algorithm="crc32c")
        with pytest.raises(coffer.UnsupportedError):
            store.get("key", verify=True)
        store.put("key", b"hello")
        assert store.get("key", verify=False) == b"hello"
        assert store.stat("key").checksum is None
        return
    info = store.put("key", b"hello", checksum_algorithm="crc32c")
    assert (info.checksum_algorithm, info.checksum) == ("crc32c", "mnG7TA==")
    found = store.stat("key")
    if found.checksum is None:  # compared, and not kept
        with pytest.raises(coffer.UnsupportedError):
            store.get("key", verify=True)
    else:
        assert found.checksum == "mnG7TA=="
        assert store.get("key", verify=True) == b"hello"
    with pytest.raises(coffer.ChecksumMismatchError):
        # Not over the other: LocalStack loses the bytes of an object whose replacement it refuses.
        store.put("wrong", b"hello", checksum_algorithm="crc32c", checksum="AAAAAA==")
    assert not store.exists("wrong")
    with pytest.raises(coffer.InvalidArgumentError):
        store.put("key", b"hello", checksum="mnG7TA==")
    with pytest.raises(coffer.InvalidArgumentError):
        store.put("key", b"hello", checksum_algorithm="md4")
    assert store.get("key", verify=False) == b"hello"


def test_conditions_on_writing(store: coffer.Store) -> None:
    can = store.capabilities
    etag = store.put("key", b"one").etag
    if can.can_create_only:
        with pytest.raises(FileExistsError) as caught:
            store.put("key", b"two", create_only=True)
        assert isinstance(caught.value, coffer.AlreadyExistsError)
        store.put("new", b"two", create_only=True)
    else:
        with pytest.raises(coffer.UnsupportedError):
            store.put("key", b"two", create_only=True)
    if can.can_compare_and_swap:
        assert store.put("key", b"two", if_match=etag).etag != etag
        with pytest.raises(coffer.PreconditionFailedError):
            store.put("key", b"three", if_match=etag)
    else:
        with pytest.raises(coffer.UnsupportedError):
            store.put("key", b"two", if_match=etag)
    if can.can_delete_if_match:
        with pytest.raises(coffer.PreconditionFailedError):
            store.delete("key", if_match="other")
        store.delete("key", if_match=store.stat("key").etag)
        assert not store.exists("key")
    else:
        with pytest.raises(coffer.UnsupportedError):
            store.delete("key", if_match=etag)


def test_copy_and_move(store: coffer.Store) -> None:
    store.put("a", b"hello", content_type="text/plain", metadata={"x": "y"})
    assert store.copy("a", "b/ü").size == 5
    assert store.get("b/ü") == b"hello" and store.stat("b/ü").metadata == store.stat("a").metadata
    store.copy("a", "c", metadata=coffer.Metadata(content_type="text/html"))
    assert store.stat("c").metadata == coffer.Metadata(content_type="text/html")
    assert store.move("c", "d").key == "d"
    assert store.exists("d") and not store.exists("c")
    with pytest.raises(coffer.NotFoundError):
        store.copy("missing", "e")
    with pytest.raises(coffer.NotFoundError):
        store.move("missing", "e")


def test_copy_to_another_store(store: coffer.Store) -> None:
    store.put("a", b"hello", content_type="text/plain")
    with coffer.open("memory://") as other:
        assert store.copy_to("a", other).key == "a"
        store.copy_to("a", other, "b")
        assert other.get("b") == b"hello" and other.stat("a").metadata.content_type == "text/plain"
        other.put("back", b"again")
        other.copy_to("back", store)
    assert store.get("back") == b"again"


def test_progress(store: coffer.Store) -> None:
    seen: list[int] = []
    store.put("key", b"x" * 100_000, progress=seen.append)
    assert seen[-1] == 100_000 and seen == sorted(seen)

    def fails(_: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.put("key", b"x", progress=fails)


KEYS = [
    "plain", "a b", " leading", "trailing ", "ü/ñ/漢字", "e\u0301", "🎉", "%41%2F", "a+b&c=d?e#f", "'\"<>[]{}|^`", "back\\slash",
    "a//b", "dir/", "~tilde", "semi;colon,comma", "x" * 200, "tab\there", "line\nfeed", "...",
]


def test_strange_keys(store: coffer.Store) -> None:
    kept = []
    for key in KEYS:
        try:
            store.put(key, key.encode())
            kept.append(key)
        except coffer.InvalidKeyError:
            assert "\t" in key or "\n" in key or key.endswith("/") or "//" in key
    assert len(kept) >= len(KEYS) - 4
    for key in kept:
        assert store.get(key) == key.encode() and store.stat(key).key == key
    assert [entry.name for entry in store.list()] == sorted(kept, key=str.encode)
    assert all(outcome.ok for outcome in store.delete_many(kept))
    assert not list(store.list())


@pytest.mark.parametrize("key", ["", "..", "a/../b", "./a", "a\0b", "\ud800", "x" * 5000])
def test_keys_that_cannot_be(store: coffer.Store, key: str) -> None:
    calls: list[Callable[[], object]] = [
        lambda: store.put(key, b""), lambda: store.get(key), lambda: store.stat(key), lambda: store.exists(key),
        lambda: store.delete(key), lambda: store.copy(key, "a"), lambda: store.open(key), lambda: store.open(key, "wb"),
        lambda: store.get_buffer(key)]
    for call in calls:
        with pytest.raises(coffer.InvalidKeyError):
            call()


def test_keys_are_str(store: coffer.Store) -> None:
    for call in (store.get, store.stat, store.exists, store.delete, store.open, store.get_buffer):
        with pytest.raises(TypeError, match="a key is a str, not bytes"):
            call(b"key")  # type: ignore[operator]
    with pytest.raises(TypeError, match="a key is a str"):
        store.put(1, b"")  # type: ignore[arg-type]


def test_closed_store(make_store: Callable[..., coffer.Store]) -> None:
    store = make_store()
    store.put("key", b"x")
    with store:
        assert not store.closed
    assert store.closed and "closed" in repr(store)
    calls: list[Callable[[], object]] = [
        lambda: store.get("key"), lambda: store.put("key", b""), lambda: list(store.list()), lambda: store.open("key"),
        lambda: store.delete_many(["key"]), lambda: store.get_buffer("key")]
    for call in calls:
        with pytest.raises(coffer.ClosedError):
            call()
    store.close()
