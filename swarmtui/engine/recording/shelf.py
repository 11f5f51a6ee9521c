"""The directory where the program keeps the records that it makes by itself."""

from __future__ import annotations

import fcntl
import logging
import os
import re
import time
from contextlib import suppress
from pathlib import Path

__all__ = ["SUFFIX", "place_for"]

log = logging.getLogger("swarmtui.engine")

SUFFIX = ".rec"


def place_for(directory: Path, endpoint: str, *, keep: int) -> Path:
    """A name for a new record; of those before only the newest stay. One that is being written stays in any case.

    Args:
        directory: it need not exist.
        endpoint: the swarm's name.
        keep: how many of the others stay.
    """
    records = sorted(directory.glob(f"*{SUFFIX}"), key=_changed, reverse=True) if directory.is_dir() else []
    for path in records[max(0, keep) :]:
        _remove(path)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", endpoint).strip("-.") or "swarm"
    return directory / f"{name[:60]}-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}{SUFFIX}"


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _remove(path: Path) -> None:
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # another program is writing it
        return
    else:
        with suppress(OSError):
            path.unlink()
            log.info("Removed the record %s", path)
    finally:
        os.close(file)
