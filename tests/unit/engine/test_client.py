"""EngineClient against real sockets: versions, deadlines, and its end."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client.client import Deadline, EngineClient, filters
from swarmtui.errors import (
    ConnectionBroken,
    EngineRefused,
    EngineSilent,
    HostNotFound,
    NothingListens,
    ObjectNotFound,
    SocketMissing,
    SwarmtuiError,
    UnsupportedEngine,
)
from tests.patience import DEAD
from tests.stub_engine import StubEngine
from tests.unit.engine.conftest import eventually, fill

SILENT = Deadline(connect=DEAD, silence=0.2, total=DEAD)
TOO_LONG = Deadline(connect=DEAD, silence=DEAD, total=0.4)


@contextmanager
def client_of(url: str) -> Iterator[EngineClient]:
    client = EngineClient(Endpoint(url, "stub"))
    try:
        yield client
    finally:
        client.close()


@contextmanager
def raw_server(path: Path, talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """Something on a Unix socket that says whatever a test wants."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    connections = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connections.append(connection)
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"unix://{path}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in connections:
            connection.close()


@pytest.mark.parametrize(
    ("offered", "spoken"), [("1.41", "1.41"), ("1.45", "1.45"), ("1.51", "1.51"), ("1.60", "1.51")]
)
def test_the_newest_common_version_is_spoken(offered: str, spoken: str) -> None:
    with StubEngine(api_version=offered) as engine, client_of(engine.url) as client:
        client.get("/nodes")
        assert client.api_version == spoken


def test_an_engine_that_refuses_below_1_44_is_served() -> None:
    with StubEngine(api_version="1.52") as engine, client_of(engine.url) as client:
        engine.least_api_version = "1.44"
        assert client.get("/nodes").body == b"[]"


def test_an_old_engine_is_refused_with_its_version() -> None:
    with (
        StubEngine(api_version="1.40") as engine,
        client_of(engine.url) as client,
        pytest.raises(UnsupportedEngine, match=r"1\.40.*1\.41.*20\.10"),
    ):
        client.get("/nodes")


def test_an_engine_that_wants_newer_clients_is_explained() -> None:
    with StubEngine(api_version="1.60") as engine, client_of(engine.url) as client:
        engine.least_api_version = "1.55"
        with pytest.raises(UnsupportedEngine, match="too old"):
            client.get("/nodes")


def test_the_version_is_agreed_anew_after_the_engine_came_back_as_another() -> None:
    with StubEngine(api_version="1.45") as engine, client_of(engine.url) as client:
        client.get("/nodes")
        engine.stop()
        engine.api_version = "1.41"
        with pytest.raises(SocketMissing):
            client.get("/nodes")
        engine.start()
        client.get("/nodes")
        assert client.api_version == "1.41"


def test_one_connection_serves_many_calls(engine: StubEngine) -> None:
    with client_of(engine.url) as client:
        for _ in range(5):
            client.get("/nodes")
        assert engine.server.accepted == 1


def test_an_answer_comes_as_it_was_sent(engine: StubEngine) -> None:
    with client_of(engine.url) as client:
        one, two = client.get("/services"), client.get("/services")
        assert one.fingerprint == two.fingerprint
        assert one.body.startswith(b'[{"ID":"serv')
        engine.set_replicas("web", 9)
        assert client.get("/services").fingerprint != one.fingerprint


def test_filters_reach_the_engine(engine: StubEngine) -> None:
    web = engine.service("web")["ID"]
    with client_of(engine.url) as client:
        tasks = client.get_json("/tasks", filters(service=[web]))
    assert {task["ServiceID"] for task in tasks} == {web}


def test_refusals_carry_status_and_words(engine: StubEngine) -> None:
    with client_of(engine.url) as client:
        with pytest.raises(ObjectNotFound, match="service nope not found"):
            client.get("/services/nope")
        engine.refuse("/nodes", 500, "it rains")
        with pytest.raises(EngineRefused, match="it rains") as caught:
            client.get("/nodes")
        assert caught.value.status == 500
        engine.release()
        client.get("/nodes")
        assert engine.server.accepted == 1


def test_a_silent_engine_is_left_after_the_deadline(engine: StubEngine) -> None:
    with client_of(engine.url) as client:
        client.get("/nodes")
        engine.hang("/nodes")
        started = time.monotonic()
        with pytest.raises(EngineSilent):
            client.get("/nodes", deadline=SILENT)
        assert time.monotonic() - started > 0.15


def test_an_answer_that_trickles_is_left_after_the_deadline(tmp_path: Path) -> None:
    def trickle(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK")
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        try:
            while True:
                connection.sendall(b"x")
                time.sleep(0.02)
        except OSError:
            return

    with (
        raw_server(tmp_path / "s", trickle) as url,
        client_of(url) as client,
        pytest.raises(EngineSilent, match="too long"),
    ):
        client.get("/tasks", deadline=TOO_LONG)


def test_an_answer_that_breaks_off(tmp_path: Path) -> None:
    def break_off(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 200\r\n\r\nOK")
        connection.close()

    with (
        raw_server(tmp_path / "s", break_off) as url,
        client_of(url) as client,
        pytest.raises(ConnectionBroken, match="connection to stub broke"),
    ):
        client.ping()


@pytest.mark.parametrize(
    "words",
    [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", b"\x15\x03\x01\x00\x02\x02"],
)
def test_what_is_no_engine_is_told_so(tmp_path: Path, words: bytes) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(words)
        connection.close()

    with (
        raw_server(tmp_path / "s", talk) as url,
        client_of(url) as client,
        pytest.raises(ConnectionBroken, match="not a Docker engine"),
    ):
        client.ping()


def test_a_missing_socket(tmp_path: Path) -> None:
    with client_of(f"unix://{tmp_path}/none.sock") as client, pytest.raises(SocketMissing, match=r"none\.sock"):
        client.ping()


def test_a_socket_that_nobody_serves(tmp_path: Path) -> None:
    path = tmp_path / "dead.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
    with client_of(f"unix://{path}") as client, pytest.raises(NothingListens, match=r"dead\.sock"):
        client.ping()


def test_a_port_that_nobody_serves() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        with client_of(f"tcp://127.0.0.1:{holder.getsockname()[1]}") as client, pytest.raises(NothingListens):
            client.ping()


def test_a_name_that_does_not_resolve() -> None:
    with client_of("tcp://no-such-host.invalid:2375") as client, pytest.raises(HostNotFound, match="no-such-host"):
        client.ping()


def test_an_engine_with_a_full_queue_counts_as_silent(tmp_path: Path) -> None:
    path = tmp_path / "full.sock"
    waiting = []
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(0)
        for _ in range(2):
            sock = socket.socket(socket.AF_UNIX)
            sock.setblocking(False)
            sock.connect_ex(str(path))
            waiting.append(sock)
        with client_of(f"unix://{path}") as client, pytest.raises(EngineSilent):
            client.ping()
        for sock in waiting:
            sock.close()


def test_tcp_works_as_well() -> None:
    with StubEngine(tcp=True) as engine, client_of(engine.url) as client:
        fill(engine)
        assert len(client.get_json("/nodes")) == 5


def test_a_dead_kept_connection_is_not_noticed(engine: StubEngine) -> None:
    with client_of(engine.url) as client:
        client.get("/nodes")
        engine.server.cut()
        client.get("/nodes")


def test_a_post_is_never_repeated(engine: StubEngine) -> None:
    web = engine.service("web")
    with client_of(engine.url) as client:
        client.get("/nodes")
        engine.lose_answer("POST /services", done=True, times=None)
        with pytest.raises(ConnectionBroken):
            client.post_json(f"/services/{web['ID']}/update", {"version": str(web["Version"]["Index"])}, web["Spec"])
    assert len(engine.asked("POST /services")) == 1


@pytest.mark.parametrize("tcp", [False, True])
def test_abort_wakes_a_call_that_hangs(tcp: bool) -> None:
    with StubEngine(tcp=tcp) as engine, client_of(engine.url) as client:
        failures: list[SwarmtuiError] = []

        def call() -> None:
            try:
                client.get("/nodes")
            except SwarmtuiError as error:
                failures.append(error)

        client.ping()
        engine.hang("/nodes")
        thread = threading.Thread(target=call)
        thread.start()
        eventually(lambda: engine.asked("/nodes"))
        client.abort()
        thread.join(DEAD)
        assert [type(error) for error in failures] == [ConnectionBroken], "not the end of a deadline"
        with pytest.raises(ConnectionBroken):
            client.get("/nodes")


def test_abort_wakes_a_stream(engine: StubEngine) -> None:
    with client_of(engine.url) as client:
        lines: list[bytes] = []
        ended = threading.Event()

        def read() -> None:
            with suppress(SwarmtuiError):
                lines.extend(client.lines("/events", {}))
            ended.set()

        threading.Thread(target=read, daemon=True).start()
        eventually(lambda: engine.asked("/events"))
        client.abort()
        assert ended.wait(DEAD)


def test_lines_of_a_stream_come_whole(engine: StubEngine) -> None:
    with client_of(engine.url) as client:
        stream = client.lines("/events", {})
        assert next(stream) == b""
        eventually(lambda: engine._subscribers)
        engine.emit("service", "update", "x" * 5000)
        engine.emit("node", "remove", "y")
        assert b'"service"' in next(stream)
        assert next(stream).endswith(b"}")
