"""Local ports that lead to containers: what is carried, when that ends, and who may."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from swarmtui.engine.nodes.port_forwards import OpenForward, _listening
from swarmtui.engine.nodes.roads import NodeRoads
from swarmtui.errors import NotPossible, Protected, ReadOnly, SSHFailed, SwarmtuiError
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.tasks.port_forward import PortForward
from tests.patience import DEAD, until
from tests.ui.simulated import SimulatedSwarm
from tests.unit.engine.conftest import audited
from tests.unit.engine.test_container_terminal import session_on, shell_in
from tests.unit.engine.test_roads import TLS, route
from tests.unit.swarm.builders import node

ASKED = PortForward(Target(Kind.TASK, "task-1", "web.1", 0), node("wrk1"), "c0ffee" * 10, 80)


class Server:
    """A program in a container: it answers in capitals, and says goodbye when nothing more comes."""

    def __init__(self) -> None:
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.port = self.sock.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.sock.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while data := connection.recv(1000):
                connection.sendall(data.upper())
            connection.sendall(b"bye")


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.sock.close()


@pytest.fixture
def opened(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., OpenForward]]:
    """Opens forwards to the server, which are looked at all the time."""
    monkeypatch.setattr("swarmtui.engine.nodes.port_forwards.FRESH", 0.0)
    monkeypatch.setattr("swarmtui.engine.nodes.port_forwards.WATCH", 0.02)
    forwards: list[OpenForward] = []

    def open_it(look: Callable[[], str] = lambda: "127.0.0.1") -> OpenForward:
        def connect(address: str) -> socket.socket:
            return socket.create_connection((address, server.port))

        forwards.append(OpenForward(ASKED, _listening(ASKED), connect, look, "127.0.0.1", lambda _: None))
        return forwards[-1]

    yield open_it
    for forward in forwards:
        forward.close()


def connected(forward: OpenForward) -> socket.socket:
    sock = socket.create_connection((forward.status.listen, forward.status.port))
    sock.settimeout(DEAD)
    return sock


def read_all(sock: socket.socket) -> bytes:
    came = b""
    while data := sock.recv(1000):
        came += data
    return came


def test_bytes_go_both_ways_and_are_counted(opened: Callable[..., OpenForward]) -> None:
    forward = opened()
    with connected(forward) as one, connected(forward) as other:
        one.sendall(b"hello")
        assert one.recv(100) == b"HELLO"
        until(lambda: forward.status.connections == 2, "two connections")
        other.shutdown(socket.SHUT_WR)
        assert read_all(other) == b"bye", "a half-closed connection still brings the answer"
        one.shutdown(socket.SHUT_WR)
        assert read_all(one) == b"bye"
    until(lambda: forward.status.connections == 0, "their end")
    status = forward.status
    assert (status.carried, status.sent, status.received) == (2, 5, 11)
    assert status.url == f"http://127.0.0.1:{status.port}"


def test_closing_ends_its_connections(opened: Callable[..., OpenForward]) -> None:
    forward = opened()
    with connected(forward) as sock:
        sock.sendall(b"x")
        assert sock.recv(100) == b"X"
        forward.close()
        with contextlib.suppress(ConnectionError):
            assert read_all(sock) == b""
    with pytest.raises(OSError, match="refused"):
        connected(forward)


def test_the_end_of_the_container_is_the_end(opened: Callable[..., OpenForward]) -> None:
    gone = threading.Event()

    def look() -> str:
        if gone.is_set():
            raise NotPossible("The container of web.1 does not run (any more).")
        return "127.0.0.1"

    forward = opened(look)
    with connected(forward) as sock:
        sock.sendall(b"x")
        assert sock.recv(100) == b"X"
        gone.set()
        until(lambda: forward.status.ended, "the end")
        assert "web.1 has ended" in forward.status.ended
        with contextlib.suppress(ConnectionError):
            assert read_all(sock) == b""
    with pytest.raises(OSError, match="refused"):
        connected(forward)


def test_a_node_out_of_reach_is_no_end(opened: Callable[..., OpenForward]) -> None:
    away = threading.Event()
    away.set()

    def look() -> str:
        if away.is_set():
            raise SSHFailed("10.0.0.7 does not answer.", layer="TCP")
        return "127.0.0.1"

    forward = opened(look)
    with connected(forward) as sock, contextlib.suppress(ConnectionError):
        assert read_all(sock) == b""
    until(lambda: forward.status.trouble == "TCP: 10.0.0.7 does not answer.", "why")
    away.clear()
    with connected(forward) as sock:
        sock.sendall(b"back")
        assert sock.recv(100) == b"BACK"
    assert forward.status.trouble == ""


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with _listening(PortForward(ASKED.target, ASKED.node, "c", port)) as other:
            assert other.getsockname()[1] != port, "any other one will do"
        with pytest.raises(NotPossible, match=rf"Port {port} of 127\.0\.0\.1 cannot be used here"):
            _listening(PortForward(ASKED.target, ASKED.node, "c", 80, port))


# ------------------------------------------------------------------------------------------------ where, and who may


def test_by_tcp_and_in_the_demo_it_is_not_possible() -> None:
    for roads in (
        NodeRoads(route("tcp://mgr1:2376", TLS), str, {}, {}),
        NodeRoads(route("unix:///mgr1.sock"), str, {}, {"wrk1": "unix:///wrk1.sock"}),
    ):
        with pytest.raises(NotPossible, match="no port"):
            roads.connectable(ASKED.node)
    NodeRoads(route("ssh://ops@mgr1"), str, {}, {}).connectable(ASKED.node)


@pytest.mark.parametrize(
    ("settings", "error"),
    [({"read_only": True}, ReadOnly), ({"protected": True}, Protected), ({}, NotPossible)],
)
def test_it_is_permitted_and_written_down_as_an_entry(
    tmp_path: Path, settings: dict[str, object], error: type[SwarmtuiError]
) -> None:
    log = tmp_path / "audit.jsonl"
    with SimulatedSwarm(tmp_path) as swarm, session_on(swarm, audit_log=log, **settings) as session:
        inside = shell_in(session)
        asked = PortForward(inside.target, inside.node, inside.container_id, 80)
        with pytest.raises(error):
            session.nodes.forward(asked, lambda _: None).future.result(DEAD)
        assert session.nodes.forwards() == ()
    [entry] = audited(log)
    assert (entry["action"], entry["outcome"]) == ("task.forward", "refused")
    assert "127.0.0.1" in entry["command"]
