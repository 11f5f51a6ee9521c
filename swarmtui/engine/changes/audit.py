"""The audit log: one JSON line for every change that was asked for, whatever became of it."""

from __future__ import annotations

import json
import logging
import os
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

from swarmtui.endpoint import Endpoint
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.times import seconds_of

if TYPE_CHECKING:
    from swarmtui.swarm.timeline.own import OwnChange

__all__ = ["AuditLog", "Audited", "read_line"]

log = logging.getLogger("swarmtui.engine")

TOKEN = re.compile(r"SWM(TKN|KEY)-\S+")

READ_BACK = 256_000
"""Bytes of the end of the log in which it is looked for what was done here before."""

OLD = 7 * 86400.0
"""Seconds after which that tells nothing any more."""


class Audited(Protocol):
    """What is written down: an action, or a command in a container."""

    name: ClassVar[str]

    @property
    def target(self) -> Target: ...
    @property
    def title(self) -> str: ...
    @property
    def docker_command(self) -> str: ...


class AuditLog:
    """Appends to a file in the user's state directory (0600, its directory 0700).

    A log that cannot be written does not hold up a change: at night, on a full disk, that change may be the one that
    helps. It is said once, as a warning beside the change's outcome.

    Args:
        path: the file; None to keep no log.
        endpoint: the engine that the changes go to.
        heard: told of each change that was not refused, in the thread that made it; by this machine's clock.
    """

    def __init__(
        self, path: Path | None, endpoint: Endpoint, heard: Callable[[OwnChange], None] = lambda change: None
    ) -> None:
        self._path = path
        self._endpoint = endpoint
        self._heard = heard
        self._complained = False

    def record(self, action: Audited, outcome: str, *, error: str = "", attempts: int = 0) -> str:
        """Write one line.

        Args:
            action: what was asked for.
            outcome: "done", "refused" (by this program), "failed" (it was not done) or "unknown".
            error: why, where it was not done.
            attempts: how often it was sent.

        Returns:
            A warning for the user; "" when there is none.
        """

        from swarmtui.swarm.timeline.own import OwnChange

        target = action.target
        if outcome != "refused":
            now, version = time.time(), target.version
            command = TOKEN.sub(r"SWM\1-…", action.docker_command)
            what = (now, target.kind, target.id, target.name, action.title, command)
            self._heard(OwnChange(*what, outcome, version, error, action.name))
        if self._path is None:
            return ""
        entry = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "endpoint": self._endpoint.name,
            "user": _user(),
            "action": action.name,
            "kind": target.kind.value,
            "id": target.id,
            "name": target.name,
            "command": action.docker_command,
            "outcome": outcome,
            "attempts": attempts,
            "error": error,
        }
        line = TOKEN.sub(r"SWM\1-…", json.dumps(entry, ensure_ascii=False)) + "\n"
        try:
            self._append(self._path, line)
        except OSError as problem:
            log.warning("The audit log %s cannot be written: %s", self._path, problem)
            if not self._complained:
                self._complained = True
                return f"The audit log {self._path} cannot be written: {problem.strerror}."
        return ""

    def past(self) -> list[OwnChange]:
        """What was changed here before, the oldest first, by this machine's clock; [] where that cannot be read."""
        if self._path is None:
            return []
        try:
            with self._path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - READ_BACK))
                lines = file.read().split(b"\n")
        except OSError:
            return []
        oldest = time.time() - OLD
        found = (read_line(line, self._endpoint.name) for line in lines)
        return [change for change in found if change is not None and change.at > oldest]

    def _append(self, path: Path, line: str) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # One write to a file opened for appending: lines of several programs do not mix.
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user ID without a name, as in a container
        return str(os.getuid())


def read_line(line: bytes, endpoint: str) -> OwnChange | None:
    """A change that a line tells of; None for another engine's, for what was refused, and for what is no such line."""

    from swarmtui.swarm.describe.loose_json import Raw
    from swarmtui.swarm.timeline.own import OwnChange

    try:
        raw = Raw(json.loads(line))
    except ValueError:
        return None
    at, outcome = seconds_of(raw.text("time")), raw.text("outcome")
    kind = next((each for each in Kind if each.value == raw.text("kind")), None)
    if at is None or kind is None or outcome in ("", "refused") or raw.text("endpoint") != endpoint:
        return None
    return OwnChange(
        at,
        kind,
        raw.text("id"),
        raw.text("name"),
        title="",
        command=raw.text("command"),
        outcome=outcome,
        error=raw.text("error"),
        action=raw.text("action"),
    )
