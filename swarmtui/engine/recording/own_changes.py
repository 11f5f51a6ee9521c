"""OwnChanges: what is done with swarmtui on this machine while a record is made: what is added to the audit log."""

from __future__ import annotations

from pathlib import Path

from swarmtui.engine.changes.audit import read_line
from swarmtui.swarm.timeline.own import OwnChange

__all__ = ["OwnChanges"]

MOST = 1_000_000
"""Bytes that are read at once."""


class OwnChanges:
    """Reads what is added to the audit log from now on. Call it at times; it gives what is new, the oldest first.

    Args:
        path: the audit log; it need not exist.
        endpoint: the name of the swarm whose changes are meant.
    """

    def __init__(self, path: Path, endpoint: str) -> None:
        self._path = path
        self._endpoint = endpoint
        self._read = self._size()

    def __call__(self) -> list[OwnChange]:
        size = self._size()
        if size <= self._read:
            self._read = size  # it was put away, and begins again
            return []
        try:
            with self._path.open("rb") as file:
                file.seek(self._read)
                whole = file.read(MOST).rpartition(b"\n")[0]
        except OSError:
            return []
        self._read += len(whole) + 1 if whole else 0
        found = (read_line(line, self._endpoint) for line in whole.split(b"\n"))
        return [change for change in found if change is not None]

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except OSError:
            return 0
