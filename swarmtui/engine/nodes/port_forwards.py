"""PortForwards: local ports that lead to containers, each on the way to the container's own node."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from swarmtui.engine.changes.gateway import Gateway
from swarmtui.engine.nodes.forward import ForwardStatus
from swarmtui.engine.nodes.relay import Relay
from swarmtui.engine.nodes.roads import NodeRoads
from swarmtui.errors import NotPossible, ObjectNotFound, SwarmtuiError
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.tasks.port_forward import GATEWAY_BRIDGE, PortForward, address_on_node

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient

__all__ = ["OpenForward", "PortForwards"]

log = logging.getLogger("swarmtui.engine")

WATCH = 5.0
"""Seconds between two looks at whether the container still runs; they keep the way to its node open, too."""
FRESH = 1.0
"""Seconds for which such a look counts for new connections: an address that is free may become another container's."""
MOST = 64
"""Connections of one forward at a time."""
BACKLOG = 16


class PortForwards:
    """Opens forwards and ends them. Every method may be called from any thread; only `open` blocks.

    Args:
        gateway: permits each as a way into a container, and writes it down.
        roads: the way to each node.
    """

    def __init__(self, gateway: Gateway, roads: NodeRoads) -> None:
        self._gateway, self._roads = gateway, roads
        self._lock = threading.Lock()
        self._all: tuple[OpenForward, ...] = ()
        self._closed = False

    @property
    def all(self) -> tuple[OpenForward, ...]:
        """Those that were opened and not closed, the oldest first."""
        return self._all

    def open(
        self, asked: PortForward, given_up: threading.Event, doing: Callable[[str], None], *, typed: str = ""
    ) -> OpenForward:
        """Listen on a local port that leads to a container.

        Args:
            given_up, doing: as for `NodeRoads.client`.
            typed: what the user has typed as the name of a protected endpoint.

        Raises:
            ChangeRefused: it is not permitted or not possible: the local port is taken.
            SwarmtuiError: the node cannot be reached.
        """
        forward, warning = self._gateway.enter(asked, lambda: self._opened(asked, given_up, doing), typed=typed)
        forward.warning = warning
        with self._lock:
            closed = self._closed or given_up.is_set()
            if not closed:
                self._all = (*self._all, forward)
        if closed:
            forward.close()
        return forward

    def close(self) -> None:
        """End all, and open none any more."""
        with self._lock:
            self._closed = True
        for forward in self._all:
            forward.close()

    def _opened(self, asked: PortForward, given_up: threading.Event, doing: Callable[[str], None]) -> OpenForward:
        opened = threading.Event()

        def say(words: str) -> None:
            if not opened.is_set():
                doing(words)

        def connect(address: str) -> socket.socket:
            return self._roads.connect(asked.node, address, asked.port, given_up, say)

        def look() -> str:
            with self._roads.client(asked.node, given_up, say) as client:
                return _address(client, asked)

        self._roads.connectable(asked.node)
        address = look()
        trouble = ""
        try:
            connect(address).close()
        except SwarmtuiError as error:
            if error.layer not in ("port", "socket"):  # that may come yet: the program in it may just be starting
                raise
            trouble = error.told
        opened.set()
        return OpenForward(asked, _listening(asked), connect, look, address, self._forget, trouble)

    def _forget(self, forward: OpenForward) -> None:
        with self._lock:
            self._all = tuple(each for each in self._all if each is not forward)


class OpenForward:
    """Meets swarmtui.engine.nodes.forward.Forward. Listens until it is closed or the container ends.

    Args:
        asked: what was asked for.
        listening: the local socket.
        connect: makes a connection to the port at the container's address.
        look: asks for that address again; raises SwarmtuiError.
        address: the container's.
        forget: called when it is closed.
        trouble: why the port could not be reached at first; "" where it could.
    """

    def __init__(
        self,
        asked: PortForward,
        listening: socket.socket,
        connect: Callable[[str], socket.socket],
        look: Callable[[], str],
        address: str,
        forget: Callable[[OpenForward], None],
        trouble: str = "",
    ) -> None:
        self.asked = asked
        self.warning = ""
        self._listening, self._connect, self._look, self._address = listening, connect, look, address
        self._forget = forget
        self._looked = time.monotonic()
        self._lock = threading.Lock()  # guards `_status` and `_relays`
        self._looking = threading.Lock()
        self._relays: set[Relay] = set()
        self._closed = threading.Event()
        listen, port = listening.getsockname()[:2]
        self._status = ForwardStatus(listen, port, trouble=trouble)
        for work in (self._accept, self._watch):
            threading.Thread(target=work, name="swarmtui-forward", daemon=True).start()

    @property
    def status(self) -> ForwardStatus:
        return self._status

    def close(self) -> None:
        self._end("")
        self._forget(self)

    # -------------------------------------------------------------------------------- the end

    def _end(self, why: str) -> None:
        """Take no more connections, and end those there are.

        Args:
            why: a sentence; "" where the user wants it.
        """
        self._closed.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        if why:
            self._set(ended=why)
        with self._lock:
            relays = list(self._relays)
        for relay in relays:
            relay.abort()

    def _watch(self) -> None:
        """Notice the end of the container."""
        while not self._closed.wait(WATCH):
            with contextlib.suppress(SwarmtuiError):  # its node is not reached just now: that is no end
                self._verified()

    def _verified(self) -> str:
        """The container's address now. It ends with the container.

        Raises:
            SwarmtuiError: it does not run, or its node cannot be reached.
        """
        with self._looking:
            if time.monotonic() - self._looked <= FRESH:
                return self._address
            try:
                self._address = self._look()
            except (ObjectNotFound, NotPossible) as error:
                self._end(f"{self.asked.target.name} has ended: its container does not run any more.")
                raise NotPossible(self._status.ended) from error
            self._looked = time.monotonic()
            return self._address

    # -------------------------------------------------------------------------------- connections

    def _accept(self) -> None:
        while not self._closed.is_set():
            try:
                near, _ = self._listening.accept()
            except OSError:
                if self._closed.wait(0.1):  # else too many files are open: that may pass
                    return
                continue
            if self._status.connections >= MOST:
                self._set(trouble=f"More than {MOST} connections at a time: one was refused.")
                near.close()
                continue
            with self._lock:
                now = self._status
                self._status = replace(now, connections=now.connections + 1, carried=now.carried + 1)
            threading.Thread(target=self._join, args=(near,), name="swarmtui-forward-join", daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        """Lead one connection to the container."""
        try:
            far = self._connect(self._verified())
        except SwarmtuiError as error:
            near.close()
            log.info("%s: %s", self.asked.title, error)
            with self._lock:
                self._status = replace(self._status, connections=self._status.connections - 1, trouble=error.told)
            return
        self._set(trouble="")
        with self._lock:
            self._relays.add(relay := Relay(near, far, self._sent, self._received, self._over))
        if self._closed.is_set():
            relay.abort()

    def _sent(self, size: int) -> None:
        with self._lock:
            self._status = replace(self._status, sent=self._status.sent + size)

    def _received(self, size: int) -> None:
        with self._lock:
            self._status = replace(self._status, received=self._status.received + size)

    def _over(self, relay: Relay) -> None:
        with self._lock:
            self._relays.discard(relay)
            self._status = replace(self._status, connections=self._status.connections - 1)

    def _set(self, **changes: Any) -> None:
        with self._lock:
            self._status = replace(self._status, **changes)


def _address(client: EngineClient, asked: PortForward) -> str:
    """Where a container's node reaches it. Raises as `address_on_node` and as the calls do."""
    container = client.get_json(f"/containers/{asked.container_id}/json")
    try:
        bridge = client.get_json(f"/networks/{GATEWAY_BRIDGE}")
    except ObjectNotFound:
        bridge = None
    attached = Raw(container).at("NetworkSettings", "Networks").value
    ids = [Raw(each).text("NetworkID") for each in attached.values()] if isinstance(attached, dict) else []
    networks = []
    if not Raw(bridge).has("Containers", asked.container_id):
        for network_id in filter(None, ids):
            with contextlib.suppress(ObjectNotFound):
                networks.append(client.get_json(f"/networks/{network_id}"))
    return address_on_node(container, bridge, networks, asked.target.name)


def _listening(asked: PortForward) -> socket.socket:
    """The local socket: at the port that was asked for; else at the container's own, or any that is free.

    Raises:
        NotPossible: it cannot listen there.
    """
    family = socket.AF_INET6 if ":" in asked.listen else socket.AF_INET
    wanted = [asked.local_port] if asked.local_port else [asked.port, 0]
    problem = OSError()
    for port in wanted:
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((asked.listen, port))
            sock.listen(BACKLOG)
        except OSError as error:
            sock.close()
            problem = error
        else:
            return sock
    raise NotPossible(
        f"Port {asked.local_port or asked.port} of {asked.listen} cannot be used here: {problem.strerror or problem}.",
        "Choose another local port, or leave it empty.",
    )
