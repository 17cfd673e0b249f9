"""What there is to open stores with."""

from __future__ import annotations

from typing import Any

from ._ffi import ffi, lib
from ._native import call, optional_text, text
from .types import Driver, Setting

__all__ = ["drivers"]

_KINDS = {
    lib.COFFER_SETTING_STRING: "string",
    lib.COFFER_SETTING_INTEGER: "integer",
    lib.COFFER_SETTING_BOOLEAN: "boolean",
    lib.COFFER_SETTING_DURATION: "duration",
    lib.COFFER_SETTING_SIZE: "size",
    lib.COFFER_SETTING_CHOICE: "choice",
}


def drivers() -> list[Driver]:
    """The drivers that stores can be opened with, sorted by name, with all their settings."""
    result = ffi.new("coffer_drivers **")
    call(lib.coffer_drivers_get, result)
    try:
        return [_driver(result[0].drivers[index]) for index in range(result[0].driver_count)]
    finally:
        lib.coffer_drivers_free(result[0])


def _driver(given: Any) -> Driver:
    return Driver(
        text(given.name), text(given.summary), optional_text(given.host_setting), optional_text(given.path_setting),
        tuple(_setting(given.settings[index]) for index in range(given.setting_count)))


def _setting(given: Any) -> Setting:
    kind = _KINDS.get(given.kind, "string")
    return Setting(
        name=text(given.name), summary=text(given.summary), kind=kind, default=optional_text(given.default_value),
        is_required=given.is_required, is_secret=given.is_secret,
        minimum=given.minimum if kind == "integer" else None, maximum=given.maximum if kind == "integer" else None,
        choices=tuple(text(given.choices[index]) for index in range(given.choice_count)),
        environment=tuple(text(given.environment[index]) for index in range(given.environment_count)))
