"""A terminal in a container of the embedded swarm, on the engine of the task's own node."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.engine.nodes.terminal import End, Terminal
from swarmtui.engine.session import Session
from swarmtui.errors import EngineRefused, NotPossible, Protected, ReadOnly, SwarmtuiError
from swarmtui.swarm.tasks.container_exec import SHELLS, ContainerExec
from tests.patience import DEAD, until
from tests.ui.simulated import SimulatedSwarm
from tests.unit.engine.conftest import Watched, audited


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[SimulatedSwarm]:
    with SimulatedSwarm(tmp_path) as simulated:
        yield simulated


@contextmanager
def session_on(swarm: SimulatedSwarm, **settings: object) -> Iterator[Session]:
    session = Session(Endpoint(swarm.url, "demo"), node_urls=swarm.urls, **settings)  # type: ignore[arg-type]
    watched = Watched(session)
    session.start(watched.heard)
    try:
        watched.until_complete()
        yield session
    finally:
        session.close()


def shell_in(session: Session, slot: int = 1, command: str = "", user: str = "") -> ContainerExec:
    """A shell in a task of web that is not on the node which the session was begun on; always in the same one."""
    cluster = session.observation().cluster
    assert cluster is not None
    here = next(node.id for node in cluster.nodes.values() if node.name == "mgr1")
    web = next(service for service in cluster.services.values() if service.name == "web")
    tasks = [task for task in cluster.tasks_of(web.id) or () if task.node_id != here]
    return ContainerExec.of(cluster, tasks[slot - 1]).asking_for(command, user, "")


def opened(session: Session, asked: ContainerExec, typed: str = "") -> Terminal:
    return session.nodes.terminal(asked, (100, 30), lambda _: None, typed=typed).future.result(DEAD)


def read_until(terminal: Terminal, text: str) -> str:
    """What it writes, up to a text."""
    came = b""
    while text.encode() not in came:
        piece = terminal.read()
        assert piece, came
        came += piece
    return came.decode()


def test_a_shell_on_another_nodes_task(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        asked = shell_in(session)
        terminal = opened(session, asked)
        read_until(terminal, "# ")
        terminal.write(b"hostname; stty size\r")
        assert asked.container_id[:12] in read_until(terminal, "30 100")
        terminal.resize(132, 43)
        terminal.write(b"stty size\r")
        read_until(terminal, "43 132")
        terminal.write("echo grüße\r".encode())
        read_until(terminal, "\ngrüße")
        terminal.write(b"exit 3\r")
        while terminal.read():
            pass
        assert terminal.end() == End(3)


def test_a_command_that_was_named(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        terminal = opened(session, shell_in(session, command="id", user="nobody"))
        assert "uid=65534(nobody)" in read_until(terminal, "\n")
        while terminal.read():
            pass
        assert terminal.end() == End(0)


def test_a_container_without_a_shell(swarm: SimulatedSwarm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("swarmtui.engine.nodes.container_terminal.SHELLS", ("bash", "zsh"))
    with session_on(swarm) as session, pytest.raises(NotPossible, match="has no shell"):
        opened(session, shell_in(session))


def test_the_end_of_the_container_is_the_end_of_the_terminal(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        terminal = opened(session, shell_in(session))
        read_until(terminal, "# ")
        swarm.remove_service("web")
        while terminal.read():
            pass
        assert terminal.end().code != 0


def test_a_node_that_cannot_be_reached_costs_the_others_nothing(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        first, second = shell_in(session, 1), shell_in(session, 2)
        assert first.node.name != second.node.name
        Path(swarm.urls[first.node.name].removeprefix("unix://")).unlink()
        with pytest.raises(SwarmtuiError, match="socket"):
            opened(session, first)
        terminal = opened(session, second)
        read_until(terminal, "# ")
        terminal.end()


def test_a_container_that_has_gone(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        asked = shell_in(session)
        swarm.remove_service("web")
        swarm.wait(lambda: not any("web" in str(each) for each in swarm.containers_on(asked.node.name)), "web's end")
        with pytest.raises(EngineRefused, match=r"not running|No such container"):
            opened(session, asked)


def test_many_terminals_leave_nothing(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        opened(session, shell_in(session)).end()
        threads = threading.active_count()
        for _ in range(20):
            terminal = opened(session, shell_in(session))
            read_until(terminal, "# ")
            terminal.write(b"\x04")
            while terminal.read():
                pass
            assert terminal.end() == End(0)
        until(lambda: threading.active_count() <= threads + 1, "the end of their threads")


def test_the_end_of_the_session_ends_them(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        terminal = opened(session, shell_in(session))
        read_until(terminal, "# ")
    assert terminal.read() == b""
    terminal.end()


def test_one_that_is_given_up_is_ended_once_it_is_there(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        pending = session.nodes.terminal(shell_in(session), (80, 24), lambda _: None)
        pending.give_up()
        terminal = pending.future.result(DEAD)
        until(lambda: terminal.read() == b"", "its end")


# ------------------------------------------------------------------------------------------------ who may


def test_read_only_lets_nobody_in_unless_it_is_said(swarm: SimulatedSwarm, tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    with session_on(swarm, read_only=True, audit_log=log) as session:
        with pytest.raises(ReadOnly):
            opened(session, shell_in(session))
        assert not [each for each in swarm.asked("POST") if "exec" in each], "nothing was asked of any node"
    with session_on(swarm, read_only=True, entry_when_read_only=True, audit_log=log) as session:
        opened(session, shell_in(session)).end()
    refused, done = audited(log)
    assert (refused["action"], refused["outcome"]) == ("task.shell", "refused")
    assert (done["outcome"], done["name"].partition(".")[0]) == ("done", "web")
    assert done["command"].endswith(SHELLS[-1])


def test_a_protected_endpoint_wants_its_name_typed(swarm: SimulatedSwarm) -> None:
    with session_on(swarm, protected=True) as session:
        with pytest.raises(Protected):
            opened(session, shell_in(session), typed="dem")
        opened(session, shell_in(session), typed="demo").end()


def test_an_audit_log_that_cannot_be_written_is_said_once(swarm: SimulatedSwarm, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with session_on(swarm, audit_log=blocked / "audit.jsonl") as session:
        first, second = opened(session, shell_in(session)), opened(session, shell_in(session))
        assert "audit log" in first.warning
        assert second.warning == ""
        first.end()
        second.end()
    refusing = session_on(swarm, read_only=True, audit_log=blocked / "audit.jsonl")
    with refusing as session, pytest.raises(ReadOnly, match=r"read-only.*audit log"):
        opened(session, shell_in(session))


def test_one_that_was_detached_from_is_not_asked_about(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        terminal = opened(session, shell_in(session))
        read_until(terminal, "# ")
        asked = len(swarm.asked("GET /exec"))
        assert terminal.end(detached=True) == End(runs=True)
        assert len(swarm.asked("GET /exec")) == asked, "the engine may be silent"
