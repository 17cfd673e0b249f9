"""Objects as Python's own kinds of files."""

from __future__ import annotations

import io
import os
import warnings
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, TypeVar, cast

from . import _fast
from ._ffi import ffi, lib
from ._native import NULL, address_of, call, given_key, info_of
from ._options import Options, read_options
from .errors import ClosedError, ConflictError, ConnectionFailedError
from .types import ObjectInfo

if TYPE_CHECKING:
    from typing_extensions import Buffer, Self

    from .store import Store

_T = TypeVar("_T")

__all__ = ["BufferedObjectReader", "ObjectReader", "ObjectWriter", "TextObjectWriter"]


class ObjectReader(io.RawIOBase):
    """An object as a seekable raw file; `Store.open` puts a buffer around it.

    All bytes are of one version of the object: when it has been replaced by the time that another request is needed
    (after a seek), reading raises `PreconditionFailedError`.
    """

    #: How far to skip by reading on rather than by another request.
    _SKIP = 64 << 10
    #: What is asked for first after a seek; four times as much each time that reading goes on.
    _FIRST_WINDOW = 1 << 20

    def __init__(self, store: Store, key: str, options: dict[str, Any]) -> None:
        super().__init__()
        self._store = store
        self._key = given_key(key)
        self._version: str | None = options.get("version")
        self._position = 0
        self._window: int | None = None
        self._handle = 0
        self._at = 0
        self._process = os.getpid()
        self.info = self._start(read_options(**options))

    @property
    def name(self) -> str:
        """The key."""
        return self.info.key

    @property
    def mode(self) -> str:
        """How it was opened."""
        return "rb"

    def _start(self, options: Options) -> ObjectInfo:
        reader, info = ffi.new("coffer_reader **"), ffi.new("const coffer_info **")
        call(lib.coffer_reader_open, self._store._pointer, self._key, options.pointer, reader)
        try:
            call(lib.coffer_reader_info, reader[0], info)
            result = _fast.info(address_of(info[0]))
        except BaseException:
            lib.coffer_reader_free(reader[0])
            raise
        self._handle = address_of(reader[0])
        self._process = os.getpid()
        return result

    def _stop(self) -> None:
        handle, self._handle = self._handle, 0
        if handle:
            lib.coffer_reader_free(ffi.cast("coffer_reader *", handle))

    def _prepare(self, wanted: int) -> None:
        """Makes the library's reader stand where this file does; a new one covers at least what is wanted."""
        if self._handle and self._process != os.getpid():
            self._stop()  # the parent's, before a fork
        if self._handle and 0 < self._position - self._at <= self._SKIP:
            self._at += len(_fast.read_bytes(self._handle, self._position - self._at))
        if self._handle and self._at == self._position:
            return
        self._stop()
        goes_on = self._at == self._position and self._window is not None
        self._window = max(wanted, (self._window or 0) * 4 if goes_on else self._FIRST_WINDOW)
        can_match = self.info.etag is not None and self._store.capabilities.can_read_if_match
        found = self._start(read_options(
            offset=self._position, length=self._window, version=self._version,
            if_match=self.info.etag if can_match else None))
        if (found.etag, found.size) != (self.info.etag, self.info.size):
            raise ConflictError(
                "the object was replaced while it was being read; open it again", key=self.info.key, operation="read",
                is_retryable=True)
        self._at = self._position

    def _read(self, wanted: int, read: Callable[[int], tuple[int, _T]]) -> tuple[int, _T]:
        """Reads with the library's reader; with another one where that is at the end of its part."""
        for _ in range(2):
            try:
                self._prepare(wanted)
                count, result = read(self._handle)
            except BaseException:
                self._stop()  # nothing more can be read from it: the next call begins another
                raise
            if count:
                self._position += count
                self._at = self._position
                return count, result
            self._stop()
        raise ConnectionFailedError(
            f"the object ended at {self._position} of {self.info.size} bytes; open it again", key=self.info.key,
            operation="read", is_retryable=True)

    def readinto(self, buffer: Buffer) -> int:
        """Reads bytes as far as they are at hand, at least one, straight into `buffer`; 0 at the end."""
        self._check()
        view = memoryview(buffer).cast("B")
        if self._position >= self.info.size or not view.nbytes:
            return 0
        return self._read(min(view.nbytes, self.info.size - self._position), lambda reader: (_fast.read_into(reader, view), None))[0]

    def readall(self) -> bytes:
        """Everything from here to the end."""
        self._check()

        def read(reader: int) -> tuple[int, bytes]:
            part = _fast.read_bytes(reader, self.info.size - self._position)
            return len(part), part

        parts: list[bytes] = []
        while self._position < self.info.size:
            parts.append(self._read(self.info.size - self._position, read)[1])
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Moves to an offset; what it takes happens when it is read from."""
        self._check()
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.info.size}.get(whence)
        if base is None:
            raise ValueError(f"whence is {whence}; use io.SEEK_SET, io.SEEK_CUR or io.SEEK_END")
        if base + offset < 0:
            raise ValueError(f"the offset {base + offset} is negative")
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        """The offset of the next byte."""
        self._check()
        return self._position

    def readable(self) -> bool:
        """True."""
        self._check()
        return True

    def seekable(self) -> bool:
        """True."""
        self._check()
        return True

    def close(self) -> None:
        """Lets go of the connection or file."""
        if not self.closed:
            self._stop()
        super().close()

    def _check(self) -> None:
        if self.closed:
            raise ClosedError("the file is closed; open another one", key=self.info.key)

    def __del__(self) -> None:
        # Without the ResourceWarning of files: nothing is lost by dropping a reader.
        if getattr(self, "_handle", 0):
            self._stop()

    def __reduce__(self) -> Any:
        raise TypeError("a file cannot be pickled; pickle the store and the key, and open it there")


class BufferedObjectReader(io.BufferedReader):
    """An object as a binary file to read."""

    @property
    def info(self) -> ObjectInfo:
        """What the store knows of the object."""
        return cast(ObjectReader, self.raw).info


class ObjectWriter(io.BufferedIOBase):
    """An object as a binary file to write: `close` publishes it, all or nothing.

    Nothing is published when the `with` block raises, after `abort`, after a failed write, and when the file is dropped
    without being closed.
    """

    def __init__(self, store: Store, key: str, options: Options) -> None:
        super().__init__()
        self._handle = 0
        self._store = store
        self._options = options
        self._count = 0
        #: The key.
        self.name = key
        #: What is now stored, once it has been closed; None before, and if nothing was published.
        self.info: ObjectInfo | None = None
        writer = ffi.new("coffer_writer **")
        call(lib.coffer_writer_open, store._pointer, given_key(key), options.pointer, writer)
        self._handle = address_of(writer[0])

    @property
    def mode(self) -> str:
        """How it was opened."""
        return "wb"

    def write(self, data: Buffer) -> int:
        """Writes all of the bytes; waits while too many are on their way."""
        self._check()
        try:
            count = _fast.write(self._handle, data)
        finally:
            self._options.raise_error()
        self._count += count
        return count

    def writable(self) -> bool:
        """True."""
        self._check()
        return True

    def tell(self) -> int:
        """How many bytes have been written."""
        self._check()
        return self._count

    def flush(self) -> None:
        """Does nothing: bytes are on their way when `write` returns, and visible when `close` does."""
        self._check()

    def close(self) -> None:
        """Publishes the object.

        :raises Error: Why nothing was published; the file is closed all the same.
        """
        if self.closed:
            return
        try:
            info = ffi.new("coffer_info **")
            call(lib.coffer_writer_finish, ffi.cast("coffer_writer *", self._handle), info)
            self.info = info_of(info)
            self._options.raise_error()
        finally:
            self._free()

    def abort(self) -> None:
        """Throws away what was written, and closes the file. Does nothing once it is closed."""
        if not self.closed:
            self._free()

    def _free(self) -> None:
        handle, self._handle = self._handle, 0
        lib.coffer_writer_free(ffi.cast("coffer_writer *", handle) if handle else NULL)
        super().flush()  # the base class's `close` would call this class's `flush`, which works: nothing to write
        super().close()

    def _check(self) -> None:
        if self.closed:
            raise ClosedError("the file is closed; open another one", key=self.name)

    def __enter__(self) -> Self:
        self._check()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()

    def __del__(self) -> None:
        # The base class would close it, and so publish half of an object.
        if getattr(self, "_handle", 0):
            warnings.warn(
                f"{self!r} was dropped without being closed: nothing was published", ResourceWarning, stacklevel=2,
                source=self)
            self.abort()

    def __repr__(self) -> str:
        return f"<coffer.ObjectWriter {self.name!r}{' (closed)' if self.closed else ''}>"

    def __reduce__(self) -> Any:
        raise TypeError("a file cannot be pickled; pickle the store and the key, and open it there")


class TextObjectWriter(io.TextIOWrapper):
    """An object as a text file to write; publishes when and only when an `ObjectWriter` would."""

    def abort(self) -> None:
        """Throws away what was written, and closes the file."""
        cast(ObjectWriter, self.buffer).abort()

    @property
    def info(self) -> ObjectInfo | None:
        """What is now stored, once it has been closed."""
        return cast(ObjectWriter, self.buffer).info

    def close(self) -> None:
        """Publishes the object; nothing if the last of the text cannot be written."""
        try:
            if not self.closed:
                self.flush()
        except BaseException:
            self.abort()
            raise
        super().close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()

    def __del__(self) -> None:
        # The writer below says that it was dropped.
        try:
            writer = cast(ObjectWriter, self.buffer)
        except ValueError:
            return  # detached
        if getattr(writer, "_handle", 0):
            ObjectWriter.__del__(writer)
