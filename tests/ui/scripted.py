"""A session that says what a test tells it to: for states that no engine of a test is easily brought into."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from swarmtui.endpoint import Endpoint
from swarmtui.engine.observation import ConnectionStatus, JoinTokens, Observation, Outcome, Secret, TaskScope
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects import EngineInfo

__all__ = ["ScriptedSession", "live"]


def live(**more: object) -> ConnectionStatus:
    """A connection on which all is well, and stays so for longer than a test takes."""
    status = ConnectionStatus(
        last_answer=time.monotonic(), overdue_after=600.0, latency=0.012, engine_version="26.1.5", api_version="1.45"
    )
    return replace(status, **more)  # type: ignore[arg-type]


class ScriptedSession:
    """Meets swarmtui.ui.session.SwarmSession.

    Attributes:
        applied: the actions that were asked for, each with its future, which the test gives its result.
        tokens_asked: the futures of the join tokens that were asked for.
        keys_asked: the futures of the unlock keys that were asked for.
        own_addresses: what the engine's machine is said to be reachable at.
        inspected: the objects that were asked for, each with its future.
        scopes: whose tasks were on the screen, in order.
        refreshed: how often all was asked for anew.
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
        self.read_only = read_only
        self.protected = False
        self.applied: list[tuple[Action, bool, Future[Outcome]]] = []
        self.tokens_asked: list[Future[JoinTokens]] = []
        self.keys_asked: list[Future[Secret]] = []
        self.own_addresses: tuple[str, ...] = ()
        self.inspected: list[tuple[Kind, str, Future[Any]]] = []
        self.scopes: list[TaskScope] = []
        self.refreshed = 0
        self._observation = Observation(
            cluster, connection or live(), info or (cluster.info if cluster else EngineInfo())
        )
        self._on_news: Callable[[], None] = lambda: None

    def start(self, on_news: Callable[[], None]) -> None:
        self._on_news = on_news

    def observation(self) -> Observation:
        return self._observation

    def tell(
        self,
        cluster: Cluster | None = None,
        connection: ConnectionStatus | None = None,
        info: EngineInfo | None = None,
    ) -> None:
        """Something is new; what is not given stays as it is."""
        before = self._observation
        self._observation = Observation(cluster or before.cluster, connection or before.connection, info or before.info)
        self._on_news()

    def set_quietly(self, connection: ConnectionStatus) -> None:
        """The connection has come into a state of which a session gives no news: time has passed."""
        self._observation = Observation(self._observation.cluster, connection, self._observation.info)

    def look_at(self, scope: TaskScope) -> None:
        self.scopes.append(scope)

    def refresh(self) -> None:
        self.refreshed += 1

    def apply(self, action: Action, *, overwrite: bool = False, typed: str = "") -> Future[Outcome]:
        future: Future[Outcome] = Future()
        self.applied.append((action, overwrite, future))
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

    def give_tokens(self, worker: str = "SWMTKN-1-of-the-worker", manager: str = "SWMTKN-1-of-the-manager") -> None:
        """Answer the newest question for the join tokens."""
        self.tokens_asked[-1].set_result(JoinTokens(Secret(worker), Secret(manager), "10.0.0.1:2377"))

    def close(self) -> None:
        """There is nothing to end."""
