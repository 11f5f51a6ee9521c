"""The engines of single nodes, which say what a test tells them to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from swarmtui.engine.nodes.awaited import Awaited
from swarmtui.engine.nodes.command_run import Output, OutputLine, Result, Stage
from swarmtui.engine.nodes.forward import Forward, ForwardStatus
from swarmtui.engine.nodes.terminal import Terminal
from swarmtui.engine.streams.log_lines import LogRequest
from swarmtui.errors import ChangeRefused, NotPossible
from swarmtui.swarm.logs.containers import LogContainer
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.stats.stats import NO_STATS, Stats, Subject
from swarmtui.swarm.tasks.command_across import CollectedExec
from swarmtui.swarm.tasks.container_exec import ContainerExec
from swarmtui.swarm.tasks.container_file import CopyIn, CopyOut
from swarmtui.swarm.tasks.port_forward import PortForward
from tests.ui.scripted_log import ScriptedLog

__all__ = ["ScriptedForward", "ScriptedNodes", "ScriptedRun"]


class ScriptedRun:
    """Meets swarmtui.engine.nodes.command_run.CommandRun.

    Attributes:
        results: what the test says.
        stopped: how often that was asked for.
    """

    def __init__(self, asked: Sequence[CollectedExec]) -> None:
        self.results = tuple(Result(each, since=time.monotonic()) for each in asked)
        self.warnings: tuple[str, ...] = ()
        self.stopped = 0

    @property
    def over(self) -> bool:
        return all(each.stage not in (Stage.WAITING, Stage.REACHING, Stage.RUNNING) for each in self.results)

    def tell(self, number: int, stage: Stage, *texts: str, **more: Any) -> None:
        """Something is new of the command in one of the containers."""
        results = list(self.results)
        lines = tuple(OutputLine(1, text) for text in texts)
        news = {"since": time.monotonic(), "output": Output(lines), "begun": True, **more}
        results[number] = replace(results[number], stage=stage, **news)
        self.results = tuple(results)

    def stop(self) -> None:
        self.stopped += 1
        going = (Stage.WAITING, Stage.REACHING, Stage.RUNNING)
        self.results = tuple(replace(each, stage=Stage.LEFT) if each.stage in going else each for each in self.results)


class ScriptedForward:
    """Meets swarmtui.engine.nodes.forward.Forward.

    Attributes:
        status: what the test says.
        closed: whether it was closed.
    """

    def __init__(self, asked: PortForward, nodes: ScriptedNodes, port: int = 41234) -> None:
        self.asked = asked
        self.warning = ""
        self.status = ForwardStatus(asked.listen, asked.local_port or port)
        self.closed = False
        self._nodes = nodes

    def close(self) -> None:
        self.closed = True
        self._nodes.opened_forwards = tuple(each for each in self._nodes.opened_forwards if each is not self)


class ScriptedNodes:
    """Meets swarmtui.ui.node_access.NodeAccess.

    Attributes:
        watched: the containers of which live figures are wanted.
        figures: what is known of them, as the test says.
        questions: what nodes' own engines were asked for, by node and path.
        answers: what they answer at once, by path.
        room: how much is on a node's disk; None where that is not known.
        logged: the logs of containers that were opened.
        copied: the files that were to be copied, with what was typed to confirm each and who hears how far it is.
        terminals: the commands in containers that were asked for, with what was typed to confirm each.
        across: the commands in several containers that were asked for, with what was typed to confirm each.
        forward_asked: the forwards that were asked for, with what was typed to confirm each.
        opened_forwards: those that are open.
        entry_refused: why nobody may enter a container; None where they may.
    """

    def __init__(self) -> None:
        self.questions: list[tuple[Node, str, Awaited[Any]]] = []
        self.answers: dict[str, Any] = {}
        self.room: dict[str, int] | None = None
        self.copied: list[tuple[CopyIn | CopyOut, str, Callable[[str], None], Awaited[tuple[int, str]]]] = []
        self.watched: tuple[Subject, ...] = ()
        self.figures: Stats = NO_STATS
        self.logged: list[tuple[LogContainer, ScriptedLog]] = []
        self.terminals: list[tuple[ContainerExec, str, Awaited[Terminal]]] = []
        self.across: list[tuple[ScriptedRun, str]] = []
        self.forward_asked: list[tuple[PortForward, str, Awaited[Forward]]] = []
        self.opened_forwards: tuple[ScriptedForward, ...] = ()
        self.entry_refused: ChangeRefused | None = None

    def ask(
        self,
        node: Node,
        path: str,
        params: Mapping[str, str] | None = None,
        doing: Callable[[str], None] = lambda _: None,
        *,
        slow: bool = False,
    ) -> Awaited[Any]:
        del params, doing, slow
        pending = Awaited[Any](Future[Any](), threading.Event())
        self.questions.append((node, path, pending))
        if path in self.answers:
            pending.future.set_result(self.answers[path])
        return pending

    def disk_room(self, node: Node, doing: Callable[[str], None] = lambda _: None) -> Awaited[Any]:
        del doing
        pending = Awaited[Any](Future[Any](), threading.Event())
        if self.room is None:
            pending.future.set_exception(NotPossible(f"Only SSH tells how much room is on the disk of {node.name}."))
        else:
            pending.future.set_result(self.room)
        return pending

    def watch_stats(self, subjects: Sequence[Subject]) -> None:
        self.watched = tuple(subjects)

    def stats(self) -> Stats:
        return self.figures

    def logs(self, container: LogContainer, request: LogRequest) -> ScriptedLog:
        self.logged.append((container, ScriptedLog(container.of, request)))
        return self.logged[-1][1]

    def copy_file(
        self, asked: CopyIn | CopyOut, told: Callable[[str], None], *, typed: str = ""
    ) -> Awaited[tuple[int, str]]:
        pending = Awaited[tuple[int, str]](Future(), threading.Event())
        self.copied.append((asked, typed, told, pending))
        return pending

    def terminal(
        self, asked: ContainerExec, size: tuple[int, int], doing: Callable[[str], None], *, typed: str = ""
    ) -> Awaited[Terminal]:
        self.terminals.append(
            (asked, typed, Awaited(Future[Terminal](), threading.Event(), lambda terminal: terminal.end()))
        )
        return self.terminals[-1][2]

    def run_across(self, asked: Sequence[CollectedExec], *, typed: str = "") -> ScriptedRun:
        if self.entry_refused is not None:
            raise self.entry_refused
        self.across.append((ScriptedRun(asked), typed))
        return self.across[-1][0]

    def forward(self, asked: PortForward, doing: Callable[[str], None], *, typed: str = "") -> Awaited[Forward]:
        self.forward_asked.append((asked, typed, Awaited(Future[Forward](), threading.Event())))
        return self.forward_asked[-1][2]

    def open_forward(self) -> ScriptedForward:
        """The forward that was asked for last is there."""
        asked, _, pending = self.forward_asked[-1]
        forward = ScriptedForward(asked, self)
        self.opened_forwards = (*self.opened_forwards, forward)
        pending.future.set_result(forward)
        return forward

    def forwards(self) -> tuple[Forward, ...]:
        return self.opened_forwards

    def by_hand(self, asked: ContainerExec) -> str:
        return asked.ssh_command(asked.node.name)
