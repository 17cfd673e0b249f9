"""Turns Python's keyword arguments into the option structs of the C interface."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, Union

from ._ffi import ffi, lib
from ._native import NULL, address_of, given_text
from .errors import InvalidArgumentError
from .types import Metadata

#: What a setting of a store may be given as.
SettingValue = Union[str, int, float, bool, "os.PathLike[str]", timedelta, None]


class Options:
    """A struct for the library and everything that it points to."""

    __slots__ = ("address", "error", "pointer", "_kept")

    def __init__(self, kind: str) -> None:
        self.pointer: Any = ffi.new(f"{kind} *")
        self.pointer.struct_size = ffi.sizeof(kind)
        self.address: int = address_of(self.pointer)
        #: What the progress function raised.
        self.error: BaseException | None = None
        self._kept: list[Any] = []

    def keep(self, thing: Any) -> Any:
        """Keeps memory for as long as the struct."""
        self._kept.append(thing)
        return thing

    def text(self, field: str, value: str | None) -> None:
        """Sets a text."""
        if value is not None:
            setattr(self.pointer, field, self.keep(ffi.new("char[]", given_text(value, field))))

    def number(self, field: str, value: int | None) -> None:
        """Sets a number."""
        if value is None:
            return
        try:
            setattr(self.pointer, field, value)
        except OverflowError:
            raise InvalidArgumentError(f"{field} is {value}; that is out of its range") from None

    def pairs(self, field: str, count_field: str, pairs: Mapping[str, str], always: bool = False) -> None:
        """Sets an array of pairs and its length."""
        if not pairs and not always:
            return
        array = self.keep(ffi.new("coffer_pair[]", max(1, len(pairs))))
        for index, (name, value) in enumerate(pairs.items()):
            array[index].name = self.keep(ffi.new("char[]", given_text(name, f"a name in {field}")))
            array[index].value = self.keep(ffi.new("char[]", given_text(value, f"{field}[{name!r}]")))
        setattr(self.pointer, field, array)
        setattr(self.pointer, count_field, len(pairs))

    def metadata(self, metadata: Metadata | Mapping[str, str] | None, content_type: str | None) -> None:
        """Sets metadata; a mapping means the user's own pairs."""
        if metadata is None and content_type is None:
            return
        if not isinstance(metadata, Metadata):
            metadata = Metadata(user=metadata)
        if content_type is not None:
            if metadata.content_type not in (None, content_type):
                raise InvalidArgumentError("content_type is given twice: in the metadata and beside it")
        else:
            content_type = metadata.content_type
        given = Options("coffer_metadata")
        given.text("content_type", content_type)
        given.text("content_disposition", metadata.content_disposition)
        given.text("content_encoding", metadata.content_encoding)
        given.text("content_language", metadata.content_language)
        given.text("cache_control", metadata.cache_control)
        given.pairs("user", "user_count", metadata.user)
        self.pointer.metadata = self.keep(given).pointer

    def progress(self, function: Callable[[int], object] | None) -> None:
        """Sets the function that is told of the progress. What it raises is kept in `error`, and it is not called again."""
        if function is None:
            return
        if not callable(function):
            raise TypeError(f"progress is a function, not {type(function).__name__}")

        def report(count: int) -> None:
            if self.error is None:
                try:
                    function(count)
                except BaseException as error:
                    self.error = error

        self.pointer.progress = lib.coffer_python_progress
        self.pointer.progress_context = self.keep(ffi.new_handle(self.keep(report)))

    def raise_error(self) -> None:
        """Raises what the progress function raised."""
        if self.error is not None:
            raise self.error


@ffi.def_extern()  # type: ignore[untyped-decorator]
def coffer_python_progress(count: int, context: Any) -> None:
    """What the library calls."""
    ffi.from_handle(context)(count)


def seconds(moment: datetime | float | None, name: str) -> int:
    """A time as the library takes it; 0 for none."""
    if moment is None:
        return 0
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise InvalidArgumentError(f"{name} has no time zone; use datetime.now(timezone.utc) and the like")
        return int((moment - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(seconds=1))
    return int(moment)


def read_options(
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
) -> Options:
    """How to read an object."""
    options = Options("coffer_read_options")
    if suffix is not None:
        if offset is not None or length is not None:
            raise InvalidArgumentError("suffix means the last bytes: it does not go with offset and length")
        options.pointer.range = lib.COFFER_RANGE_SUFFIX
        options.number("length", suffix)
    elif length is not None:
        options.pointer.range = lib.COFFER_RANGE_BOUNDED
        options.number("offset", offset or 0)
        options.number("length", length)
    elif offset is not None:
        options.pointer.range = lib.COFFER_RANGE_FROM
        options.number("offset", offset)
    options.text("if_match", if_match)
    options.text("if_none_match", if_none_match)
    options.pointer.if_modified_since = seconds(if_modified_since, "if_modified_since")
    options.pointer.if_unmodified_since = seconds(if_unmodified_since, "if_unmodified_since")
    options.text("version", version)
    if verify is not None:
        options.pointer.verification = lib.COFFER_VERIFY_REQUIRED if verify else lib.COFFER_VERIFY_OFF
    return options


def write_options(
    *,
    metadata: Metadata | Mapping[str, str] | None = None,
    content_type: str | None = None,
    if_match: str | None = None,
    create_only: bool = False,
    part_size: int | None = None,
    concurrency: int | None = None,
    expected_size: int | None = None,
    progress: Callable[[int], object] | None = None,
    checksum_algorithm: str | None = None,
    checksum: str | None = None,
) -> Options:
    """How to write an object."""
    options = Options("coffer_write_options")
    options.metadata(metadata, content_type)
    options.text("if_match", if_match)
    options.pointer.create_only = 1 if create_only else 0
    options.number("part_size", part_size)
    options.number("concurrency", concurrency)
    options.number("expected_size", expected_size)
    options.progress(progress)
    options.text("checksum_algorithm", checksum_algorithm)
    options.text("checksum", checksum)
    return options


def copy_options(
    *,
    metadata: Metadata | Mapping[str, str] | None = None,
    if_match: str | None = None,
    if_source_match: str | None = None,
    source_version: str | None = None,
    create_only: bool = False,
) -> Options:
    """How to copy or move an object."""
    options = Options("coffer_copy_options")
    options.metadata(metadata, None)
    options.text("if_match", if_match)
    options.text("if_source_match", if_source_match)
    options.text("source_version", source_version)
    options.pointer.create_only = 1 if create_only else 0
    return options


def list_options(
    prefix: str, delimiter: str | None, start_after: str | None, limit: int | None, page_token: str | None = None
) -> Options:
    """What to list."""
    options = Options("coffer_list_options")
    options.text("prefix", prefix)
    options.text("delimiter", delimiter)
    options.text("start_after", start_after)
    options.number("limit", limit)
    options.text("page_token", page_token)
    return options


def setting_text(name: str, value: SettingValue) -> str:
    """A setting's value as the text that the library reads."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, timedelta):
        return f"{value // timedelta(milliseconds=1)}ms"
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise TypeError(f"the option {name} is a text, a number, a bool, a path or a timedelta, not {type(value).__name__}")


def open_options(settings: Mapping[str, SettingValue], environment: Mapping[str, str] | None) -> Options:
    """How to open a store."""
    options = Options("coffer_open_options")
    given = {name: setting_text(name, value) for name, value in settings.items() if value is not None}
    options.pairs("settings", "setting_count", given)
    if environment is not None:
        options.pairs("environment", "environment_count", environment, always=True)
    return options


__all__ = ["NULL", "Options", "SettingValue", "copy_options", "list_options", "open_options", "read_options", "write_options"]
