"""Exceptions: one base, every field, standard classes where Python has them."""

from __future__ import annotations

import builtins
import errno
import pickle

import coffer
import pytest
from coffer import errors
from coffer._ffi import lib

STANDARD = {
    coffer.NotFoundError: FileNotFoundError, coffer.AlreadyExistsError: FileExistsError,
    coffer.PermissionDeniedError: PermissionError, coffer.UnauthenticatedError: PermissionError,
    coffer.TimeoutError: builtins.TimeoutError, coffer.InvalidArgumentError: ValueError, coffer.InvalidKeyError: ValueError,
    coffer.InvalidConfigurationError: ValueError, coffer.UnsupportedError: NotImplementedError,
    coffer.ConnectionFailedError: ConnectionError, coffer.IoError: OSError, coffer.ClosedError: ValueError,
}


def test_a_class_for_each_status() -> None:
    statuses = {
        name: getattr(lib, name) for name in dir(lib)
        if name.startswith("COFFER_") and not name.startswith((
            "COFFER_CAN_", "COFFER_MAX_", "COFFER_MIN_", "COFFER_RANGE_A", "COFFER_RANGE_B", "COFFER_RANGE_F",
            "COFFER_RANGE_S", "COFFER_VERIFY_", "COFFER_PRESIGN_", "COFFER_SETTING_", "COFFER_PART_", "COFFER_MULTIPART_"))
        and name != "COFFER_OK"}
    assert set(statuses.values()) == set(errors.BY_STATUS) and len(statuses) == len(errors.BY_STATUS) == 23
    from coffer._native import text

    for kind in errors.BY_STATUS.values():
        assert issubclass(kind, coffer.Error) and getattr(coffer, kind.__name__) is kind
        assert text(lib.coffer_status_name(kind.status)) == kind.code
        expected = "COFFER_" + "".join("_" + letter if letter.isupper() else letter for letter in kind.code).upper()
        assert statuses[expected] == kind.status


@pytest.mark.parametrize("kind", errors.BY_STATUS.values(), ids=lambda kind: kind.code)
def test_pickles(kind: type[coffer.Error]) -> None:
    error = kind(
        "it went wrong", operation="put", key="a/ü", driver="memory", is_retryable=True, http_status=503, retry_after=1.5,
        service_code="SlowDown", request_id="42", underlying="cause", attempts=3, description="all of it")
    error.extra = "kept"  # type: ignore[attr-defined]
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind and again.__dict__ == error.__dict__ and again.args == error.args
    assert str(again) == "all of it" and again.message == "it went wrong" and again.retry_after == 1.5
    if isinstance(error, OSError):
        assert (again.errno, again.strerror, again.filename) == (error.errno, "it went wrong", "a/ü")
        assert error.errno
    with pytest.raises(TypeError):
        kind("message", colour="red")


def test_standard_classes() -> None:
    for kind, standard in STANDARD.items():
        assert issubclass(kind, standard)
    assert not issubclass(coffer.BucketNotFoundError, FileNotFoundError)
    assert coffer.NotFoundError("x").errno == errno.ENOENT


def test_fields(store: coffer.Store, place: str) -> None:
    with pytest.raises(coffer.NotFoundError) as caught:
        store.get("missing/ü")
    error = caught.value
    assert error.code == "notFound" and error.status == 1
    assert error.operation in ("get", "read") and error.key == "missing/ü" and error.filename == "missing/ü"
    assert error.driver == store.driver and error.attempts == 1 and not error.is_retryable and error.retry_after is None
    assert error.message in str(error) and "missing/ü" in str(error)
    if store.driver == "s3":
        assert error.http_status == 404 and error.service_code == "NoSuchKey" and error.request_id
    else:
        assert error.http_status is None and error.service_code is None


def test_same_error_from_every_way_of_calling(store: coffer.Store) -> None:
    for call in (store.get, store.stat, store.open, store.get_buffer):
        with pytest.raises(coffer.NotFoundError, match="missing"):
            call("missing")  # type: ignore[operator]
