"""Builds the extensions and puts libcoffer into the package, so that the wheel needs nothing else."""

import shutil
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

sys.path.insert(0, str(Path(__file__).resolve().parent))
import build_ffi  # noqa: E402

library = build_ffi.find_library()


class BuildExtensions(build_ext):
    """Adds the shared library to what was built."""

    def run(self) -> None:
        super().run()
        package = Path(self.get_ext_fullpath("coffer._ffi")).parent
        package.mkdir(parents=True, exist_ok=True)
        # Under the name that the loader looks for; symbolic links do not survive in a wheel.
        shutil.copy2(library.shared.resolve(), package / library.soname)

    def get_outputs(self):  # type: ignore[no-untyped-def]
        package = Path(self.get_ext_fullpath("coffer._ffi")).parent
        return [*super().get_outputs(), str(package / library.soname)]


setup(
    version=library.version,
    packages=["coffer"],
    package_data={"coffer": ["py.typed", "*.pyi"]},
    ext_modules=[Extension("coffer._fast", ["coffer/_fast.c"], **build_ffi.link_arguments(library))],
    cffi_modules=["build_ffi.py:make_ffi"],
    cmdclass={"build_ext": BuildExtensions},
    zip_safe=False,
)
