"""A session that says what a test tells it to: for states that no engine of a test is easily brought into."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from swarmtui.endpoint import Endpoint
from swarmtui.engine.polling.observation import ConnectionStatus, JoinTokens, Observation, Outcome, Secret, TaskScope
from swarmtui.engine.streams.log_lines import LogRequest
from swarmtui.errors import ConnectionBroken
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.images.answer import ImageAnswer
from swarmtui.swarm.images.tag_list import TagList
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.engine import EngineInfo
from swarmtui.swarm.stacks.compose import Comparison
from swarmtui.swarm.stacks.compose_files import ComposeFiles
from swarmtui.swarm.timeline.keeper import TimelineKeeper
from swarmtui.swarm.timeline.timeline import Timeline
from swarmtui.swarm.volumes.listed import ListedVolume
from swarmtui.tunnel.questions import OpenQuestion, PromptQueue
from tests.ui.scripted_log import ScriptedLog
from tests.ui.scripted_nodes import ScriptedNodes

__all__ = ["ScriptedSession", "live"]


def live(**more: object) -> ConnectionStatus:
    """A connection on which all is well, and stays so for longer than a test takes."""
    status = ConnectionStatus(
        last_answer=time.monotonic(), overdue_after=1e9, latency=0.012, engine_version="26.1.5", api_version="1.45"
    )
    return replace(status, **more)  # type: ignore[arg-type]


class ScriptedSession:
    """Meets swarmtui.ui.session.SwarmSession.

    Attributes:
        applied: the actions that were asked for, each with its future, which the test gives its result.
        tokens_asked: the futures of the join tokens that were asked for.
        keys_asked: the futures of the unlock keys that were asked for.
        looked_up: the images that registries were asked for, and whether with a login, each with its future.
        tags_asked: the images whose repositories' tags were asked for, and whether again, each with its future.
        tags_left: those that nobody waits for any more.
        volumes: the cluster volumes that there are.
        own_addresses: what the engine's machine is said to be reachable at.
        inspected: the objects that were asked for, each with its future.
        nodes: the engines of single nodes.
        logged: the logs that were opened.
        compared: the compose files that were compared, with the stack's name, each with its future.
        desk: where questions to the user are put.
        scopes: whose tasks were on the screen, in order.
        refreshed: how often everything was asked for again.
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
        self.looked_up: list[tuple[str, bool, Future[ImageAnswer]]] = []
        self.tags_asked: list[tuple[str, bool, Future[TagList]]] = []
        self.tags_left: list[str] = []
        self.own_addresses: tuple[str, ...] = ()
        self.volumes: tuple[ListedVolume, ...] = ()
        self.inspected: list[tuple[Kind, str, Future[Any]]] = []
        self.nodes = ScriptedNodes()
        self.logged: list[ScriptedLog] = []
        self.compared: list[tuple[ComposeFiles, str, Future[Comparison]]] = []
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

    def apply(self, action: Action, *, typed: str = "", heard: Callable[[str], None] | None = None) -> Future[Outcome]:
        future: Future[Outcome] = Future()
        self.applied.append((action, typed, future))
        return future

    def find_image(self, image: str, *, with_login: bool = False) -> Future[ImageAnswer]:
        future: Future[ImageAnswer] = Future()
        self.looked_up.append((image, with_login, future))
        return future

    def find_tags(self, image: str, *, again: bool = False) -> Future[TagList]:
        future: Future[TagList] = Future()
        self.tags_asked.append((image, again, future))
        return future

    def leave_tags(self, image: str) -> None:
        self.tags_left.append(image)

    def join_tokens(self) -> Future[JoinTokens]:
        future: Future[JoinTokens] = Future()
        self.tokens_asked.append(future)
        return future

    def unlock_key(self) -> Future[Secret]:
        future: Future[Secret] = Future()
        self.keys_asked.append(future)
        return future

    def cluster_volumes(self) -> Future[tuple[ListedVolume, ...]]:
        future: Future[tuple[ListedVolume, ...]] = Future()
        future.set_result(self.volumes)
        return future

    def addresses(self) -> tuple[str, ...]:
        return self.own_addresses

    def inspect(self, kind: Kind, object_id: str) -> Future[Any]:
        future: Future[Any] = Future()
        self.inspected.append((kind, object_id, future))
        return future

    def logs(self, target: Target, request: LogRequest) -> ScriptedLog:
        self.logged.append(ScriptedLog(target, request))
        return self.logged[-1]

    def compare(self, files: ComposeFiles, stack: str) -> Future[Comparison]:
        future: Future[Comparison] = Future()
        self.compared.append((files, stack, future))
        return future

    def give_tokens(self, worker: str = "SWMTKN-1-of-the-worker", manager: str = "SWMTKN-1-of-the-manager") -> None:
        """Answer the newest question for the join tokens."""
        self.tokens_asked[-1].set_result(JoinTokens(Secret(worker), Secret(manager), "10.0.0.1:2377"))

    def close(self) -> None:
        """There is nothing to end but what was asked for."""
        self.closed = True
        for future in [each for _, _, each in self.applied if not each.done()]:
            future.set_exception(ConnectionBroken("The connection was closed."))
