"""Finds libcoffer and makes the cffi module `coffer._ffi` of its header: the declarations have one source, coffer.h."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent

# Called back while a transfer runs; coffer/_options.py implements it.
CALLBACKS = 'extern "Python" void coffer_python_progress(int64_t bytes, void *context);'


class Library(NamedTuple):
    """Where a built libcoffer is."""

    header: Path
    shared: Path

    @property
    def soname(self) -> str:
        """The name under which a program that is linked with it looks for it."""
        return os.path.basename(os.readlink(self.shared)) if self.shared.is_symlink() else self.shared.name

    @property
    def version(self) -> str:
        """The version that the header belongs to."""
        found = re.search(r'#define\s+COFFER_VERSION\s+"([^"]+)"', self.header.read_text(encoding="utf-8"))
        if not found:
            raise SystemExit(f"{self.header} defines no COFFER_VERSION: it is not the header of this library")
        return found.group(1)


def candidates() -> list[Path]:
    """Prefixes to look under, the best first."""
    given = os.environ.get("COFFER_PREFIX")
    if given:
        return [Path(given)]
    found = [HERE.parent.parent / ".build" / "stage"]
    try:
        answer = subprocess.run(
            ["pkg-config", "--variable=prefix", "coffer"], capture_output=True, text=True, check=True, timeout=30)
        found.append(Path(answer.stdout.strip()))
    except (OSError, subprocess.SubprocessError):
        pass  # no pkg-config, or it does not know coffer
    return found + [Path("/usr/local"), Path("/usr")]


def find_library() -> Library:
    """The library to build against; ends with the remedy if there is none."""
    prefixes = candidates()
    for prefix in prefixes:
        library = Library(prefix / "include" / "coffer.h", prefix / "lib" / "libcoffer.so")
        if library.header.is_file() and library.shared.exists():
            return library
    places = ", ".join(str(prefix) for prefix in prefixes)
    raise SystemExit(
        "libcoffer has not been built: there is no include/coffer.h with lib/libcoffer.so under " + places
        + ".\nRun scripts/build-library in Coffer's source tree first, or set COFFER_PREFIX to where it is installed.")


def declarations(header: str) -> str:
    """What cffi can read of a C header: the declarations, without comments, preprocessor lines and `extern "C"`."""
    text = re.sub(r"/\*.*?\*/", " ", header, flags=re.DOTALL)
    text = re.sub(r"//[^\n]*", " ", text)
    # `extern "C" {` and its end stand between #ifdef __cplusplus and #endif: all of that is C++'s.
    text = re.sub(r"^[ \t]*#[ \t]*ifdef[ \t]+__cplusplus\b.*?^[ \t]*#[ \t]*endif\b[^\n]*$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*$", "", text, flags=re.MULTILINE)
    # Attribute macros in front of a declaration, such as COFFER_API.
    text = re.sub(r"\bCOFFER_[A-Z_]+\s+(?=(?:const\s+)?(?:coffer_\w+|void|char|bool|int\w*|uint\w*|size_t)\b)", "", text)
    text = re.sub(r"\b_(?:Nonnull|Nullable|Null_unspecified)\b", "", text)
    return re.sub(r"\n\s*\n+", "\n", text).strip() + "\n"


def make_ffi():  # type: ignore[no-untyped-def]
    """The cffi builder, for setup.py."""
    from cffi import FFI

    library = find_library()
    builder = FFI()
    builder.cdef(declarations(library.header.read_text(encoding="utf-8")))
    builder.cdef(CALLBACKS)
    builder.set_source("coffer._ffi", "#include <coffer.h>", **link_arguments(library))
    return builder


def link_arguments(library: Library) -> dict[str, list[str]]:
    """How an extension is linked with the library that lies beside it in the package."""
    return {
        "include_dirs": [str(library.header.parent)],
        "libraries": ["coffer"],
        "library_dirs": [str(library.shared.parent)],
        "extra_link_args": ["-Wl,-rpath,$ORIGIN"],
        "extra_compile_args": ["-O2"],
    }
