"""The store: one front for every driver."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Callable, Literal, TextIO, Union, overload

from . import _fast
from ._ffi import ffi, lib
from ._native import NULL, address_of, call, given_key, given_text, info_of, make_error, optional_text, text
from ._options import (
    Options, SettingValue, copy_options, list_options, open_options, read_options, seconds, write_options)
from .errors import InvalidArgumentError
from .files import BufferedObjectReader, ObjectReader, ObjectWriter, TextObjectWriter
from .types import Capabilities, DeleteOutcome, ListEntry, ListPage, Metadata, ObjectInfo, Presigned

if TYPE_CHECKING:
    from typing_extensions import Buffer, Self

    #: What `Store.put` stores.
    Body = Union[Buffer, BinaryIO, os.PathLike[str], Iterable[Buffer]]

__all__ = ["Store"]

_NO_LIMIT = (1 << 63) - 1
_BUFFER_SIZE = 128 << 10
_COPY_SIZE = 1 << 20
_METHODS = {"GET": "COFFER_PRESIGN_GET", "PUT": "COFFER_PRESIGN_PUT", "HEAD": "COFFER_PRESIGN_HEAD", "DELETE": "COFFER_PRESIGN_DELETE"}


class Store:
    """A store: a driver, opened and configured. Every verb means the same whichever driver stands behind it.

    A store may be used from any number of threads, and goes on working after `fork()` (`multiprocessing`) in both
    processes; a memory store is copied by `fork()` like all memory. It can be pickled: what comes out is another store,
    opened with the same URL and options (secrets among them are part of the pickle).

    Keys are `str`, kept exactly as they are given. Bytes are any object with the buffer protocol. Every verb raises
    subclasses of `coffer.Error`. What a driver cannot do raises `UnsupportedError`: no option is ever ignored.

    >>> import coffer
    >>> with coffer.Store("memory://") as store:
    ...     _ = store.put("greeting.txt", "hello".encode())
    ...     store.get("greeting.txt")
    b'hello'
    """

    __slots__ = ("_arguments", "_capabilities", "_closed", "_driver", "_handle", "_pointer", "__weakref__")

    def __init__(self, url: str, *, environment: Mapping[str, str] | None = None, **options: SettingValue) -> None:
        """Opens a store by its URL. Nothing is sent yet.

        :param url: ``driver://host/path?setting=value``, for instance ``s3://bucket/prefix?region=eu-central-1``,
            ``fs:///var/data`` or ``memory://``.
        :param environment: The environment variables to look into for settings that are left out; None for those of the
            process, ``{}`` for none at all.
        :param options: Settings of the driver, as `coffer.drivers` lists them. A setting must not be given both here and
            in the URL.
        :raises InvalidConfigurationError: A setting is unknown or wrong, or the driver is unknown.
        """
        self._open(True, url, environment, options)

    @classmethod
    def from_driver(
        cls, driver: str, *, environment: Mapping[str, str] | None = None, **options: SettingValue
    ) -> Self:
        """Opens a store by a driver's name.

        :param driver: The driver's name, for instance ``s3``.
        :param environment: As for `Store`.
        :param options: Settings of the driver.
        :raises InvalidConfigurationError: A setting is unknown or wrong, or the driver is unknown.
        """
        store = cls.__new__(cls)
        store._open(False, driver, environment, options)
        return store

    def _open(
        self, by_url: bool, name: str, environment: Mapping[str, str] | None, options: Mapping[str, SettingValue]
    ) -> None:
        self._handle = 0
        self._closed = False
        self._capabilities: Capabilities | None = None
        self._arguments = (by_url, name, None if environment is None else dict(environment), dict(options))
        store = ffi.new("coffer_store **")
        given = open_options(options, environment)
        function = lib.coffer_store_open if by_url else lib.coffer_store_open_driver
        call(function, given_text(name, "the URL" if by_url else "the driver's name"), given.pointer, store)
        self._pointer = store[0]
        self._handle = address_of(store[0])
        self._driver = text(lib.coffer_store_driver(store[0]))

    # ---- the store itself

    @property
    def driver(self) -> str:
        """The driver's name."""
        return self._driver

    @property
    def closed(self) -> bool:
        """Whether `close` has been called."""
        return self._closed

    @property
    def capabilities(self) -> Capabilities:
        """What the store can do, and its limits."""
        if self._capabilities is None:
            values: dict[str, Any] = {}
            value = ffi.new("int64_t *")
            for name in Capabilities.__dataclass_fields__:
                call(lib.coffer_store_capability, self._pointer, getattr(lib, "COFFER_" + name.upper()), value)
                if name.startswith("can_"):
                    values[name] = bool(value[0])
                else:
                    values[name] = None if value[0] == _NO_LIMIT else value[0]
            self._capabilities = Capabilities(**values)
        return self._capabilities

    def close(self) -> None:
        """Closes the store: waits for calls on other threads, lets go of connections. Calls raise `ClosedError` then.

        Close files first. Closing twice is no error.
        """
        call(lib.coffer_store_close, self._pointer)
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        handle = getattr(self, "_handle", 0)
        if handle:
            self._handle = 0
            lib.coffer_store_free(self._pointer)

    def __repr__(self) -> str:
        # Not the URL: it may hold secrets.
        return f"<coffer.Store {self._driver}{' (closed)' if self._closed else ''}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_reopen, (type(self), *self._arguments))

    # ---- whole objects

    def put(
        self,
        key: str,
        data: Body,
        *,
        metadata: Metadata | Mapping[str, str] | None = None,
        content_type: str | None = None,
        if_match: str | None = None,
        create_only: bool = False,
        part_size: int | None = None,
        concurrency: int | None = None,
        progress: Callable[[int], object] | None = None,
        checksum_algorithm: str | None = None,
        checksum: str | None = None,
    ) -> ObjectInfo:
        """Stores an object: all or nothing.

        :param key: The object's key.
        :param data: The bytes: an object with the buffer protocol (sent from where it is, without a copy), a path (a file
            that is read as it is sent), a binary file open for reading, or an iterable of bytes; the last two are
            streamed in bounded memory. They must not change before this returns.
        :param metadata: What is stored beside the bytes; a mapping means the user's own pairs.
        :param content_type: The media type; short for a `Metadata` with it.
        :param if_match: Write only if the object has this ETag (compare and swap); else `PreconditionFailedError`.
        :param create_only: Write only if there is no object; else `AlreadyExistsError`.
        :param part_size: The size of parts in bytes, where the driver uploads in parts.
        :param concurrency: How many parts are sent at the same time.
        :param progress: Called with the number of bytes stored so far, on this thread. What it raises is raised at the end.
        :param checksum_algorithm: The checksum that is sent with the bytes, compared and kept by the service: `crc64nvme`,
            `crc32c`, `crc32`, `sha256` or `sha1`. None for what the store is set up to do.
        :param checksum: The checksum of all bytes in Base64, where it is known; else it is computed.
        :returns: What is now stored.
        """
        if (
            metadata is None and content_type is None and if_match is None and not create_only and part_size is None
            and concurrency is None and progress is None and checksum_algorithm is None and checksum is None
        ):
            options = None
            address = 0
        else:
            options = write_options(
                metadata=metadata, content_type=content_type, if_match=if_match, create_only=create_only,
                part_size=part_size, concurrency=concurrency, progress=progress, checksum_algorithm=checksum_algorithm,
                checksum=checksum)
            address = options.address
        try:
            result = _fast.put(self._handle, key, data, address)  # type: ignore[arg-type]
        except TypeError:
            if _is_buffer(data) or not isinstance(key, str):
                raise
            return self._put_stream(key, data, options or write_options())
        if options is not None:
            options.raise_error()
        return result

    def _put_stream(self, key: str, data: Any, options: Options) -> ObjectInfo:
        """Stores what is not bytes in memory."""
        if isinstance(data, str):
            raise TypeError("text has no bytes yet: encode it, for instance with data.encode(), or use open(key, 'w')")
        if isinstance(data, os.PathLike):
            info = ffi.new("coffer_info **")
            path = given_text(os.fspath(data), "the path")
            call(lib.coffer_store_put_file, self._pointer, given_key(key), path, options.pointer, info)
            stored = info_of(info)
            options.raise_error()
            return stored
        if not hasattr(data, "read") and not hasattr(data, "__iter__"):
            raise TypeError(f"put stores bytes-like objects, paths, binary files and iterables, not {type(data).__name__}")
        with ObjectWriter(self, key, options) as writer:
            for chunk in _chunks(data):
                writer.write(chunk)
        assert writer.info is not None
        return writer.info

    def get(
        self,
        key: str,
        *,
        offset: int | None = None,
        length: int | None = None,
        suffix: int | None = None,
        if_match: str | None = None,
        if_none_match: str | None = None,
        if_modified_since: datetime | float | None = None,
        if_unmodified_since: datetime | float | None = None,
        version: str | None = None,
        verify: bool | None = None,
    ) -> bytes:
        """Reads an object or a part of it. `get_buffer` does without the copy that `bytes` cost.

        :param key: The object's key.
        :param offset: Where to begin.
        :param length: How many bytes to read; what lies beyond the end is left out.
        :param suffix: Read the last so many bytes instead; all if there are fewer.
        :param if_match: Read only if the object has this ETag; else `PreconditionFailedError`.
        :param if_none_match: Read only if it does not have this ETag; else `NotModifiedError`.
        :param if_modified_since: Read only if it changed after this time (with its time zone); else `NotModifiedError`.
        :param if_unmodified_since: Read only if it did not; else `PreconditionFailedError`.
        :param version: The version to read.
        :param verify: Whether the bytes are compared with the object's checksum: None for where the store can, True for
            `UnsupportedError` where it cannot, False for never.
        :raises NotFoundError: There is no such object.
        :raises ChecksumMismatchError: The bytes are not those that were stored.
        """
        if (
            offset is None and length is None and suffix is None and if_match is None and if_none_match is None
            and if_modified_since is None and if_unmodified_since is None and version is None and verify is None
        ):
            return _fast.get(self._handle, key, 0)
        options = read_options(
            offset=offset, length=length, suffix=suffix, if_match=if_match, if_none_match=if_none_match,
            if_modified_since=if_modified_since, if_unmodified_since=if_unmodified_since, version=version,
            verify=verify)
        return _fast.get(self._handle, key, options.address)

    def get_buffer(self, key: str, **options: Any) -> memoryview:
        """Reads an object or a part of it into memory that the library lends: as `get`, without a copy.

        :returns: A read-only view; the memory lives for as long as any view of it.
        """
        return self.get_with_info(key, **options)[1]

    def get_with_info(self, key: str, **options: Any) -> tuple[ObjectInfo, memoryview]:
        """Reads an object or a part of it together with what the store knows of it, in one request.

        :param options: As for `get`.
        :returns: The record, and the bytes as by `get_buffer`.
        """
        given = read_options(**options)
        buffer, info = ffi.new("coffer_buffer **"), ffi.new("coffer_info **")
        call(lib.coffer_store_get, self._pointer, given_key(key), given.pointer, buffer, info)
        lent = buffer[0]
        # The view keeps the pointer that it was made of, and with the pointer goes the memory.
        data = ffi.gc(ffi.cast("char *", lent.data), lambda _: lib.coffer_buffer_free(lent))
        return info_of(info), memoryview(ffi.buffer(data, lent.size)).toreadonly()

    def get_into(self, key: str, buffer: Buffer, **options: Any) -> int:
        """Reads an object or a part of it into memory of the caller's, without a copy in between where the driver can.

        :param buffer: A writable object with the buffer protocol.
        :param options: As for `get`.
        :returns: The number of bytes.
        :raises TooLargeError: They do not fit.
        """
        given = read_options(**options)
        size = ffi.new("size_t *")
        with ffi.from_buffer("char[]", buffer, require_writable=True) as target:
            call(
                lib.coffer_store_get_into, self._pointer, given_key(key), given.pointer, target, len(target), size, NULL)
        count: int = size[0]
        return count

    def stat(
        self,
        key: str,
        *,
        if_match: str | None = None,
        if_none_match: str | None = None,
        if_modified_since: datetime | float | None = None,
        if_unmodified_since: datetime | float | None = None,
        version: str | None = None,
    ) -> ObjectInfo:
        """Asks what the store knows of an object. Conditions as for `get`.

        :raises NotFoundError: There is no such object.
        """
        if (
            if_match is None and if_none_match is None and if_modified_since is None and if_unmodified_since is None
            and version is None
        ):
            return _fast.stat(self._handle, key, 0)
        options = read_options(
            if_match=if_match, if_none_match=if_none_match, if_modified_since=if_modified_since,
            if_unmodified_since=if_unmodified_since, version=version)
        return _fast.stat(self._handle, key, options.address)

    def exists(self, key: str) -> bool:
        """Whether there is an object. Raises what prevents the answer."""
        return _fast.exists(self._handle, key)

    def delete(self, key: str, *, if_match: str | None = None, version: str | None = None) -> None:
        """Deletes an object; one that is not there is no error, unless a condition was given.

        :param if_match: Delete only if the object has this ETag; else `PreconditionFailedError`.
        :param version: The version to delete.
        """
        if if_match is None and version is None:
            return _fast.delete(self._handle, key, 0)
        options = Options("coffer_delete_options")
        options.text("if_match", if_match)
        options.text("version", version)
        return _fast.delete(self._handle, key, options.address)

    def delete_many(self, keys: Iterable[str]) -> list[DeleteOutcome]:
        """Deletes many objects in as few requests as the driver can. One failure hides no other.

        :returns: An outcome for each key, in the same order.
        """
        if isinstance(keys, str):
            raise TypeError("keys is one str; delete() deletes one object, and delete_many([key]) a list of one")
        return _fast.delete_many(self._handle, tuple(keys))

    def copy(
        self,
        source: str,
        target: str,
        *,
        metadata: Metadata | Mapping[str, str] | None = None,
        if_match: str | None = None,
        if_source_match: str | None = None,
        source_version: str | None = None,
        create_only: bool = False,
    ) -> ObjectInfo:
        """Copies an object within the store, metadata included: on the server where it can.

        :param metadata: Metadata for the copy; None keeps that of the source.
        :param if_match: Write only if the target has this ETag; else `PreconditionFailedError`.
        :param if_source_match: Copy only if the source has this ETag; else `PreconditionFailedError`.
        :param source_version: The version of the source.
        :param create_only: Write only if there is no object at the target; else `AlreadyExistsError`.
        :returns: What is now stored at the target.
        """
        options = copy_options(
            metadata=metadata, if_match=if_match, if_source_match=if_source_match, source_version=source_version,
            create_only=create_only)
        info = ffi.new("coffer_info **")
        call(lib.coffer_store_copy, self._pointer, given_key(source), given_key(target), options.pointer, info)
        return info_of(info)

    def copy_to(
        self,
        source: str,
        target_store: Store,
        target: str | None = None,
        *,
        metadata: Metadata | Mapping[str, str] | None = None,
        if_match: str | None = None,
        if_source_match: str | None = None,
        source_version: str | None = None,
        create_only: bool = False,
    ) -> ObjectInfo:
        """Copies an object to another store, of any driver, as a stream through this process.

        :param target: The copy's key; None for that of the source. The rest as for `copy`.
        :returns: What is now stored at the target.
        """
        options = copy_options(
            metadata=metadata, if_match=if_match, if_source_match=if_source_match, source_version=source_version,
            create_only=create_only)
        info = ffi.new("coffer_info **")
        call(
            lib.coffer_store_copy_to, self._pointer, given_key(source), target_store._pointer,
            given_key(source if target is None else target), options.pointer, info)
        return info_of(info)

    def move(
        self,
        source: str,
        target: str,
        *,
        metadata: Metadata | Mapping[str, str] | None = None,
        if_match: str | None = None,
        if_source_match: str | None = None,
        source_version: str | None = None,
        create_only: bool = False,
    ) -> ObjectInfo:
        """Moves an object within the store: in one step where the driver can, else by copying and then deleting.

        Options as for `copy`. If deleting fails after the copy, both objects are there.

        :returns: What is now stored at the target.
        """
        options = copy_options(
            metadata=metadata, if_match=if_match, if_source_match=if_source_match, source_version=source_version,
            create_only=create_only)
        info = ffi.new("coffer_info **")
        call(lib.coffer_store_move, self._pointer, given_key(source), given_key(target), options.pointer, info)
        return info_of(info)

    # ---- listings

    def list(
        self, prefix: str = "", *, delimiter: str | None = None, start_after: str | None = None, limit: int | None = None
    ) -> Iterator[ListEntry]:
        """Lists objects in the order of their keys' bytes, fetched page by page as they are asked for.

        :param prefix: Only keys that begin with this. Not a directory: ``foo`` matches ``foobar`` too.
        :param delimiter: Keys that contain this after the prefix are rolled up into one common beginning.
        :param start_after: Only keys after this one.
        :param limit: The most entries.
        """
        if limit is not None and limit < 0:
            raise InvalidArgumentError(f"limit is {limit}; it must not be negative")
        # Checked now, not when the first entry is asked for.
        list_options(prefix, delimiter, start_after, limit)
        return self._entries(prefix, delimiter, start_after, limit)

    def _entries(
        self, prefix: str, delimiter: str | None, start_after: str | None, limit: int | None
    ) -> Iterator[ListEntry]:
        token: str | None = None
        while limit is None or limit > 0:
            page = self.list_page(prefix, delimiter=delimiter, start_after=start_after, limit=limit, page_token=token)
            yield from page.entries
            token = page.next_token
            if token is None:
                return
            if limit is not None:
                limit -= len(page.entries)

    def list_page(
        self,
        prefix: str = "",
        *,
        delimiter: str | None = None,
        start_after: str | None = None,
        limit: int | None = None,
        page_token: str | None = None,
    ) -> ListPage:
        """Lists one page, which may be shorter than asked for, or empty, without being the last.

        :param limit: The most entries on this page.
        :param page_token: Continues after the page that gave this token. The rest as for `list`.
        """
        options = list_options(prefix, delimiter, start_after, limit, page_token)
        page = ffi.new("coffer_list_page **")
        call(lib.coffer_store_list_page, self._pointer, options.pointer, page)
        try:
            return ListPage(_fast.entries(address_of(page[0])), optional_text(page[0].next_token))
        finally:
            lib.coffer_list_page_free(page[0])

    # ---- presigned requests

    def presign(
        self,
        key: str,
        method: str = "GET",
        *,
        expires_in: float | timedelta | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        date: datetime | float | None = None,
    ) -> Presigned:
        """Makes a URL that anyone may use for one kind of request until it expires. Nothing is sent.

        :param method: ``GET``, ``PUT``, ``HEAD`` or ``DELETE``.
        :param expires_in: How long the URL is good for, in seconds or as a `timedelta`: 1 s to 7 days; None for 15 minutes.
        :param headers: Headers that the user of the URL must send exactly so.
        :param query: Query parameters that become part of the URL.
        :param date: When the URL begins to be valid; None for now.
        """
        options = Options("coffer_presign_options")
        try:
            options.pointer.method = getattr(lib, _METHODS[method.upper()])
        except KeyError:
            raise InvalidArgumentError(f"method is {method!r}; use GET, PUT, HEAD or DELETE", key=key) from None
        if expires_in is not None:
            whole = expires_in // timedelta(seconds=1) if isinstance(expires_in, timedelta) else int(expires_in)
            # 0 would mean the default.
            options.number("expires_in", whole if whole != 0 else -1)
        if headers:
            options.pairs("headers", "header_count", headers)
        if query:
            options.pairs("query", "query_count", query)
        if date is not None:
            options.pointer.date = seconds(date, "date")
        result = ffi.new("coffer_presigned **")
        call(lib.coffer_store_presign, self._pointer, given_key(key), options.pointer, result)
        given = result[0]
        try:
            return Presigned(
                text(given.method), text(given.url),
                {text(pair.name): text(pair.value) for pair in ffi.unpack(given.headers, given.header_count)}
                if given.header_count else {},
                datetime.fromtimestamp(given.expires, timezone.utc))
        finally:
            lib.coffer_presigned_free(given)

    # ---- files

    @overload
    def open(self, key: str, mode: Literal["rb"] = ..., *, buffering: Literal[0], **options: Any) -> ObjectReader: ...

    @overload
    def open(self, key: str, mode: Literal["rb"] = ..., *, buffering: int = ..., **options: Any) -> BufferedObjectReader: ...

    @overload
    def open(self, key: str, mode: Literal["wb", "xb"], **options: Any) -> ObjectWriter: ...

    @overload
    def open(
        self, key: str, mode: Literal["r", "rt"], *, encoding: str | None = ..., errors: str | None = ...,
        newline: str | None = ..., **options: Any
    ) -> io.TextIOWrapper: ...

    @overload
    def open(
        self, key: str, mode: Literal["w", "wt", "x", "xt"], *, encoding: str | None = ..., errors: str | None = ...,
        newline: str | None = ..., **options: Any
    ) -> TextObjectWriter: ...

    @overload
    def open(
        self, key: str, mode: str, *, buffering: int = ..., encoding: str | None = ..., errors: str | None = ...,
        newline: str | None = ..., **options: Any
    ) -> BinaryIO | TextIO: ...

    def open(
        self,
        key: str,
        mode: str = "rb",
        *,
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        **options: Any,
    ) -> Any:
        """Opens an object as a file.

        :param mode: ``rb`` or ``r`` to read (seekable); ``wb`` or ``w`` to write; ``xb`` or ``x`` to write only if there is
            no object. Binary unless there is no ``b`` (this differs from the built-in `open` only in the default).
        :param buffering: The size of the read buffer in bytes; 0 for none, only when reading bytes.
        :param encoding: Of text; UTF-8 if None.
        :param errors: As for the built-in `open`.
        :param newline: As for the built-in `open`.
        :param options: When reading: `if_match`, `if_none_match`, `if_modified_since`, `if_unmodified_since`, `version`, as for
            `get`. When writing: as for `put`, and `expected_size`, the object's size in bytes, for better part sizes.
        :returns: A file. What is written is published when it is closed, and not at all if the `with` block raises, if it
            is dropped, and after its `abort()`.
        :raises NotFoundError: There is nothing to read.
        """
        kind = mode.replace("b", "", 1).replace("t", "", 1)
        is_binary = "b" in mode
        if kind not in ("r", "w", "x") or ("t" in mode and is_binary):
            hint = "objects are written anew, as a whole" if "a" in mode or "+" in mode else "use rb, r, wb, w, xb or x"
            raise ValueError(f"the mode {mode!r} is not one of this package's: {hint}")
        if is_binary and (encoding is not None or errors is not None or newline is not None):
            raise ValueError("encoding, errors and newline are for text, and a mode with 'b' is for bytes")
        if buffering == 0 and (kind != "r" or not is_binary):
            raise ValueError("buffering=0 is for reading bytes only")
        if kind == "r":
            unknown = options.keys() - _READ_OPTIONS
            if unknown:
                raise TypeError(f"open for reading has no option {', '.join(sorted(unknown))}")
            raw = ObjectReader(self, key, options)
            if buffering == 0:
                return raw
            file = BufferedObjectReader(raw, _BUFFER_SIZE if buffering in (-1, 1) else buffering)
            return file if is_binary else io.TextIOWrapper(file, encoding or "utf-8", errors, newline)
        if kind == "x" and not options.setdefault("create_only", True):
            raise ValueError("mode x means create_only=True; leave create_only out")
        writer = ObjectWriter(self, key, write_options(**options))
        return writer if is_binary else TextObjectWriter(writer, encoding or "utf-8", errors, newline)


_READ_OPTIONS = {"if_match", "if_none_match", "if_modified_since", "if_unmodified_since", "version"}


def _reopen(
    kind: type[Store], by_url: bool, name: str, environment: Mapping[str, str] | None, options: Mapping[str, Any]
) -> Store:
    """Undoes a pickle."""
    store = kind.__new__(kind)
    store._open(by_url, name, environment, options)
    return store


def _is_buffer(data: object) -> bool:
    try:
        memoryview(data)  # type: ignore[arg-type]
    except TypeError:
        return False
    return True


def _chunks(data: Any) -> Iterator[Buffer]:
    """The bytes of a binary file or an iterable."""
    if not hasattr(data, "read"):
        yield from data
        return
    if isinstance(data, io.TextIOBase):
        raise TypeError("the file is open for text; open it in binary mode")
    if hasattr(data, "readinto"):
        memory = memoryview(bytearray(_COPY_SIZE))
        while count := data.readinto(memory):
            yield memory[:count]
    else:
        while chunk := data.read(_COPY_SIZE):
            yield chunk
