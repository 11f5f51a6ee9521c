"""The endpoints that were opened before, in a file of our own: never a password, never a key."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from swarmtui.endpoint import Endpoint
from swarmtui.places.place import context_key, key_of

__all__ = ["MOST", "Recent", "RecentPlaces"]

log = logging.getLogger("swarmtui.places")

MOST = 20
LONGEST_FILE = 256 * 1024


@dataclass(frozen=True)
class Recent:
    """An endpoint that was opened.

    Attributes:
        url: where it led; without credentials, as every URL of an `Endpoint`.
        context: the docker context it was opened through; "" for none.
        used: when, in seconds since 1970.
    """

    url: str
    context: str = ""
    used: float = 0.0

    @property
    def key(self) -> str:
        """As `swarmtui.places.place.key_of`."""
        return context_key(self.context) if self.context else self.url


class RecentPlaces:
    """Reads and writes the file (0600, its directory 0700). Every method may be called from any thread.

    What is in the file is a convenience: a file that cannot be read counts as empty, and one that cannot be written
    holds nothing up. Both are told in the log.

    Args:
        path: the file; None to keep none.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()

    def entries(self) -> tuple[Recent, ...]:
        """Those that are known, the most recent first."""
        if self._path is None:
            return ()
        try:
            with self._path.open("rb") as file:
                content = json.loads(file.read(LONGEST_FILE))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, RecursionError) as error:
            log.warning("%s cannot be read: %s", self._path, error)
            return ()
        found = content.get("recent") if isinstance(content, dict) else None
        known = [each for each in map(_understood, found if isinstance(found, list) else ()) if each is not None]
        unique = {each.key: each for each in sorted(known, key=lambda each: each.used)}
        return tuple(sorted(unique.values(), key=lambda each: -each.used))[:MOST]

    def add(self, endpoint: Endpoint, at: float | None = None) -> None:
        """An endpoint was opened, at a moment in seconds since 1970; now, where none is given."""
        if self._path is None:
            return
        key = key_of(endpoint)
        context = endpoint.name if key == context_key(endpoint.name) else ""
        opened = Recent(endpoint.url, context, time.time() if at is None else at)
        with self._lock:
            others = [each for each in self.entries() if each.key != opened.key]
            try:
                _write(self._path, [opened, *others][:MOST])
            except OSError as error:
                log.warning("%s cannot be written: %s", self._path, error)


def _understood(entry: object) -> Recent | None:
    """One entry of the file; None when it is not one of ours."""
    if not isinstance(entry, dict):
        return None
    url, context, used = entry.get("url"), entry.get("context", ""), entry.get("used", 0)
    if not (isinstance(url, str) and url and isinstance(context, str) and isinstance(used, int | float)):
        return None
    return Recent(url, context, float(used))


def _write(path: Path, entries: Iterable[Recent]) -> None:
    """Put a whole new file in its place, so that nobody ever reads half of one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = json.dumps({"recent": [asdict(each) for each in entries]}, ensure_ascii=False, indent=1)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text + "\n")
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
