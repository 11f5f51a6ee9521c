"""Unix sockets as files: made for us alone, and removed."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
from pathlib import Path

LONGEST = 107
"""Bytes of a Unix socket's path."""


def bind(path: Path) -> socket.socket:
    """A socket at a path, in place of what a dead process left there."""
    if len(os.fsencode(path)) > LONGEST:
        raise OSError(f"the path of a socket is too long: {path}")
    remove(path)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        bound.bind(str(path))
        path.chmod(0o600)
    except OSError as error:
        bound.close()
        raise OSError(f"cannot listen at {path}: {error}") from error
    return bound


def remove(path: Path) -> None:
    """Remove a socket; nothing else is ever removed."""
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISSOCK(path.lstat().st_mode):
            path.unlink()


def private(directory: Path) -> None:
    """Make a directory for ourselves alone; OSError when it is another's or open to others."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise OSError(f"not a directory of ours alone (mode 0700): {directory}")
