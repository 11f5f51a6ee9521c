"""The directory that the process of an embedded swarm makes for its sockets.

Its name holds the process's ID: whoever ends the process by force finds it, and removes it in its place.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from swarmtui.sim.api.sockets import LONGEST

PREFIX = "swarmtui-sim-"


@contextmanager
def directory(wanted: Path | None) -> Iterator[Path]:
    """The directory for sockets; one of our own, removed at the end, where none is wanted."""
    if wanted is not None:
        yield wanted.absolute()
        return
    made = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_base()))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def remove_directory_of(pid: int) -> None:
    """Remove what a process has made that was started with our environment, and is ended."""
    for left in _base().glob(f"{PREFIX}{pid}-*"):
        shutil.rmtree(left, ignore_errors=True)


def _base() -> Path:
    """The user's own directory for sockets; else the one for temporary files."""
    given = os.environ.get("XDG_RUNTIME_DIR")
    if given and len(given) <= LONGEST // 2 and Path(given).is_dir():
        return Path(given)
    return Path(tempfile.gettempdir())
