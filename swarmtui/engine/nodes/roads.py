"""NodeRoads: the way to each node's own engine, opened when somebody needs it and closed after a while of no use.

The engine that is connected is used as it is. Another node is reached as its swarm's managers are: by SSH with the
same user, keys and jump hosts, through the manager where it cannot be reached directly; by TCP with the same
certificates; in the embedded swarm by the node's own socket.
"""

from __future__ import annotations

import shlex
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client.endpoint_handle import EndpointHandle
from swarmtui.engine.route.manager_route import ManagerRoute
from swarmtui.engine.route.managers import Manager, address_of, over_ssh
from swarmtui.engine.route.opening import wait_until_open
from swarmtui.errors import (
    ConnectionBroken,
    EndpointError,
    ForwardingRefused,
    HostKeyRefused,
    LoginRefused,
    NothingListens,
    NotPossible,
    SSHFailed,
    SwarmtuiError,
)
from swarmtui.swarm.objects.node import Node

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient
    from swarmtui.swarm.tasks.container_exec import ContainerExec
    from swarmtui.tunnel.ssh import Tunnel

__all__ = ["LASTING", "NodeRoads", "Way", "ssh_target", "ways_to"]

IDLE = 120.0
"""Seconds after which a way that nobody uses is closed."""
PATIENCE = 60.0
"""Seconds for which one thing may be done on the way, while the user is asked nothing."""
OPENED_AT_ONCE = 4
"""How many nodes are being reached at a time; each costs this machine a handshake, and a jump host a login."""
CONNECT = 5.0
"""Seconds for a connection to a container on this machine."""
LASTING = (HostKeyRefused, LoginRefused, ForwardingRefused, EndpointError)
"""What does not pass by itself, and may ask the user something each time it is tried."""
NO_ROUTE = frozenset({"TCP", "DNS"})
"""Layers at which a node fails that only its neighbours reach."""


@dataclass(frozen=True)
class Way:
    """How a node's engine may be reached.

    Attributes:
        endpoint: unix://, tcp:// or ssh://.
        like: an ssh:// endpoint whose user, port, keys and jump hosts count for this one too; None for its own.
        through: `like` is the last jump host.
    """

    endpoint: Endpoint
    like: Endpoint | None = None
    through: bool = False


def ways_to(node: Node, route: ManagerRoute, hosts: Mapping[str, str], urls: Mapping[str, str]) -> tuple[Way, ...]:
    """How a node's engine may be reached, in the order of trying.

    Args:
        hosts: the user's own table: names and addresses of nodes, and the SSH target of each.
        urls: where engines answer, by their nodes' names, where that is known (the embedded swarm).

    Raises:
        EndpointError: the node tells no address.
    """
    if node.name in urls:
        return (Way(Endpoint(urls[node.name], node.name, "the swarm")),)
    address = address_of(node)
    if not address and node.name not in hosts:
        raise EndpointError(
            f"{node.name} tells no address at which others reach it.", "Name its SSH target under [ssh.hosts]."
        )
    current = route.current
    if current.endpoint.url.startswith("tcp://"):
        host = f"[{address}]" if ":" in address else address
        url = f"tcp://{host}:{urlsplit(current.endpoint.url).port}"
        return (Way(replace(current.endpoint, url=url, name=node.name)),)
    candidate = over_ssh(Manager(address, node.id, node.name), hosts, current)
    way = Way(candidate.endpoint, candidate.like)
    return (way,) if way.like is None else (way, replace(way, through=True))


def ssh_target(node: Node, route: ManagerRoute, hosts: Mapping[str, str]) -> str:
    """What `ssh` takes to reach a node from here: "ops@10.0.0.7"; its name where nothing better is known."""
    try:
        way = next((way for way in ways_to(node, route, hosts, {}) if way.endpoint.url.startswith("ssh://")), None)
    except EndpointError:
        way = None
    if way is None:
        return node.name
    target = urlsplit(way.endpoint.url)
    user = target.username or (urlsplit(way.like.url).username if way.like is not None else None)
    host = target.netloc.rpartition("@")[2]
    if target.port is not None or host.startswith("["):
        return f"ssh://{f'{user}@' if user else ''}{host}"
    return f"{user}@{host}" if user else host


@dataclass
class _Road:
    """A way that is open.

    Attributes:
        handle: for clients.
        tunnel: what it leads through; None for nothing.
        users: how many need it now.
        timer: closes it.
    """

    handle: EndpointHandle
    tunnel: Tunnel | None = None
    users: int = 0
    timer: threading.Timer | None = field(default=None, repr=False)


class NodeRoads:
    """Opens ways and closes them. Every method may be called from any thread.

    Args:
        route: the way to the managers.
        here: gives the ID of the node whose engine is connected.
        hosts, urls: as for `ways_to`.

    Attributes:
        on_reached: called with a node whenever it has been reached for somebody.
    """

    def __init__(
        self,
        route: ManagerRoute,
        here: Callable[[], str],
        hosts: Mapping[str, str] | None,
        urls: Mapping[str, str] | None,
    ) -> None:
        self._route = route
        self._here = here
        self.on_reached: Callable[[Node], object] = lambda _: None
        self._hosts, self._urls = dict(hosts or {}), dict(urls or {})
        self._lock = threading.Lock()
        self._opening: dict[str, threading.Lock] = {}
        self._roads: dict[str, _Road] = {}
        self._places = threading.BoundedSemaphore(OPENED_AT_ONCE)
        self._closed = threading.Event()

    @contextmanager
    def client(
        self,
        node: Node,
        given_up: threading.Event,
        doing: Callable[[str], None] = lambda _: None,
        *,
        noted: bool = True,
    ) -> Iterator[EngineClient]:
        """A client of a node's engine, for the calling thread and as long as it is needed. Reaching the node blocks.

        Args:
            given_up: set when it is needed no longer while the node is being reached.
            doing: called with words for what is being done.
            noted: tell `on_reached`.

        Raises:
            SwarmtuiError: the node cannot be reached; the error tells which layer failed.
        """
        from swarmtui.engine.client.client import EngineClient  # with it comes docker

        with self._lent(node, given_up, doing) as handle, closing(EngineClient(handle.endpoint, lambda: handle)) as one:
            if noted:
                self.on_reached(node)
            yield one

    @contextmanager
    def _lent(self, node: Node, given_up: threading.Event, doing: Callable[[str], None]) -> Iterator[EndpointHandle]:
        if node.id == self._here():
            yield self._route.way()
            return
        road = self._take(node, given_up, doing)
        try:
            yield road.handle
        finally:
            self._give_back(node.id, road)

    @contextmanager
    def joined(self, node: Node) -> Iterator[EngineClient | None]:
        """A client on the way that others use: it does not keep that open. None where there is no such way."""
        from swarmtui.engine.client.client import EngineClient

        if node.id == self._here():
            handle = self._route.way()
        else:
            with self._lock:
                road = self._roads.get(node.id)
            if road is None or not _stands(road):
                yield None
                return
            handle = road.handle
        with closing(EngineClient(handle.endpoint, lambda: handle)) as client:
            yield client

    def connect(
        self, node: Node, address: str, port: int, given_up: threading.Event, doing: Callable[[str], None]
    ) -> socket.socket:
        """A connection to a TCP port as a node reaches it. Blocks.

        Args:
            given_up, doing: as for `client`.

        Raises:
            NotPossible: the way to the node leads to its engine alone.
            SwarmtuiError: the node or the port cannot be reached; the error tells which layer failed.
        """
        self.connectable(node)
        if node.id != self._here():
            road = self._take(node, given_up, doing)
            try:
                return _through(road.tunnel, address, port)
            finally:
                self._give_back(node.id, road)
        if self._route.current.endpoint.socket_path:
            return _straight(address, port)
        return _through(self._route.tunnel, address, port)

    def connectable(self, node: Node) -> None:
        """Raise NotPossible when it is clear that no port is reached on the way to a node."""
        if node.name in self._urls:
            raise NotPossible("The containers of the embedded swarm are not real: no port of theirs can be forwarded.")
        current = self._route.current.endpoint.url
        if current.startswith("tcp://"):
            raise NotPossible(
                f"{node.name} is reached by TCP, which leads to its engine alone: no port can be forwarded.",
                "Open the swarm by SSH (ssh://).",
            )

    def tunnel_to(self, node: Node) -> Tunnel | None:
        """The SSH connection to a node that somebody is using now; None where it is reached otherwise."""
        if node.id == self._here():
            return self._route.tunnel
        with self._lock:
            road = self._roads.get(node.id)
        return road.tunnel if road is not None else None

    def is_local(self, node: Node) -> bool:
        """Whether a node's engine is the connected one, by a socket of this machine."""
        local = self._route.current.endpoint.socket_path and node.name not in self._urls
        return node.id == self._here() and bool(local)

    def by_hand(self, asked: ContainerExec) -> str:
        """The command that does the same without this program, by SSH or by the engine's own socket."""
        url = self._urls.get(asked.node.name)
        if url is not None:
            return asked.docker_command.replace("docker", f"docker -H {shlex.quote(url)}", 1)
        return asked.ssh_command(ssh_target(asked.node, self._route, self._hosts))

    def close(self) -> None:
        """Close all, and open none any more."""
        self._closed.set()
        with self._lock:
            roads, self._roads = list(self._roads.values()), {}
        for road in roads:
            _end(road)

    # -------------------------------------------------------------------------------- inside

    def _take(self, node: Node, given_up: threading.Event, doing: Callable[[str], None]) -> _Road:
        with self._lock:
            opening = self._opening.setdefault(node.id, threading.Lock())
        with opening:  # several who need the same one open it once
            with self._lock:
                road = self._roads.get(node.id)
                if road is not None and _stands(road):
                    return _used(road)
            with self._places:
                road = self._open(node, given_up, doing)
            with self._lock:
                if not self._closed.is_set():
                    before, self._roads[node.id] = self._roads.get(node.id), road
                    if before is not None:
                        _end(before)
                    return _used(road)
        _end(road)
        raise ConnectionBroken("The connection was closed.")

    def _open(self, node: Node, given_up: threading.Event, doing: Callable[[str], None]) -> _Road:
        """Try the ways one after another."""
        first: SwarmtuiError | None = None
        for way in ways_to(node, self._route, self._hosts, self._urls):
            if first is not None and not (isinstance(first, SSHFailed) and first.layer in NO_ROUTE):
                break
            try:
                return self._open_way(way, given_up, doing)
            except SwarmtuiError as error:
                first = first or error
        assert first is not None
        raise first

    def _open_way(self, way: Way, given_up: threading.Event, doing: Callable[[str], None]) -> _Road:
        if not way.endpoint.url.startswith("ssh://"):
            return _Road(EndpointHandle(way.endpoint))
        from swarmtui.tunnel.ssh import Tunnel  # with it comes asyncssh

        tunnel = Tunnel.open(way.endpoint, self._route.memory(), like=way.like, through=way.through)
        try:
            wait_until_open(tunnel, lambda: not given_up.is_set() and not self._closed.is_set(), PATIENCE, doing)
        except BaseException:
            tunnel.close()
            raise
        return _Road(EndpointHandle(replace(way.endpoint, url=f"unix://{tunnel.socket_path}"), tunnel), tunnel)

    def _give_back(self, node_id: str, road: _Road) -> None:
        with self._lock:
            road.users -= 1
            if road.users or self._roads.get(node_id) is not road:
                return
            road.timer = threading.Timer(IDLE, self._retire, (node_id, road))
            road.timer.daemon = True
            road.timer.start()

    def _retire(self, node_id: str, road: _Road) -> None:
        with self._lock:
            if road.users or self._roads.get(node_id) is not road:
                return
            del self._roads[node_id]
        _end(road)


def _through(tunnel: Tunnel | None, address: str, port: int) -> socket.socket:
    if tunnel is None:
        raise ConnectionBroken("There is no SSH connection to the node.")
    return tunnel.connect_tcp(address, port)


def _straight(address: str, port: int) -> socket.socket:
    """From this machine, which the engine runs on."""
    try:
        sock = socket.create_connection((address, port), CONNECT)
    except OSError as error:
        raise NothingListens(
            f"{address}:{port} cannot be reached from here: {error.strerror or error}.",
            "Does the program in the container listen on this port, and on all addresses (0.0.0.0)?",
        ) from error
    sock.settimeout(None)
    return sock


def _used(road: _Road) -> _Road:
    """Have one user more. The lock is held."""
    road.users += 1
    if road.timer is not None:
        road.timer.cancel()
        road.timer = None
    return road


def _stands(road: _Road) -> bool:
    return road.tunnel is None or road.tunnel.error is None


def _end(road: _Road) -> None:
    if road.timer is not None:
        road.timer.cancel()
    if road.tunnel is not None:
        road.tunnel.close()
