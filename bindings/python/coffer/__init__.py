"""One API over object stores, file systems and memory.

>>> import coffer
>>> store = coffer.open("memory://")
>>> _ = store.put("greeting.txt", b"hello")
>>> store.get("greeting.txt")
b'hello'

`Store` has the verbs, `Error` is the base of all exceptions, `drivers` lists what there is to open stores with.
"""

from __future__ import annotations

from collections.abc import Mapping

from ._native import version as _version
from ._options import SettingValue
from .drivers import drivers
from .errors import (
    AlreadyExistsError, BucketNotFoundError, CancelledError, ChecksumMismatchError, ClosedError, ConflictError,
    ConnectionFailedError, Error, InternalError, InvalidArgumentError, InvalidConfigurationError, InvalidKeyError,
    InvalidResponseError, IoError, NotFoundError, NotModifiedError, PermissionDeniedError, PreconditionFailedError,
    RangeNotSatisfiableError, RateLimitedError, TimeoutError, TooLargeError, UnauthenticatedError, UnsupportedError)
from .files import BufferedObjectReader, ObjectReader, ObjectWriter, TextObjectWriter
from .store import Store
from .types import (
    Capabilities, DeleteOutcome, Driver, ListEntry, ListPage, Metadata, ObjectInfo, Presigned, Setting)

__version__ = _version()

__all__ = [
    "AlreadyExistsError", "BucketNotFoundError", "BufferedObjectReader", "CancelledError", "Capabilities",
    "ChecksumMismatchError", "ClosedError", "ConflictError", "ConnectionFailedError", "DeleteOutcome", "Driver", "Error",
    "InternalError", "InvalidArgumentError", "InvalidConfigurationError", "InvalidKeyError", "InvalidResponseError",
    "IoError", "ListEntry", "ListPage", "Metadata", "NotFoundError", "NotModifiedError", "ObjectInfo", "ObjectReader",
    "ObjectWriter", "PermissionDeniedError", "PreconditionFailedError", "Presigned", "RangeNotSatisfiableError",
    "RateLimitedError", "Setting", "SettingValue", "Store", "TextObjectWriter", "TimeoutError", "TooLargeError",
    "UnauthenticatedError", "UnsupportedError", "drivers", "open",
]


def open(url: str, *, environment: Mapping[str, str] | None = None, **options: SettingValue) -> Store:
    """Opens a store by its URL; the same as `Store`, whose description says what the arguments mean."""
    return Store(url, environment=environment, **options)
