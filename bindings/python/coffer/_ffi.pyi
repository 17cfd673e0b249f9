# Compiled from coffer.h by build_ffi.py.
from typing import Any

ffi: Any
lib: Any
