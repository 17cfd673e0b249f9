"""The exceptions: one base, one class for each code, so that a program says what it means to catch."""

from __future__ import annotations

import builtins
import errno
from typing import Any

__all__ = [
    "AlreadyExistsError", "BucketNotFoundError", "CancelledError", "ChecksumMismatchError", "ClosedError",
    "ConflictError", "ConnectionFailedError", "Error", "InternalError", "InvalidArgumentError",
    "InvalidConfigurationError", "InvalidKeyError", "InvalidResponseError", "IoError", "NotFoundError",
    "NotModifiedError", "PermissionDeniedError", "PreconditionFailedError", "RangeNotSatisfiableError",
    "RateLimitedError", "TimeoutError", "TooLargeError", "UnauthenticatedError", "UnsupportedError",
]


class Error(Exception):
    """What every call of this package raises, or a subclass of it.

    Catch the subclasses to act on what went wrong; the attributes say the rest. No attribute ever holds a secret.
    """

    #: The name of the code, for instance ``notFound``; the same in every language.
    code = "internal"
    #: The code's number in the C interface.
    status = 23
    _errno = 0

    #: What went wrong and what to do about it.
    message: str
    #: The verb that failed, for instance ``put``.
    operation: str | None
    #: The key that it is about.
    key: str | None
    #: The driver's name.
    driver: str | None
    #: Whether the same call may succeed if it is made again.
    is_retryable: bool
    #: The status of the HTTP response, where there was one.
    http_status: int | None
    #: How long the service asked to wait before the next attempt, in seconds.
    retry_after: float | None
    #: The service's own code, for instance ``SlowDown``.
    service_code: str | None
    #: The service's identifier of the request.
    request_id: str | None
    #: The error that caused this one, in its own words.
    underlying: str | None
    #: How many attempts were made.
    attempts: int
    #: All of it in one line; what ``str()`` gives.
    description: str

    def __init__(self, message: str = "", **fields: Any) -> None:
        super().__init__(message)
        self.message = message
        self.operation = fields.pop("operation", None)
        self.key = fields.pop("key", None)
        self.driver = fields.pop("driver", None)
        self.is_retryable = fields.pop("is_retryable", False)
        self.http_status = fields.pop("http_status", None)
        self.retry_after = fields.pop("retry_after", None)
        self.service_code = fields.pop("service_code", None)
        self.request_id = fields.pop("request_id", None)
        self.underlying = fields.pop("underlying", None)
        self.attempts = fields.pop("attempts", 1)
        self.description = fields.pop("description", None) or message
        if fields:
            raise TypeError(f"an error has no field {', '.join(map(repr, fields))}")
        if isinstance(self, OSError):
            # What code written for files looks at.
            _fill_os_error(self, self._errno or errno.EIO, message, self.key)

    def __str__(self) -> str:
        return self.description

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restore, (type(self), dict(self.__dict__)))


def _restore(kind: type[Error], fields: dict[str, Any]) -> Error:
    fields = dict(fields)
    error = kind(fields.pop("message", ""))
    error.__dict__.update(fields)
    if isinstance(error, OSError):
        _fill_os_error(error, error.errno, error.message, error.key)
    return error


def _fill_os_error(error: OSError, number: int | None, message: str, key: str | None) -> None:
    error.errno, error.strerror, error.filename = number, message, key


class NotFoundError(Error, FileNotFoundError):
    """No object has that key."""

    code, status, _errno = "notFound", 1, errno.ENOENT


class BucketNotFoundError(Error):
    """The bucket, container or root directory does not exist. (Not a missing object: it is no `FileNotFoundError`.)"""

    code, status = "bucketNotFound", 2


class AlreadyExistsError(Error, FileExistsError):
    """Something is there already, and the call asked to create only."""

    code, status, _errno = "alreadyExists", 3, errno.EEXIST


class PreconditionFailedError(Error):
    """A condition of the call (`if_match`, ...) does not hold."""

    code, status = "preconditionFailed", 4


class NotModifiedError(Error):
    """The object has not changed since the given ETag or time."""

    code, status = "notModified", 5


class PermissionDeniedError(Error, PermissionError):
    """The credentials are known and do not allow this."""

    code, status, _errno = "permissionDenied", 6, errno.EACCES


class UnauthenticatedError(Error, PermissionError):
    """There are no credentials, or the service does not accept them."""

    code, status, _errno = "unauthenticated", 7, errno.EACCES


class InvalidKeyError(Error, ValueError):
    """The key cannot be a key, here or on this driver."""

    code, status = "invalidKey", 8


class InvalidArgumentError(Error, ValueError):
    """An argument is out of its range, or does not fit the others."""

    code, status = "invalidArgument", 9


class InvalidConfigurationError(Error, ValueError):
    """The configuration of a store is wrong."""

    code, status = "invalidConfiguration", 10


class UnsupportedError(Error, NotImplementedError):
    """The driver cannot do this."""

    code, status = "unsupported", 11


class RangeNotSatisfiableError(Error, ValueError):
    """The range lies outside of the object."""

    code, status = "rangeNotSatisfiable", 12


class ChecksumMismatchError(Error):
    """What was received is not what was sent."""

    code, status = "checksumMismatch", 13


class ConflictError(Error):
    """Another writer was in the way; the call may be made again."""

    code, status = "conflict", 14


class RateLimitedError(Error):
    """The service asks to slow down."""

    code, status = "rateLimited", 15


class TimeoutError(Error, builtins.TimeoutError):
    """It took longer than it may."""

    code, status, _errno = "timeout", 16, errno.ETIMEDOUT


class CancelledError(Error):
    """The caller cancelled it."""

    code, status = "cancelled", 17


class ConnectionFailedError(Error, ConnectionError):
    """No connection could be made, or it broke."""

    code, status, _errno = "connectionFailed", 18, errno.ECONNABORTED


class IoError(Error, OSError):
    """The operating system reported an error."""

    code, status, _errno = "io", 19, errno.EIO


class InvalidResponseError(Error):
    """The service's answer makes no sense."""

    code, status = "invalidResponse", 20


class TooLargeError(Error):
    """It is larger than the driver, the memory or the given buffer can hold."""

    code, status = "tooLarge", 21


class ClosedError(Error, ValueError):
    """The store, reader or writer has been closed."""

    code, status = "closed", 22


class InternalError(Error):
    """A fault of the library itself, or one that this package does not know."""

    code, status = "internal", 23


#: The class for each status of the C interface.
BY_STATUS: dict[int, type[Error]] = {kind.status: kind for kind in Error.__subclasses__()}
