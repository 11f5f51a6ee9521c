"""Session: one connection to one swarm, whole: what the user interface is given (swarmtui.ui.session.SwarmSession)."""

from __future__ import annotations

import logging
import queue
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from swarmtui.endpoint import Endpoint
from swarmtui.engine.addresses import addresses_of
from swarmtui.engine.audit import AuditLog
from swarmtui.engine.clients import Clients
from swarmtui.engine.gateway import Gateway
from swarmtui.engine.log_lines import LogRequest
from swarmtui.engine.logs import FollowedLog
from swarmtui.engine.observation import JoinTokens, Observation, Outcome, Phase, TaskScope
from swarmtui.engine.pace import NO_LIMITS, Limits
from swarmtui.engine.route import Route
from swarmtui.engine.watcher import Watcher
from swarmtui.errors import ConnectionBroken, SwarmtuiError
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.compose import Comparison
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.secret import Secret
from swarmtui.tunnel.questions import Desk, OpenQuestion

if TYPE_CHECKING:
    from swarmtui.engine.client import EngineClient

__all__ = ["Session"]

log = logging.getLogger("swarmtui.engine")

T = TypeVar("T")


class Session:
    """Watches a swarm and changes it. No call blocks; every method may be called from any thread.

    Making one costs next to nothing, and `start` returns at once: what takes time (importing docker, connecting) is
    done in its threads.

    Args:
        endpoint: which engine.
        others: other managers of the same swarm, to go on through when it fails.
        ssh_hosts: names and addresses of managers that the swarm tells of, and the SSH target of each, where that
            differs: "mgr2" → "ops@10.1.2.3".
        read_only: refuse every change.
        protected: want the endpoint's name typed for every change.
        limits: how often the engine may be asked at most.
        audit_log: the file of the audit log; None to keep none.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        others: Sequence[Endpoint] = (),
        ssh_hosts: Mapping[str, str] | None = None,
        read_only: bool = False,
        protected: bool = False,
        limits: Limits = NO_LIMITS,
        audit_log: Path | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._desk = Desk(self._tell)
        self._route = Route((endpoint, *others), self._desk, ssh_hosts)
        self._clients = Clients(self._route)
        self._listener: Callable[[], None] = _nobody
        self._watcher = Watcher(self._route, self._clients, self._tell, limits)
        self._gateway = Gateway(
            read_only=read_only,
            protected=endpoint.name if protected else "",
            phase=self._phase,
            audit=AuditLog(audit_log, endpoint),
        )
        self._changes = _Errands("swarmtui-changes", self._clients)
        self._questions = _Errands("swarmtui-questions", self._clients)
        self._logs: weakref.WeakSet[FollowedLog] = weakref.WeakSet()
        self._files = _Errands("swarmtui-files", self._clients)
        self._closing = threading.Event()
        self._started = False

    @property
    def endpoint(self) -> Endpoint:
        """Which swarm this is."""
        return self._endpoint

    @property
    def read_only(self) -> bool:
        """Whether the gateway refuses every change."""
        return self._gateway.read_only

    @property
    def protected(self) -> bool:
        """Whether the endpoint's name must be typed for every change."""
        return bool(self._gateway.protected)

    def start(self, on_news: Callable[[], None]) -> None:
        """Begin to watch, or put another listener in place. It is called from another thread, with no lock held."""
        self._listener = on_news
        if not self._started:
            self._started = True
            self._watcher.start()

    def observation(self) -> Observation:
        """The newest that is known."""
        return self._watcher.observation

    def question(self) -> OpenQuestion | None:
        """What only the user can answer on the way to the engine; None when there is nothing. News tells of it."""
        return self._desk.current

    def look_at(self, scope: TaskScope) -> None:
        """Say whose tasks are on the screen."""
        self._watcher.look_at(scope)

    def refresh(self) -> None:
        """Ask for everything now; when the connection is lost, try it now."""
        self._watcher.refresh()

    def apply(self, action: Action, *, overwrite: bool = False, typed: str = "") -> Future[Outcome]:
        """Make a change through the gateway. Changes are made one after another, in the order of the calls."""

        def change(client: Callable[[], EngineClient]) -> Outcome:
            outcome = self._gateway.apply(client, action, overwrite=overwrite, typed=typed)
            self._watcher.follow(action)
            return outcome

        return self._changes.run(change)

    def join_tokens(self) -> Future[JoinTokens]:
        """Ask for the join tokens. They are fetched each time and kept nowhere."""
        return self._questions.run(lambda client: self._fetch_tokens(client()))

    def unlock_key(self) -> Future[Secret]:
        """Ask for the key that unlocks a manager after a restart; an empty one while autolock is off."""
        return self._questions.run(lambda client: _unlock_key(client().get_json("/swarm/unlockkey")))

    def addresses(self) -> tuple[str, ...]:
        """Addresses at which other machines may reach the engine, as far as this program can know them."""
        return addresses_of(self._endpoint)

    def inspect(self, kind: Kind, object_id: str) -> Future[Any]:
        """Ask for an object as it is now: raw JSON, with nothing left out but the join tokens.

        The future raises ObjectNotFound, or what else a call raises.
        """
        path = "/swarm" if kind is Kind.SWARM else f"/{kind.value}/{object_id}"
        return self._questions.run(lambda client: _without_tokens(client().get_json(path)))

    def logs(self, target: Target, request: LogRequest) -> FollowedLog:
        """Follow the log of a service or a task, until whoever asked closes it, or the session ends."""
        followed = FollowedLog(self._clients.open, target, request)
        self._logs.add(followed)
        followed.start()
        return followed

    def compare(self, path: str, stack: str) -> Future[Comparison]:
        """Tell what deploying a compose file as a stack would change.

        The future raises NotPossible when the file cannot be used, or what else a call raises.
        """

        def look(client: Callable[[], EngineClient]) -> Comparison:
            from swarmtui.engine.compose import compare_file  # only here: with it comes docker

            return compare_file(client(), path, stack, self._watcher.observation.cluster, self._closing)

        return self._files.run(look)

    def close(self) -> None:
        """End everything at once, without waiting for an engine that does not answer."""
        self._listener = _nobody
        self._closing.set()
        self._gateway.close()
        self._route.close()  # first: it wakes whoever waits for the tunnel
        self._clients.abort()
        for followed in list(self._logs):
            followed.close()
        self._watcher.close()
        self._changes.close()
        self._questions.close()
        self._files.close()

    # -------------------------------------------------------------------------------- inside

    def _tell(self) -> None:
        try:
            self._listener()
        except Exception:  # a listener that fails, perhaps since it is just ending, must not end the watching
            log.exception("The listener failed")

    def _phase(self) -> Phase:
        return self._watcher.observation.connection.phase(time.monotonic())

    def _fetch_tokens(self, client: EngineClient) -> JoinTokens:
        try:
            tokens = client.get_json("/swarm")["JoinTokens"]
            worker, manager = Secret(tokens["Worker"]), Secret(tokens["Manager"])
        except (KeyError, TypeError) as error:
            raise ConnectionBroken("The answer to /swarm is not what the Engine API promises.") from error
        return JoinTokens(worker, manager, self._join_address())

    def _join_address(self) -> str:
        """host:port of the leader, or of another manager that can be reached; "" when none is known."""
        cluster = self._watcher.observation.cluster
        if cluster is None:
            return ""
        managers = sorted(cluster.managers, key=lambda node: (not node.is_leader, not node.is_reachable_manager))
        status = managers[0].manager_status if managers else None
        return status.addr if status is not None else ""


class _Errands:
    """Does one thing after another in a daemon thread of its own, which starts with the first.

    Args:
        name: of the thread.
        clients: where its client comes from.
    """

    def __init__(self, name: str, clients: Clients) -> None:
        self._name = name
        self._clients = clients
        self._queue: queue.SimpleQueue[tuple[Future[Any], Callable[[Callable[[], EngineClient]], Any]] | None]
        self._queue = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._pending: set[Future[Any]] = set()
        self._started = False
        self._closed = False

    def run(self, errand: Callable[[Callable[[], EngineClient]], T]) -> Future[T]:
        """Do it when its turn comes.

        Args:
            errand: is given a function that gives the thread's client.
        """
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                future.set_exception(ConnectionBroken("The connection was closed."))
                return future
            self._pending.add(future)
            if not self._started:
                self._started = True
                threading.Thread(target=self._work, name=self._name, daemon=True).start()
        self._queue.put((future, errand))
        return future

    def close(self) -> None:
        """Do nothing more. Whoever waits for a result gets an error now; the thread ends by itself."""
        with self._lock:
            self._closed = True
            pending, self._pending = self._pending, set()
        for future in pending:
            _settle(future, error=ConnectionBroken("The connection was closed."))
        self._queue.put(None)

    def _work(self) -> None:
        made: list[EngineClient] = []

        def client() -> EngineClient:
            if not made:
                made.append(self._clients.open())
            return made[0]

        while (item := self._queue.get()) is not None:
            future, errand = item
            if future.done():
                continue
            try:
                result = errand(client)
            except SwarmtuiError as error:
                _settle(future, error=error)
            except Exception as error:
                log.exception("%s failed", self._name)
                _settle(future, error=error)
            else:
                _settle(future, result=result)
            with self._lock:
                self._pending.discard(future)
        for each in made:
            each.close()


def _settle(future: Future[Any], *, result: Any = None, error: Exception | None = None) -> None:
    """Give a future its end, unless it has one: closing may have come first."""
    if future.done():
        return
    try:
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)
    except Exception:
        log.debug("a future had its end already")


def _without_tokens(content: Any) -> Any:
    """A swarm's own object holds its join tokens: they are shown in their dialog alone."""
    return (
        {key: value for key, value in content.items() if key != "JoinTokens"} if isinstance(content, dict) else content
    )


def _unlock_key(content: Any) -> Secret:
    if not isinstance(content, dict):
        raise ConnectionBroken("The answer to /swarm/unlockkey is not what the Engine API promises.")
    return Secret(str(content.get("UnlockKey") or ""))


def _nobody() -> None:
    """The listener before `start` and after `close`."""
