"""The library: loaded, checked, and told of this package's classes; errors and texts between C and Python."""

from __future__ import annotations

from typing import Any, NoReturn

from . import _fast
from ._ffi import ffi, lib
from .errors import BY_STATUS, Error, InternalError, InvalidArgumentError, InvalidKeyError
from .types import DeleteOutcome, ListEntry, Metadata, ObjectInfo

NULL = ffi.NULL
#: No metadata; shared by all records that have none.
NO_METADATA = Metadata()


def text(pointer: Any) -> str:
    """A text of the library."""
    result: str = ffi.string(pointer).decode("utf-8", "replace")
    return result


def optional_text(pointer: Any) -> str | None:
    """A text of the library that may be missing."""
    return None if pointer == NULL else text(pointer)


def given_text(value: str, name: str) -> bytes:
    """A text for the library.

    :param name: What to call it in an error.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} is a str, not {type(value).__name__}")
    if "\0" in value:
        raise InvalidArgumentError(f"{name} contains a NUL; leave it out")
    try:
        return value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidArgumentError(f"{name} is not text that UTF-8 could hold: {error.reason}") from None


def given_key(key: str) -> bytes:
    """A key for the library."""
    if not isinstance(key, str):
        raise TypeError(f"a key is a str, not {type(key).__name__}")
    try:
        encoded = key.encode("utf-8")
    except UnicodeEncodeError:
        raise bad_key(key) from None
    if b"\0" in encoded:
        raise bad_key(key)
    return encoded


def bad_key(key: str) -> Error:
    """The exception for a key that C cannot be told of."""
    what = "contains a NUL" if "\0" in key else "holds lone surrogates, which UTF-8 cannot"
    return InvalidKeyError(f"the key {ascii(key)} {what}; choose another one", key=key)


def error_at(address: int, free: bool = True) -> Error:
    """The exception for an error object of the library.

    :param free: Whether the object is this call's to free.
    """
    return make_error(ffi.cast("coffer_error *", address), free)


def make_error(given: Any, free: bool = True) -> Error:
    """The exception for an error object of the library."""
    try:
        kind = BY_STATUS.get(given.code, InternalError)
        return kind(
            text(given.message),
            description=text(given.description),
            operation=optional_text(given.operation),
            key=optional_text(given.key),
            driver=optional_text(given.driver),
            is_retryable=bool(given.is_retryable),
            http_status=given.http_status or None,
            retry_after=given.retry_after_ms / 1000 if given.retry_after_ms >= 0 else None,
            service_code=optional_text(given.service_code),
            request_id=optional_text(given.request_id),
            underlying=optional_text(given.underlying),
            attempts=given.attempts)
    finally:
        if free:
            lib.coffer_error_free(given)


def fail(error: Any) -> NoReturn:
    """Raises what a call left in its `coffer_error **`."""
    if error[0] == NULL:
        raise MemoryError("there was no memory for the error of a call")
    raise make_error(error[0])


def call(function: Any, *arguments: Any) -> None:
    """Makes a call, which gets the error pointer as its last argument, and raises what it reports."""
    error = ffi.new("coffer_error **")
    if function(*arguments, error) != 0:
        fail(error)


def info_of(info: Any) -> ObjectInfo:
    """The record of a `coffer_info **`, which is freed."""
    try:
        return _fast.info(address_of(info[0]))
    finally:
        lib.coffer_info_free(info[0])


def address_of(pointer: Any) -> int:
    """A pointer as a number."""
    return int(ffi.cast("uintptr_t", pointer))


def version() -> str:
    """The version of the library, for instance ``0.1.0``."""
    return text(lib.coffer_version())


_fast.configure(ObjectInfo, ListEntry, DeleteOutcome, Metadata, NO_METADATA, error_at, bad_key)
