"""A session that says what a test tells it to: for states that no engine of a test is easily brought into."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from swarmtui.endpoint import Endpoint
from swarmtui.engine.nodes.awaited import Awaited
from swarmtui.engine.nodes.command_run import Output, OutputLine, Result, Stage
from swarmtui.engine.nodes.forward import Forward, ForwardStatus
from swarmtui.engine.nodes.terminal import Terminal
from swarmtui.engine.polling.observation import ConnectionStatus, JoinTokens, Observation, Outcome, Secret, TaskScope
from swarmtui.engine.streams.log_lines import LogBatch, LogLine, LogPhase, LogRequest, LogStatus
from swarmtui.errors import ChangeRefused, ConnectionBroken
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.engine import EngineInfo
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.stacks.compose import Comparison
from swarmtui.swarm.stats.stats import NO_STATS, Stats, Subject
from swarmtui.swarm.tasks.command_across import CollectedExec
from swarmtui.swarm.tasks.container_exec import ContainerExec
from swarmtui.swarm.tasks.container_file import CopyIn, CopyOut
from swarmtui.swarm.tasks.port_forward import PortForward
from swarmtui.swarm.timeline.keeper import TimelineKeeper
from swarmtui.swarm.timeline.timeline import Timeline
from swarmtui.tunnel.questions import OpenQuestion, PromptQueue

__all__ = ["ScriptedSession", "live"]


def live(**more: object) -> ConnectionStatus:
    """A connection on which all is well, and stays so for longer than a test takes."""
    status = ConnectionStatus(
        last_answer=time.monotonic(), overdue_after=600.0, latency=0.012, engine_version="26.1.5", api_version="1.45"
    )
    return replace(status, **more)  # type: ignore[arg-type]


class ScriptedLog:
    """Meets swarmtui.engine.streams.log_lines.LogStream.

    Attributes:
        status: what the test says.
        closed, reconnected: how often that was asked for.
    """

    def __init__(self, target: Target, request: LogRequest) -> None:
        self.target = target
        self.request = request
        self.status = LogStatus(LogPhase.FOLLOWING)
        self.closed = 0
        self.reconnected = 0
        self._lines: list[LogLine] = []
        self._dropped = 0

    def write(
        self, *texts: str, task: str = "task-web-1", source: int = 1, stamp: str = "", node: str = "node-wrk1"
    ) -> None:
        """The task writes lines."""
        self._lines += [LogLine(stamp or "2026-03-01T12:00:00.000000000Z", source, task, node, text) for text in texts]

    def drop(self, lines: int) -> None:
        """Lines came too fast."""
        self._dropped += lines

    @property
    def waiting(self) -> int:
        return len(self._lines)

    def take(self) -> LogBatch:
        lines, self._lines = self._lines, []
        dropped, self._dropped = self._dropped, 0
        return LogBatch(lines, dropped)

    def reconnect(self) -> None:
        self.reconnected += 1

    def close(self) -> None:
        self.closed += 1


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

    def __init__(self, asked: PortForward, session: ScriptedSession, port: int = 41234) -> None:
        self.asked = asked
        self.warning = ""
        self.status = ForwardStatus(asked.listen, asked.local_port or port)
        self.closed = False
        self._session = session

    def close(self) -> None:
        self.closed = True
        self._session.opened_forwards = tuple(each for each in self._session.opened_forwards if each is not self)


class ScriptedSession:
    """Meets swarmtui.ui.session.SwarmSession.

    Attributes:
        applied: the actions that were asked for, each with its future, which the test gives its result.
        tokens_asked: the futures of the join tokens that were asked for.
        keys_asked: the futures of the unlock keys that were asked for.
        own_addresses: what the engine's machine is said to be reachable at.
        inspected: the objects that were asked for, each with its future.
        watched: the containers of which live figures are wanted.
        figures: what is known of them, as the test says.
        node_questions: what nodes' own engines were asked for, by node and path.
        copied: the files that were to be copied, with what was typed to confirm each and who hears how far it is.
        node_answers: what they answer at once, by path.
        logged: the logs that were opened.
        terminals: the commands in containers that were asked for, with what was typed to confirm each.
        across: the commands in several containers that were asked for, with what was typed to confirm each.
        forward_asked: the forwards that were asked for, with what was typed to confirm each.
        opened_forwards: those that are open.
        entry_refused: why nobody may enter a container; None where they may.
        compared: the compose files that were compared, with the stack's name, each with its future.
        desk: where questions to the user are put.
        scopes: whose tasks were on the screen, in order.
        refreshed: how often all was asked for anew.
        closed: whether it was closed.
    """

    def __init__(
        self,
        cluster: Cluster | None = None,
        connection: ConnectionStatus | None = None,
        *,
        read_only: bool = False,
        info: EngineInfo | None = None,
    ) -> None:
        self.endpoint = Endpoint("tcp://10.0.0.1:2376", "prod")
        self.protected = False
        self.applied: list[tuple[Action, str, Future[Outcome]]] = []
        self.tokens_asked: list[Future[JoinTokens]] = []
        self.keys_asked: list[Future[Secret]] = []
        self.own_addresses: tuple[str, ...] = ()
        self.inspected: list[tuple[Kind, str, Future[Any]]] = []
        self.node_questions: list[tuple[Node, str, Awaited[Any]]] = []
        self.node_answers: dict[str, Any] = {}
        self.copied: list[tuple[CopyIn | CopyOut, str, Callable[[str], None], Awaited[tuple[int, str]]]] = []
        self.watched: tuple[Subject, ...] = ()
        self.figures: Stats = NO_STATS
        self.logged: list[ScriptedLog] = []
        self.terminals: list[tuple[ContainerExec, str, Awaited[Terminal]]] = []
        self.across: list[tuple[ScriptedRun, str]] = []
        self.forward_asked: list[tuple[PortForward, str, Awaited[Forward]]] = []
        self.opened_forwards: tuple[ScriptedForward, ...] = ()
        self.entry_refused: ChangeRefused | None = None
        self.compared: list[tuple[str, str, Future[Comparison]]] = []
        self.scopes: list[TaskScope] = []
        self.refreshed = 0
        self.closed = False
        self._happened = TimelineKeeper()
        self._observation = Observation(
            cluster, connection or live(), info or (cluster.info if cluster else EngineInfo()), read_only
        )
        self._on_news: Callable[[], None] = lambda: None
        self.desk = PromptQueue(lambda: self._on_news())

    def start(self, on_news: Callable[[], None]) -> None:
        self._on_news = on_news

    def observation(self) -> Observation:
        return self._observation

    @property
    def timeline(self) -> Timeline:
        if self._observation.cluster is not None:
            self._happened.observe(self._observation.cluster, time.time())
        return self._happened.timeline

    def question(self) -> OpenQuestion | None:
        return self.desk.current

    def tell(
        self,
        cluster: Cluster | None = None,
        connection: ConnectionStatus | None = None,
        info: EngineInfo | None = None,
    ) -> None:
        """Something is new; what is not given stays as it is."""
        before = self._observation
        self._observation = replace(
            before,
            cluster=cluster or before.cluster,
            connection=connection or before.connection,
            info=info or before.info,
        )
        self._on_news()

    def set_quietly(self, connection: ConnectionStatus) -> None:
        """The connection has come into a state of which a session gives no news: time has passed."""
        self._observation = replace(self._observation, connection=connection)

    def look_at(self, scope: TaskScope) -> None:
        self.scopes.append(scope)

    def refresh(self) -> None:
        self.refreshed += 1

    def apply(self, action: Action, *, typed: str = "") -> Future[Outcome]:
        future: Future[Outcome] = Future()
        self.applied.append((action, typed, future))
        return future

    def join_tokens(self) -> Future[JoinTokens]:
        future: Future[JoinTokens] = Future()
        self.tokens_asked.append(future)
        return future

    def unlock_key(self) -> Future[Secret]:
        future: Future[Secret] = Future()
        self.keys_asked.append(future)
        return future

    def addresses(self) -> tuple[str, ...]:
        return self.own_addresses

    def inspect(self, kind: Kind, object_id: str) -> Future[Any]:
        future: Future[Any] = Future()
        self.inspected.append((kind, object_id, future))
        return future

    def ask_node(
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
        self.node_questions.append((node, path, pending))
        if path in self.node_answers:
            pending.future.set_result(self.node_answers[path])
        return pending

    def watch_stats(self, subjects: Sequence[Subject]) -> None:
        self.watched = tuple(subjects)

    def stats(self) -> Stats:
        return self.figures

    def copy_file(
        self, asked: CopyIn | CopyOut, told: Callable[[str], None], *, typed: str = ""
    ) -> Awaited[tuple[int, str]]:
        pending = Awaited[tuple[int, str]](Future(), threading.Event())
        self.copied.append((asked, typed, told, pending))
        return pending

    def logs(self, target: Target, request: LogRequest) -> ScriptedLog:
        self.logged.append(ScriptedLog(target, request))
        return self.logged[-1]

    def compare(self, path: str, stack: str) -> Future[Comparison]:
        future: Future[Comparison] = Future()
        self.compared.append((path, stack, future))
        return future

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

    def give_tokens(self, worker: str = "SWMTKN-1-of-the-worker", manager: str = "SWMTKN-1-of-the-manager") -> None:
        """Answer the newest question for the join tokens."""
        self.tokens_asked[-1].set_result(JoinTokens(Secret(worker), Secret(manager), "10.0.0.1:2377"))

    def close(self) -> None:
        """There is nothing to end but what was asked for."""
        self.closed = True
        for future in [each for _, _, each in self.applied if not each.done()]:
            future.set_exception(ConnectionBroken("The connection was closed."))
