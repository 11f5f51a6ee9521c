"""Every call that reaches a node's engine: a read-only program gets no further than looking."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import swarmtui.engine
from swarmtui.engine.nodes import node_access as module
from swarmtui.engine.session import Session
from swarmtui.engine.streams.log_lines import LogRequest
from swarmtui.errors import ReadOnly
from swarmtui.swarm.actions.node_call import NodeCall
from swarmtui.swarm.logs.containers import LogContainer
from swarmtui.swarm.stats.stats import Subject
from swarmtui.swarm.tasks.command_across import CollectedExec
from swarmtui.swarm.tasks.container_exec import ContainerExec
from swarmtui.swarm.tasks.container_file import CopyIn, CopyOut
from swarmtui.swarm.tasks.port_forward import PortForward
from tests.patience import DEAD, until
from tests.ui.simulated import SimulatedSwarm
from tests.unit.engine.test_container_terminal import session_on, shell_in
from tests.unit.swarm.examples import EXAMPLES

Way = Callable[[Session, ContainerExec], object]


def unheard(_: str) -> None:
    """Nobody is told."""


def _of(kind: type[CopyOut] | type[CopyIn], shell: ContainerExec) -> CopyOut | CopyIn:
    return kind(shell.target, shell.node, shell.container_id).between("/tmp/x", "/etc/hostname")


REFUSED: dict[str, list[Way]] = {
    "apply": [
        lambda session, shell, action=action: session.apply(action).result(DEAD)  # type: ignore[misc]
        for action, _ in EXAMPLES
        if isinstance(action, NodeCall)
    ],
    "copy_file": [
        lambda session, shell, kind=kind: session.nodes.copy_file(_of(kind, shell), unheard).future.result(DEAD)  # type: ignore[misc]
        for kind in (CopyOut, CopyIn)
    ],
    "terminal": [lambda session, shell: session.nodes.terminal(shell, (80, 24), unheard).future.result(DEAD)],
    "run_across": [
        lambda session, shell: session.nodes.run_across(
            [CollectedExec(shell.target, shell.node, shell.container_id, "ls")]
        )
    ],
    "forward": [
        lambda session, shell: session.nodes.forward(
            PortForward(shell.target, shell.node, shell.container_id, 80), unheard
        ).future.result(DEAD)
    ],
}
"""What enters containers or changes something."""

LOOKING: dict[str, Way] = {
    "ask": lambda session, shell: session.nodes.ask(shell.node, f"/containers/{shell.container_id}/json").future.result(
        DEAD
    ),
    "disk_room": lambda session, shell: session.nodes.disk_room(shell.node).future.exception(DEAD),
    "watch_stats": lambda session, shell: session.nodes.watch_stats([Subject(shell.container_id, shell.node)]),
    "logs": lambda session, shell: session.nodes.logs(
        LogContainer(shell.container_id, shell.target.id, shell.target.name, shell.node, shell.target), LogRequest()
    ),
    "retry": lambda session, shell: session.refresh(),
}
"""What looks alone."""

NEITHER = {"stats", "forwards", "by_hand", "close"}
"""What sends nothing."""


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[SimulatedSwarm]:
    with SimulatedSwarm(tmp_path) as simulated:
        yield simulated


def calls() -> set[str]:
    tree = ast.parse(Path(module.__file__).read_text())
    access = next(each for each in tree.body if isinstance(each, ast.ClassDef) and each.name == "NodeAccess")
    return {each.name for each in access.body if isinstance(each, ast.FunctionDef) and not each.name.startswith("_")}


def test_every_call_is_one_of_these() -> None:
    assert calls() == {*REFUSED, *LOOKING, *NEITHER}


def test_there_is_no_other_way_to_nodes() -> None:
    """Only the session makes the roads, and gives them to nobody else."""
    package = Path(swarmtui.engine.__file__).parent
    makers = [
        path.name for path in package.rglob("*.py") if "NodeRoads(" in path.read_text().replace("class NodeRoads", "")
    ]
    assert makers == ["session.py"]
    assert "self._roads" not in (package / "session.py").read_text()


def test_read_only_gets_no_further_than_looking(swarm: SimulatedSwarm) -> None:
    with session_on(swarm, read_only=True) as session:
        shell = shell_in(session)
        for ways in REFUSED.values():
            for way in ways:
                with pytest.raises(ReadOnly):
                    way(session, shell)
        for look in LOOKING.values():
            look(session, shell)
        until(lambda: swarm.asked(f"GET /containers/{shell.container_id}/stats"), "figures")
        assert len(swarm.asked("GET /containers/")) >= 2
        assert {each.split()[0] for each in swarm.asked("")} <= {"GET", "HEAD"}
