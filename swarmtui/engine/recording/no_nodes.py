"""What a record has in the place of nodes' engines, and of all that takes an engine: a refusal in words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from swarmtui.engine.nodes.awaited import Awaited
from swarmtui.engine.nodes.command_run import CommandRun
from swarmtui.engine.nodes.forward import Forward
from swarmtui.engine.nodes.terminal import Terminal
from swarmtui.engine.streams.log_lines import LogBatch, LogPhase, LogRequest, LogStatus
from swarmtui.errors import OnlyARecord
from swarmtui.swarm.logs.containers import LogContainer
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.stats.stats import NO_STATS, Stats, Subject, Unreached
from swarmtui.swarm.tasks.command_across import CollectedExec
from swarmtui.swarm.tasks.container_exec import ContainerExec
from swarmtui.swarm.tasks.container_file import CopyIn, CopyOut
from swarmtui.swarm.tasks.port_forward import PortForward

__all__ = ["NoLog", "NoNodes", "only_a_record", "refused"]

T = TypeVar("T")


def only_a_record(why: str) -> OnlyARecord:
    """The refusal of what takes an engine.

    Args:
        why: the end of a sentence: "nothing can be changed".
    """
    return OnlyARecord(f"This is a record: {why}.")


def refused(error: OnlyARecord) -> Future[T]:
    """An answer that raises a refusal."""
    future = Future[T]()
    future.set_exception(error)
    return future


def _not_awaited(error: OnlyARecord) -> Awaited[T]:
    return Awaited(refused(error), threading.Event())


class NoLog:
    """Meets swarmtui.engine.streams.log_lines.LogStream."""

    status = LogStatus(LogPhase.ENDED, OnlyARecord("This is a record: logs are not in it."))
    waiting = 0

    def take(self) -> LogBatch:
        """Nothing."""
        return LogBatch([], 0)

    def reconnect(self) -> None:
        """There is nothing to connect to."""

    def close(self) -> None:
        """It has ended."""


class NoNodes:
    """Meets swarmtui.ui.node_access.NodeAccess: nothing of it is in a record, and each call says so."""

    def __init__(self) -> None:
        self._watched: Sequence[Subject] = ()

    def ask(
        self,
        node: Node,
        path: str,
        params: Mapping[str, str] | None = None,
        doing: Callable[[str], None] = lambda _: None,
        *,
        slow: bool = False,
    ) -> Awaited[Any]:
        del node, path, params, doing, slow
        return _not_awaited(only_a_record("what only a node's own engine knows is not in it"))

    def disk_room(self, node: Node, doing: Callable[[str], None] = lambda _: None) -> Awaited[Any]:
        del node, doing
        return _not_awaited(only_a_record("the room on disks is not in it"))

    def watch_stats(self, subjects: Sequence[Subject]) -> None:
        """Figures are not recorded."""
        self._watched = subjects

    def stats(self) -> Stats:
        """No figure, and why."""
        why = Unreached(str(only_a_record("live figures are not in it")))
        return Stats(unreached={each.node.id: why for each in self._watched}) if self._watched else NO_STATS

    def forwards(self) -> tuple[Forward, ...]:
        """None."""
        return ()

    def logs(self, container: LogContainer, request: LogRequest) -> NoLog:
        """A log that says why it is empty."""
        del container, request
        return NoLog()

    def copy_file(
        self, asked: CopyIn | CopyOut, told: Callable[[str], None], *, typed: str = ""
    ) -> Awaited[tuple[int, str]]:
        del asked, told, typed
        return _not_awaited(only_a_record("there is no container to copy from"))

    def terminal(
        self, asked: ContainerExec, size: tuple[int, int], doing: Callable[[str], None], *, typed: str = ""
    ) -> Awaited[Terminal]:
        del asked, size, doing, typed
        return _not_awaited(only_a_record("there is no container to enter"))

    def run_across(self, asked: Sequence[CollectedExec], *, typed: str = "") -> CommandRun:
        """Raises OnlyARecord."""
        del asked, typed
        raise only_a_record("there is no container to run it in")

    def forward(self, asked: PortForward, doing: Callable[[str], None], *, typed: str = "") -> Awaited[Forward]:
        del asked, doing, typed
        return _not_awaited(only_a_record("there is no task to lead to"))

    def by_hand(self, asked: ContainerExec) -> str:
        """The command as it stands alone: which engine it was is not in a record."""
        return asked.docker_command
