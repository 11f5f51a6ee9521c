"""Where a log comes from: a service or a task of the swarm, or a container of one engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from swarmtui.engine.streams.log_parser import Writer
from swarmtui.swarm.kinds import Kind, Target

__all__ = ["About", "ContainerLogOrigin", "LogOrigin", "SwarmLogOrigin"]

ENDS = frozenset({"complete", "shutdown", "failed", "rejected", "remove", "orphaned"})
"""States of a task whose container is gone."""


@dataclass(frozen=True)
class About:
    """What is to be known of an object before its log is read.

    Attributes:
        driver: its own log driver; "" for the engine's default.
        terminal: whether it has one, so that its output is in no frames.
        ended: no line will come any more. Engines continue in silence when the log of such a task is followed.
    """

    driver: str
    terminal: bool
    ended: bool


class LogOrigin(Protocol):
    """An object that has a log.

    Attributes:
        path: of the object itself, as raw JSON.
        log_path: of its log.
        writer: who alone writes; None where the log's details tell.
    """

    path: str
    log_path: str
    writer: Writer | None

    def about(self, raw: Any) -> About:
        """What the object's raw JSON says."""


class SwarmLogOrigin:
    """A service or a task, whose log a manager collects from the nodes."""

    def __init__(self, target: Target) -> None:
        self.path = f"/{target.kind.value}/{target.id}"
        self.log_path = f"{self.path}/logs"
        self.writer: Writer | None = None
        self._of_service = target.kind is Kind.SERVICE

    def about(self, raw: Any) -> About:
        spec = _member(raw, "Spec")
        template = _member(spec, "TaskTemplate") if self._of_service else spec
        # The log of a task ends with its container; a service's only by an accident of the engine that is asked.
        ended = not self._of_service and _member(raw, "Status").get("State") in ENDS
        return About(
            _text(_member(template, "LogDriver").get("Name")),
            _member(template, "ContainerSpec").get("TTY") is True,
            ended,
        )


class ContainerLogOrigin:
    """A container, whose log its own engine has.

    Args:
        container_id: which.
        task_id, node_id: the task that it is of, and where it is: the engine does not tell with each line.
    """

    def __init__(self, container_id: str, task_id: str, node_id: str) -> None:
        self.path = f"/containers/{container_id}/json"
        self.log_path = f"/containers/{container_id}/logs"
        self.writer: Writer | None = (task_id, node_id)

    def about(self, raw: Any) -> About:
        return About(
            _text(_member(_member(raw, "HostConfig"), "LogConfig").get("Type")),
            _member(raw, "Config").get("Tty") is True,
            _member(raw, "State").get("Status") in ("exited", "dead", "removing"),
        )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _member(raw: Any, key: str) -> dict[str, Any]:
    """An object in raw JSON; an empty one when it is missing or null."""
    value = raw.get(key) if isinstance(raw, dict) else None
    return value if isinstance(value, dict) else {}
