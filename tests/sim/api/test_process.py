"""The embedded swarm as a process of its own, and the private socket that steers it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from swarmtui.sim.process.child import Child, NotReady, Refused
from swarmtui.sim.process.scenarios import SCENARIOS
from tests.patience import DEAD, until


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sim") / "sockets"


@pytest.fixture(scope="module")
def child(directory: Path) -> Iterator[Child]:
    """A swarm whose time is stepped."""
    with Child("--dir", str(directory), "--managers", "3", "--nodes", "5", "--speed", "0") as child:
        yield child


def get(address: str, target: str) -> Any:
    """A GET at a node's socket."""
    connection = http.client.HTTPConnection("localhost")
    connection.sock = socket.socket(socket.AF_UNIX)
    try:
        connection.sock.connect(address.removeprefix("unix://"))
        connection.request("GET", target)
        response = connection.getresponse()
        return json.loads(response.read())
    finally:
        connection.close()


def await_that(check: Callable[[], object], what: str) -> None:
    until(check, what)


def test_every_node_has_its_socket_managers_first(child: Child) -> None:
    assert list(child.sockets) == ["n1", "n2", "n3", "n4", "n5"]
    assert [get(address, "/info")["Name"] for address in child.sockets.values()] == list(child.sockets)


def test_faults_are_told_and_undone(child: Child) -> None:
    child.fault("n5", "kill")
    conditions = {node["name"]: node["condition"] for node in child.steer("")["nodes"]}
    assert conditions == {"n1": "up", "n2": "up", "n3": "up", "n4": "up", "n5": "dead"}
    with pytest.raises(ConnectionRefusedError):
        get(child.sockets["n5"], "/_ping")
    child.fault("n5", "revive")
    assert get(child.sockets["n5"], "/info")["Name"] == "n5"


def test_time_is_stepped(child: Child) -> None:
    before = child.steer("")["now"]
    assert child.steer("")["now"] == before
    child.advance(60)
    assert child.steer("")["now"] > before


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        ("/fault", {"node": "nosuch", "do": "kill"}, "there is no node 'nosuch'"),
        ("/fault", {"node": "n1", "do": "tickle"}, "what is 'tickle'? A fault is one of kill, stop, cut, slow, revive"),
        ("/image", {"image": "x", "do": "tickle"}, "what is 'tickle'?"),
        ("/path", {"path": "srv", "do": "missing"}, "which path? It begins with /"),
        ("/path", {"path": "/srv", "do": "tickle"}, "what is 'tickle'? A path is one of missing, there, usual"),
        ("/clock", {"speed": -1}, "speed must be a number that is not negative"),
        ("/scenario", {"play": "nosuch"}, "there is no scenario 'nosuch'"),
        ("/nosuch", {"a": 1}, "there is no POST /_sim/nosuch here"),
    ],
)
def test_nonsense_is_refused(child: Child, path: str, body: dict[str, object], sentence: str) -> None:
    with pytest.raises(Refused, match="^" + sentence.replace("?", r"\?")):
        child.steer(path, **body)


def test_images_get_faults(child: Child) -> None:
    child.image("shop/api:2", "crash", seconds=2)
    assert child.steer("")["images"] == {"shop/api:2": "crash"}
    child.image("shop/api:2", "well")
    assert child.steer("")["images"] == {}


def moved_on(child: Child, step: int) -> bool:
    return bool(child.steer("/scenario")["step"] != step)


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenarios_can_be_stepped_through(child: Child, name: str) -> None:
    state = child.steer("/scenario", play=name)
    assert (state["playing"], state["step"]) == (name, 1)
    for step in range(1, state["of"] + 1):
        now = child.steer("/scenario")
        assert now["step"] == step
        assert now["says"]
        assert "could not" not in now["says"]
        child.advance(5)
        child.steer("/scenario", do="next")
        await_that(partial(moved_on, child, step), "the next step")
    assert child.steer("/scenario")["playing"] is None
    child.advance(60)
    assert get(child.first, "/services") == []
    assert {node["condition"] for node in child.steer("")["nodes"]} == {"up"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_end_it_and_leave_nothing(tmp_path: Path, number: signal.Signals) -> None:
    directory = tmp_path / "sockets"
    with Child("--dir", str(directory), "--managers", "1") as child:
        os.kill(child.pid, number)
        assert child.wait(DEAD) == 0
    assert list(directory.iterdir()) == []


def test_it_ends_though_clients_keep_their_connections(tmp_path: Path) -> None:
    with (
        Child("--dir", str(tmp_path / "sockets"), "--managers", "1") as child,
        socket.socket(socket.AF_UNIX) as steers,
        socket.socket(socket.AF_UNIX) as looks,
    ):
        for connected, address, path in ((steers, child.control, "/_sim"), (looks, child.first, "/_ping")):
            connected.connect(address.removeprefix("unix://"))
            connected.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert connected.recv(15) == b"HTTP/1.1 200 OK"
        os.kill(child.pid, signal.SIGTERM)
        assert child.wait(DEAD) == 0


def test_it_ends_when_it_is_asked_to(tmp_path: Path) -> None:
    with Child("--listen", f"unix://{tmp_path}/docker.sock", "--managers", "1") as child:
        assert child.first == f"unix://{tmp_path}/docker.sock"
        child.steer("/end", now=True)
        assert child.wait(DEAD) == 0
    assert list(tmp_path.iterdir()) == []


def test_it_ends_when_its_parent_has_gone(tmp_path: Path) -> None:
    program = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-m', 'swarmtui.sim', '--dir', {str(tmp_path / 'x')!r},"
        " '--managers', '1'], stdout=subprocess.PIPE)\n"
        "print(child.stdout.readline().decode(), end='')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True, timeout=DEAD)
    ready = json.loads(done.stdout)
    await_that(lambda: not Path(ready["control"].removeprefix("unix://")).exists(), "the end of the orphan")


def test_a_directory_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with pytest.raises(NotReady):
        Child("--dir", str(tmp_path), "--managers", "1")
