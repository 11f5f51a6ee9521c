"""Session: one connection to one swarm, whole: what the user interface is given (swarmtui.ui.session.SwarmSession)."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from swarmtui.endpoint import Endpoint
from swarmtui.engine.changes.audit import AuditLog
from swarmtui.engine.changes.gateway import Gateway
from swarmtui.engine.client.reachable_addresses import addresses_of
from swarmtui.engine.client_worker import ClientWorker
from swarmtui.engine.clients import Clients
from swarmtui.engine.nodes.node_access import NodeAccess
from swarmtui.engine.nodes.roads import NodeRoads
from swarmtui.engine.polling.observation import JoinTokens, Observation, Outcome, Phase, TaskScope
from swarmtui.engine.polling.pace import NO_LIMITS, Limits
from swarmtui.engine.polling.watcher import Watcher
from swarmtui.engine.route.manager_route import ManagerRoute
from swarmtui.engine.timeline_thread import TimelineThread
from swarmtui.errors import ConnectionBroken, NotPossible
from swarmtui.serial_worker import in_a_thread
from swarmtui.tunnel.questions import OpenQuestion, PromptQueue

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient
    from swarmtui.engine.images.tag_lists import TagLists
    from swarmtui.engine.streams.log_lines import LogRequest
    from swarmtui.engine.streams.logs import FollowedLog
    from swarmtui.swarm.actions.action import Action
    from swarmtui.swarm.images.answer import ImageAnswer
    from swarmtui.swarm.images.tag_list import TagList
    from swarmtui.swarm.kinds import Kind, Target
    from swarmtui.swarm.secret import Secret
    from swarmtui.swarm.stacks.compose import Comparison
    from swarmtui.swarm.stacks.compose_files import ComposeFiles
    from swarmtui.swarm.timeline.own import OwnChange
    from swarmtui.swarm.timeline.timeline import Timeline
    from swarmtui.swarm.volumes.listed import ListedVolume

__all__ = ["Session"]

log = logging.getLogger("swarmtui.engine")


class Session:
    """Watches a swarm and changes it. No call blocks; every method may be called from any thread.

    Making one costs next to nothing, and `start` returns at once: what takes time (importing docker, connecting) is
    done in its threads.

    Attributes:
        nodes: the engines of single nodes.

    Args:
        endpoint: which engine.
        others: other managers of the same swarm, to continue through when it fails.
        ssh_hosts: names and addresses of managers that the swarm names, and the SSH target of each, where that
            differs: "mgr2" → "ops@10.1.2.3".
        read_only: refuse every change.
        refuses_because: what of the user's settings calls for that, a sentence; "" where nothing does.
        protected: want the endpoint's name typed for every change.
        entry_when_read_only: let the user into containers even so.
        node_urls: where the engines of nodes answer, by the nodes' names, where that is known (the embedded swarm).
        registry: the socket of the registry that all images are in, where there is one (the embedded swarm).
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
        refuses_because: str = "",
        protected: bool = False,
        entry_when_read_only: bool = False,
        node_urls: Mapping[str, str] | None = None,
        registry: str = "",
        limits: Limits = NO_LIMITS,
        audit_log: Path | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._desk = PromptQueue(self._tell)
        self._route = ManagerRoute((endpoint, *others), self._desk, ssh_hosts)
        self._clients = Clients(self._route)
        self._listener: Callable[[], None] = _nobody
        read_only = read_only or bool(refuses_because)
        self._watcher = Watcher(
            self._route, self._clients, self._tell, limits, read_only=read_only, refuses_because=refuses_because
        )
        audit = AuditLog(audit_log, endpoint, self._changed_here)
        self._happened = TimelineThread(self.observation, audit.past, self._hand_on)
        self._gateway = Gateway(
            read_only=read_only,
            refuses_because=refuses_because,
            protected=endpoint.name if protected else "",
            phase=self._phase,
            audit=audit,
            entry_when_read_only=entry_when_read_only,
        )
        roads = NodeRoads(self._route, self._here, ssh_hosts, node_urls)
        self.nodes = NodeAccess(roads, self._gateway, self._happened.told_by_engine)
        self._changes = ClientWorker("swarmtui-changes", self._clients)
        self._questions = ClientWorker("swarmtui-questions", self._clients)
        self._logs: weakref.WeakSet[FollowedLog] = weakref.WeakSet()
        self._files = ClientWorker("swarmtui-files", self._clients)
        self._registry = registry
        self._tags: TagLists | None = None
        self._closing = threading.Event()
        self._started = False

    @property
    def endpoint(self) -> Endpoint:
        """Which swarm this is."""
        return self._endpoint

    @property
    def protected(self) -> bool:
        """Whether the endpoint's name must be typed for every change."""
        return bool(self._gateway.protected)

    def start(self, on_news: Callable[[], None]) -> None:
        """Begin to watch, or put another listener in place. It is called from another thread, with no lock held."""
        self._listener = on_news
        if not self._started:
            self._started = True
            self._happened.start()
            self._watcher.start()

    def observation(self) -> Observation:
        """The newest that is known."""
        return self._watcher.observation

    @property
    def timeline(self) -> Timeline:
        """What happened, as far as it is known. News reports it when there is more."""
        return self._happened.timeline

    def question(self) -> OpenQuestion | None:
        """What only the user can answer on the way to the engine; None when there is nothing. News reports it."""
        return self._desk.current

    def look_at(self, scope: TaskScope) -> None:
        """Say whose tasks are on the screen."""
        self._watcher.look_at(scope)

    def refresh(self) -> None:
        """Ask for everything now; when the connection is lost, try it now."""
        self._watcher.refresh()
        self.nodes.retry()

    def apply(self, action: Action, *, typed: str = "", heard: Callable[[str], None] | None = None) -> Future[Outcome]:
        """Make a change through the gateway. Changes are made one after another, in the order of the calls; those on
        another node's engine, and those that wait for a registry, hold up none, since that may take long. `heard` is
        called from another thread."""

        from swarmtui.swarm.actions.node_call import NodeCall
        from swarmtui.swarm.images.choice import SendsImage

        if isinstance(action, NodeCall):
            return in_a_thread(lambda: self._followed(action, self.nodes.apply(action, typed=typed)), "swarmtui-node")

        def change(client: Callable[[], EngineClient]) -> Outcome:
            return self._followed(action, self._gateway.apply(client, action, typed=typed, heard=heard))

        if isinstance(action, SendsImage) and action.to_resolve:
            return in_a_thread(lambda: self._with_own_client(change), "swarmtui-image")
        return self._changes.run(change)

    def _with_own_client(self, change: Callable[[Callable[[], EngineClient]], Outcome]) -> Outcome:
        """Make a change that first waits for a registry: those behind it need not."""
        with self._clients.lent(self._closing) as client:
            return change(lambda: client)

    def find_image(self, image: str, *, with_login: bool = False) -> Future[ImageAnswer]:
        """Ask the registry of an image, through the engine, what it has under that name.

        The future raises nothing: the answer says what went wrong.
        """
        from swarmtui.engine.images.asking import look_up

        return in_a_thread(lambda: look_up(self._clients, image, with_login=with_login), "swarmtui-registry")

    def find_tags(self, image: str, *, again: bool = False) -> Future[TagList]:
        """Ask the registry of an image for the tags of its repository; once, unless it is to be asked again.

        The future raises nothing: the answer says what went wrong.
        """
        from swarmtui.engine.images.tag_lists import TagLists

        lists = self._tags = self._tags or TagLists(self._route, self._clients, self._registry)
        return in_a_thread(lambda: lists.find(image, again=again), "swarmtui-registry")

    def leave_tags(self, image: str) -> None:
        """Nobody waits for the tags of that image any more."""
        if self._tags is not None:
            self._tags.give_up(image)

    def _followed(self, action: Action, outcome: Outcome) -> Outcome:
        self._watcher.follow(action)
        return outcome

    def join_tokens(self) -> Future[JoinTokens]:
        """Ask for the join tokens. They are fetched each time and kept nowhere."""
        return self._questions.run(lambda client: self._fetch_tokens(client()))

    def unlock_key(self) -> Future[Secret]:
        """Ask for the key that unlocks a manager after a restart; an empty one while autolock is off."""
        return self._questions.run(lambda client: _unlock_key(client().get_json("/swarm/unlockkey")))

    def cluster_volumes(self) -> Future[tuple[ListedVolume, ...]]:
        """Ask for the cluster volumes. The future raises NotPossible where the engine is too old to have any."""
        return self._questions.run(lambda client: _cluster_volumes(client()))

    def addresses(self) -> tuple[str, ...]:
        """Addresses at which other machines may reach the engine, as far as this program can know them."""

        return addresses_of(self._endpoint)

    def inspect(self, kind: Kind, object_id: str) -> Future[Any]:
        """Ask for an object as it is now: raw JSON, with nothing left out but the join tokens.

        The future raises ObjectNotFound, or what else a call raises.
        """

        from swarmtui.swarm.kinds import Kind

        path = "/swarm" if kind is Kind.SWARM else f"/{kind.value}/{object_id}"
        return self._questions.run(lambda client: _without_tokens(client().get_json(path)))

    def logs(self, target: Target, request: LogRequest) -> FollowedLog:
        """Follow the log of a service or a task, until whoever asked closes it, or the session ends."""

        from swarmtui.engine.streams.log_origins import SwarmLogOrigin
        from swarmtui.engine.streams.logs import FollowedLog

        followed = FollowedLog(self._clients.lent, SwarmLogOrigin(target), request)
        self._logs.add(followed)
        followed.start()
        return followed

    def compare(self, files: ComposeFiles, stack: str) -> Future[Comparison]:
        """Tell what deploying compose files as a stack would change.

        The future raises NotPossible when a file cannot be used, or what else a call raises.
        """

        def look(client: Callable[[], EngineClient]) -> Comparison:
            from swarmtui.engine.stacks.comparing import compare_files  # only here: with it comes docker

            return compare_files(client(), files, stack, self._watcher.observation.cluster, self._closing)

        return self._files.run(look)

    def close(self) -> None:
        """End everything at once, without waiting for an engine that does not answer."""
        self._listener = _nobody
        self._closing.set()
        self._gateway.close()
        self._route.close()  # first: it wakes whoever waits for the tunnel
        self._clients.abort()
        if self._tags is not None:
            self._tags.close()
        self.nodes.close()
        for followed in list(self._logs):
            followed.close()
        self._watcher.close()
        self._happened.close()
        self._changes.close()
        self._questions.close()
        self._files.close()

    # -------------------------------------------------------------------------------- inside

    def _tell(self) -> None:
        self._happened.wake()
        self._hand_on()

    def _changed_here(self, change: OwnChange) -> None:
        self._happened.changed_here(change)

    def _hand_on(self) -> None:
        try:
            self._listener()
        except Exception:  # a listener that fails, perhaps since it is just ending, must not end the watching
            log.exception("The listener failed")

    def _here(self) -> str:
        """The ID of the node whose engine is connected."""
        return self._watcher.observation.info.swarm.node_id

    def _phase(self) -> Phase:
        return self._watcher.observation.connection.phase(time.monotonic())

    def _fetch_tokens(self, client: EngineClient) -> JoinTokens:
        from swarmtui.swarm.secret import Secret

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


def _without_tokens(content: Any) -> Any:
    """A swarm's own object holds its join tokens: they are shown in their dialog alone."""
    return (
        {key: value for key, value in content.items() if key != "JoinTokens"} if isinstance(content, dict) else content
    )


def _unlock_key(content: Any) -> Secret:
    from swarmtui.swarm.secret import Secret

    if not isinstance(content, dict):
        raise ConnectionBroken("The answer to /swarm/unlockkey is not what the Engine API promises.")
    return Secret(str(content.get("UnlockKey") or ""))


def _cluster_volumes(client: EngineClient) -> tuple[ListedVolume, ...]:
    from swarmtui.swarm.volumes.listed import TOO_OLD, knows_volumes, volumes_in

    if not knows_volumes(client.api_version):
        raise NotPossible(TOO_OLD.format(client.api_version))
    return volumes_in(client.get_json("/volumes"))


def _nobody() -> None:
    """The listener before `start` and after `close`."""
