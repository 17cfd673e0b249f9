"""What calls take and give, apart from bytes: records that do not change, compare by value and can be pickled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from . import _fast

__all__ = ["Capabilities", "DeleteOutcome", "Driver", "ListEntry", "ListPage", "Metadata", "ObjectInfo", "Presigned", "Setting"]


class Metadata:
    """What is stored beside an object's bytes; None means "not set"."""

    __slots__ = ("_fields",)

    def __init__(
        self,
        content_type: str | None = None,
        content_disposition: str | None = None,
        content_encoding: str | None = None,
        content_language: str | None = None,
        cache_control: str | None = None,
        user: Mapping[str, str] | None = None,
    ) -> None:
        """Makes metadata.

        :param content_type: The media type, for instance ``text/plain``.
        :param content_disposition: How a browser shall present it.
        :param content_encoding: The coding of the stored bytes, for instance ``gzip``; nothing is ever decoded.
        :param content_language: The natural language.
        :param cache_control: How long caches may keep it.
        :param user: The user's own pairs, at most 2 KiB in all. Names are ASCII letters, digits and ``-_.``, folded to
            lower case; values are any text without control characters.
        """
        self._fields = (
            content_type, content_disposition, content_encoding, content_language, cache_control,
            MappingProxyType(dict(user or {})))

    @property
    def content_type(self) -> str | None:
        """The media type."""
        return self._fields[0]

    @property
    def content_disposition(self) -> str | None:
        """How a browser shall present it."""
        return self._fields[1]

    @property
    def content_encoding(self) -> str | None:
        """The coding of the stored bytes."""
        return self._fields[2]

    @property
    def content_language(self) -> str | None:
        """The natural language."""
        return self._fields[3]

    @property
    def cache_control(self) -> str | None:
        """How long caches may keep it."""
        return self._fields[4]

    @property
    def user(self) -> Mapping[str, str]:
        """The user's own pairs; cannot be changed."""
        return self._fields[5]

    def __eq__(self, other: object) -> bool:
        return self._fields == other._fields if isinstance(other, Metadata) else NotImplemented

    def __hash__(self) -> int:
        return hash((self._fields[:5], frozenset(self.user.items())))

    def __reduce__(self) -> tuple[Any, ...]:
        return (Metadata, (*self._fields[:5], dict(self.user)))

    def __repr__(self) -> str:
        names = ("content_type", "content_disposition", "content_encoding", "content_language", "cache_control")
        given = [f"{name}={value!r}" for name, value in zip(names, self._fields) if value is not None]
        if self.user:
            given.append(f"user={dict(self.user)!r}")
        return f"Metadata({', '.join(given)})"


def _record_repr(record: object, *names: str) -> str:
    return f"{type(record).__name__}({', '.join(f'{name}={getattr(record, name)!r}' for name in names)})"


class ObjectInfo(_fast.Info):
    """What a store knows of an object: `key`, `size`, `etag`, `last_modified`, `metadata`, `version`, `storage_class`,
    `checksum_algorithm`, `checksum`."""

    __slots__ = ()

    def _tuple(self) -> tuple[Any, ...]:
        return (
            self.key, self.size, self.etag, self.last_modified, self.metadata, self.version, self.storage_class,
            self.checksum_algorithm, self.checksum)

    def __eq__(self, other: object) -> bool:
        return self._tuple() == other._tuple() if isinstance(other, ObjectInfo) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._tuple())

    def __reduce__(self) -> tuple[Any, ...]:
        return (ObjectInfo, self._tuple())

    def __repr__(self) -> str:
        return _record_repr(
            self, "key", "size", "etag", "last_modified", "metadata", "version", "storage_class",
            "checksum_algorithm", "checksum")


class ListEntry(_fast.Entry):
    """One line of a listing: `name`, and the `object`, or None if this is the common beginning of several keys."""

    __slots__ = ()

    @property
    def is_prefix(self) -> bool:
        """Whether this is the common beginning of several keys."""
        return self.object is None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ListEntry):
            return NotImplemented
        return (self.name, self.object) == (other.name, other.object)

    def __hash__(self) -> int:
        return hash((self.name, self.object))

    def __reduce__(self) -> tuple[Any, ...]:
        return (ListEntry, (self.name, self.object))

    def __repr__(self) -> str:
        return _record_repr(self, "name", "object")


class DeleteOutcome(_fast.Outcome):
    """What became of one key of many: `key`, and the `error`, or None if it worked."""

    __slots__ = ()

    @property
    def ok(self) -> bool:
        """Whether it worked."""
        return self.error is None

    def __reduce__(self) -> tuple[Any, ...]:
        return (DeleteOutcome, (self.key, self.error))

    def __repr__(self) -> str:
        return _record_repr(self, "key", "error")


@dataclass(frozen=True)
class ListPage:
    """A page of a listing."""

    #: Objects and common beginnings together, in the order of their bytes. May be empty although more pages follow.
    entries: list[ListEntry]
    #: Where the next page begins, for `list_page`, here or in another process; None on the last page.
    next_token: str | None


@dataclass(frozen=True)
class Presigned:
    """A request that anyone may make until it expires. `str()` gives the URL."""

    #: The HTTP method, for instance ``GET``.
    method: str
    #: The URL; as good as a password until it expires.
    url: str = field(repr=False)
    #: Headers that must be sent exactly so.
    headers: Mapping[str, str]
    #: When it expires, in UTC.
    expires: datetime

    def __str__(self) -> str:
        return self.url


@dataclass(frozen=True)
class Setting:
    """A setting of a driver."""

    #: The name: an option of `coffer.open` and of URLs.
    name: str
    #: One sentence that says what it does.
    summary: str
    #: ``string``, ``integer``, ``boolean``, ``duration``, ``size`` or ``choice``.
    kind: str
    #: The value that counts if none is given.
    default: str | None
    #: Whether a store cannot be opened without it.
    is_required: bool
    #: Whether its value must never be shown.
    is_secret: bool
    #: The least value of an integer.
    minimum: int | None
    #: The greatest value of an integer.
    maximum: int | None
    #: The words of a choice.
    choices: tuple[str, ...]
    #: Environment variables that give it, in order, after ``COFFER_<DRIVER>_<NAME>``.
    environment: tuple[str, ...]


@dataclass(frozen=True)
class Driver:
    """A driver that stores can be opened with."""

    #: The name: also the scheme of its URLs.
    name: str
    #: One sentence that says what it stores in.
    summary: str
    #: The setting that the host of a URL gives; None if there must be none.
    host_setting: str | None
    #: The setting that the path of a URL gives; None if there must be none.
    path_setting: str | None
    #: Its settings.
    settings: tuple[Setting, ...]


@dataclass(frozen=True)
class Capabilities:
    """What a store can do, and its limits: None where there is no limit."""

    #: Reads take `if_match` and `if_none_match`.
    can_read_if_match: bool
    #: Reads take `if_modified_since` and `if_unmodified_since`.
    can_read_if_modified: bool
    #: Writes take `create_only`, atomically.
    can_create_only: bool
    #: Writes take `if_match`, atomically.
    can_compare_and_swap: bool
    #: Deletes take `if_match`, atomically.
    can_delete_if_match: bool
    #: The content type is kept.
    can_content_type: bool
    #: The other standard headers of `Metadata` are kept.
    can_content_headers: bool
    #: The user's own pairs are kept.
    can_user_metadata: bool
    #: Versions can be read and deleted.
    can_versions: bool
    #: Listings take a delimiter other than ``/``.
    can_any_delimiter: bool
    #: Copies within the service take `create_only`; without this, such copies pass through the client.
    can_copy_create_only: bool
    #: Copies within the service take `if_source_match`; without this, such copies pass through the client.
    can_copy_if_source_match: bool
    #: There are presigned requests.
    can_presign: bool
    #: Objects are copied without passing through the client.
    can_copy: bool
    #: Objects are moved in one step.
    can_move: bool
    #: The driver takes objects as a stream of unknown length. (Writing as a stream works on every driver.)
    can_streaming_write: bool
    #: The driver takes objects in parts.
    can_multipart: bool
    #: The driver deletes many objects in one request.
    can_batch_delete: bool
    #: Copies within the service take `if_match`; without this, such copies pass through the client.
    can_copy_compare_and_swap: bool
    #: Copies within the service take new metadata; without this, such copies pass through the client.
    can_copy_metadata: bool
    #: Writes take a checksum, and reads can be required to be verified.
    can_checksums: bool
    #: The longest key in bytes.
    max_key_bytes: int | None
    #: The largest object in bytes.
    max_object_size: int | None
    #: The largest object in bytes that is stored by one request.
    max_put_size: int | None
    #: From this size on, in bytes, an upload is split into parts.
    multipart_threshold: int | None
    #: The part size in bytes that the driver prefers.
    part_size: int | None
    #: The smallest part in bytes; the last one may be smaller.
    min_part_size: int | None
    #: The largest part in bytes.
    max_part_size: int | None
    #: The most parts of an upload.
    max_parts: int | None
    #: How many parts are sent at the same time if the caller does not say.
    part_concurrency: int | None
    #: The most keys that are deleted by one request.
    max_batch_delete: int | None
    #: The most entries of a page of a listing.
    max_page_size: int | None
