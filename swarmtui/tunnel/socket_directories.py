"""The private directories that hold forwarded sockets, and their removal on every way out.

A directory is locked (flock(2)) for as long as its process lives: the kernel lets go of the lock however the process
ends, so that the next start can tell what kill -9 left behind, even where process IDs come round again.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import fcntl
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path

from swarmtui.lifeline import in_emergency

__all__ = ["SocketDirectory", "remove_stale"]

PREFIX = "swarmtui-ssh-"
LOCK = "lock"
SOCKET = "docker.sock"
LONGEST_PATH = 100
"""Bytes; the kernel takes 107 for a Unix socket, and macOS 103."""
TOO_YOUNG = 60.0
"""Seconds for which a directory without a lock may be one that is just being made."""

_lock = threading.Lock()
_places: set[SocketDirectory] = set()
_over = threading.Event()
"""The program ends: nothing is made any more that nobody would remove."""


class SocketDirectory:
    """A directory of mode 0700 for one socket; `remove` is called by `atexit` at the latest.

    Raises:
        OSError: it cannot be made.
    """

    def __init__(self) -> None:
        self._process = os.getpid()
        with _lock:
            if _over.is_set():
                raise OSError(errno.ESHUTDOWN, "the program ends")
            self.directory = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_base()))
            # It is locked before it has its name: another start must never find it without.
            nameless = self.directory / f"{LOCK}.new"
            self._lock = os.open(nameless, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            nameless.rename(self.directory / LOCK)
            _places.add(self)

    @property
    def socket(self) -> Path:
        """Where the socket is to be."""
        return self.directory / SOCKET

    def remove(self) -> None:
        """Remove it and all in it; once is enough. Does nothing in a forked child: it is the parent's."""
        if os.getpid() != self._process:
            return
        with _lock:
            if self not in _places:
                return
        shutil.rmtree(self.directory, ignore_errors=True)
        with _lock:
            if self in _places:  # until it is gone: the end by force must find what another thread is just removing
                _places.discard(self)
                os.close(self._lock)


def _remove_all() -> None:
    with _lock:  # one that is being made is waited for
        _over.set()
        places = list(_places)
    for place in places:
        place.remove()


atexit.register(_remove_all)
in_emergency(_remove_all)


def _base() -> Path:
    """XDG_RUNTIME_DIR, which is the user's own and in memory; else the directory for temporary files."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    for candidate in (runtime, tempfile.gettempdir(), "/tmp"):
        path = Path(candidate)
        usable = candidate and path.is_dir() and os.access(path, os.W_OK | os.X_OK)
        if usable and len(os.fsencode(path)) + len(f"/{PREFIX}xxxxxxxx/{SOCKET}") <= LONGEST_PATH:
            return path
    return Path("/tmp")


def remove_stale() -> int:
    """Remove directories whose processes have ended without doing so.

    Returns:
        How many there were.
    """
    removed = 0
    for directory in _base().glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # another start may be doing the same
            if directory.stat().st_uid == os.getuid() and not directory.is_symlink() and _is_stale(directory):
                shutil.rmtree(directory)
                removed += 1
    return removed


def _is_stale(directory: Path) -> bool:
    try:
        descriptor = os.open(directory / LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return time.time() - directory.stat().st_mtime > TOO_YOUNG
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
