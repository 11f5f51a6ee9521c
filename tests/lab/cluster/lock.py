"""One process at a time may hold the lab of a name; the kernel frees the lock when that process ends, however."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from .errors import LabInUse


class Lock:
    """A lock file, removed again when the lock is released."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object has the lock."""
        return self._file is not None

    def acquire(self) -> None:
        """Take the lock, or raise LabInUse naming the process that has it."""
        while True:
            self._path.parent.mkdir(mode=0o755, exist_ok=True)
            try:
                handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except FileNotFoundError:
                continue  # another lab has just removed the directory as its last
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.read(handle, 32).decode(errors="replace").strip() or "another"
                os.close(handle)
                raise LabInUse(f"process {holder} runs a lab already ({self._path}): end that one first") from None
            if self._is_current(handle):
                break
            # Its holder removed the file between our open and our flock.
            os.close(handle)
        os.truncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._file = handle

    def _is_current(self, handle: int) -> bool:
        try:
            return os.path.samestat(os.fstat(handle), self._path.stat())
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Give the lock back and remove the file."""
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = None
