"""A directory that runs the program on a Linux without Python and with an older C library.

It holds this interpreter, the standard library as far as the program can need it, the packages, and the shared
libraries of all of these, the C library and its loader among them: the loader is started by its path, so neither the
machine's own C library nor its loader is used. Programs that are started from here get none of it: nothing is put into
the environment.
"""

from __future__ import annotations

import compileall
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from py_compile import PycInvalidationMode

__all__ = ["bundle"]

NOT_NEEDED = (
    *("test", "tests", "idlelib", "tkinter", "turtledemo", "turtle.py", "lib2to3", "ensurepip", "distutils", "venv"),
    *("pydoc_data", "sqlite3", "dbm", "__pycache__", "site-packages", "dist-packages", "config-*", "lib-dynload"),
)
"""Of the standard library."""
NO_EXTENSIONS = re.compile(r"_tkinter|_test|_ctypes_test|_sqlite3|_g?dbm|readline|xx|_xx|nis|ossaudiodev")
STUBS = ("libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1", "libresolv.so.2")
"""Parts of older C libraries: a name service's module of the machine must find ours, and not its own."""

LOADER = """\
#!/bin/sh
# Python as it is in this directory: by its own loader, with its own libraries.
self=$0
[ -L "$self" ] && self=$(readlink -f "$self")
case $self in */*) ;; *) self=$(command -v "$self") ;; esac
here=$(cd "${self%/*}/UP" && pwd)
exec "$here/lib/ld.so" --argv0 "$here/bin/python3" --library-path "$here/lib" "$here/bin/python3.bin" WORDS"$@"
"""


def bundle(place: Path, wheel: Path, constraints: Path) -> None:
    """Make the directory.

    Args:
        place: it is made there.
        wheel: of the program.
        constraints: the versions of what it needs.
    """
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    library = place / "lib" / version
    packages = place / _packages_of_a_prefix()
    (place / "bin").mkdir(parents=True)
    _copy_standard_library(library)
    _install(wheel, constraints, packages)
    interpreter = place / "bin" / "python3.bin"
    shutil.copy(Path(sys.executable).resolve(), interpreter)
    _copy_libraries(place, [interpreter, *library.rglob("*.so*")])
    _strip([interpreter, *place.rglob("*.so*")])
    _write(place / "bin" / "python3", LOADER.replace("UP", "..").replace("WORDS", ""))
    _write(place / "swarmtui", LOADER.replace("UP", ".").replace("WORDS", "-I -m swarmtui "))
    mode = PycInvalidationMode.UNCHECKED_HASH  # a file's time would be another one in each copy
    compileall.compile_dir(library, stripdir=place, prependdir="/", quiet=2, invalidation_mode=mode)


def _packages_of_a_prefix() -> str:
    """Where this interpreter, outside a virtual environment, looks for packages below its prefix: not where others do,
    if it is Debian's."""
    asked = "import site; print(site.getsitepackages(['/'])[-1].lstrip('/'))"
    interpreter = Path(sys.executable).resolve()
    return subprocess.run([interpreter, "-I", "-c", asked], capture_output=True, text=True, check=True).stdout.strip()


def _copy_standard_library(library: Path) -> None:
    whole = Path(sysconfig.get_path("stdlib"))
    shutil.copytree(whole, library, ignore=shutil.ignore_patterns(*NOT_NEEDED))
    extensions = library / "lib-dynload"
    extensions.mkdir()
    for file in (whole / "lib-dynload").glob("*.so"):
        if not NO_EXTENSIONS.match(file.name):
            shutil.copy(file, extensions)


def _install(wheel: Path, constraints: Path, packages: Path) -> None:
    words = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--only-binary", ":all:"]
    words += ["--disable-pip-version-check", "--target", str(packages), "--constraint", str(constraints), str(wheel)]
    subprocess.run(words, check=True)
    shutil.rmtree(packages / "bin", ignore_errors=True)
    # Where it was installed from is this machine's business.
    for file in packages.glob("*.dist-info/direct_url.json"):
        file.unlink()
    for record in packages.glob("*.dist-info/RECORD"):
        lines = [line for line in record.read_text().splitlines() if "direct_url" not in line and "../" not in line]
        record.write_text("\n".join(sorted(lines)) + "\n")


def _copy_libraries(place: Path, binaries: list[Path]) -> None:
    """The shared libraries of the system that these need."""
    needed = {path for binary in binaries for path in _needed_by(binary)}
    system = {path for path in needed if not path.is_relative_to(place)}
    loader = next(path for path in system if path.name.startswith("ld-linux"))
    directory = next(path.parent for path in system if path.name == "libc.so.6")
    system |= {directory / name for name in STUBS if (directory / name).exists()}
    for path in system - {loader}:
        shutil.copy(path.resolve(), place / "lib" / path.name)
    shutil.copy(loader.resolve(), place / "lib" / "ld.so")


def _strip(binaries: list[Path]) -> None:
    """Leave out what only a debugger reads: of libpython alone that is two thirds."""
    if strip := shutil.which("strip"):
        subprocess.run([strip, "--strip-unneeded", *binaries], check=True)


def _needed_by(binary: Path) -> Iterator[Path]:
    told = subprocess.run(["ldd", str(binary)], capture_output=True, text=True, check=False).stdout
    for found in re.findall(r"(?:=> |^\s*)(/\S+) \(0x", told, re.MULTILINE):
        yield Path(found)


def _write(path: Path, script: str) -> None:
    path.write_text(script)
    path.chmod(0o755)
    os.utime(path)
