"""Questions to the engine of any node, and changes there: of the embedded swarm, by each node's own socket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import pytest

from swarmtui.engine.session import Session
from swarmtui.errors import ConnectionBroken, EngineRefused, ObjectNotFound, Protected, ReadOnly
from swarmtui.swarm.actions.action import Impact, Progress
from swarmtui.swarm.actions.node_call import NodeCall
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Target
from swarmtui.swarm.nodes.prune import Doomed, PruneNode, found_on
from swarmtui.swarm.objects.node import Node
from tests.patience import DEAD, until
from tests.stub_engine import StubEngine
from tests.ui.simulated import SimulatedSwarm
from tests.unit.engine.conftest import Watched, audited
from tests.unit.engine.test_container_terminal import session_on, shell_in


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[SimulatedSwarm]:
    with SimulatedSwarm(tmp_path) as simulated:
        yield simulated


@dataclass(frozen=True)
class Kill(NodeCall):
    """A container is killed."""

    name: ClassVar[str] = "task.kill"
    verb: ClassVar[str] = "Kill"
    method: ClassVar[str] = "POST"

    target: Target
    node: Node
    container_id: str

    title: ClassVar[str] = "Kill it"
    docker_command: ClassVar[str] = "docker kill"

    @property
    def path(self) -> str:
        return f"/containers/{self.container_id}/kill"

    def impact(self, cluster: Cluster) -> Impact:
        return Impact(())

    def progress(self, cluster: Cluster) -> Progress:
        return Progress("", settled=True)


def kill(session: Session, container_id: str = "") -> Kill:
    shell = shell_in(session)
    return Kill(shell.target, shell.node, container_id or shell.container_id)


def is_running(session: Session, call: Kill) -> bool:
    found = session.nodes.ask(call.node, f"/containers/{call.container_id}/json").future.result(DEAD)
    return bool(found["State"]["Running"])


def test_a_question_reaches_the_tasks_own_node(swarm: SimulatedSwarm) -> None:
    with session_on(swarm, read_only=True) as session:
        assert is_running(session, kill(session)), "a read-only program may look"
        with pytest.raises(ObjectNotFound):
            session.nodes.ask(kill(session).node, "/containers/none/json").future.result(DEAD)


def test_a_change_there_is_permitted_and_written_down_as_any(swarm: SimulatedSwarm, tmp_path: Path) -> None:
    with session_on(swarm, audit_log=tmp_path / "audit.jsonl") as session:
        call, unknown = kill(session), kill(session, "none")
        session.apply(call).result(DEAD)
        until(lambda: not is_running(session, call), "the container has ended")
        with pytest.raises(ObjectNotFound):
            session.apply(unknown).result(DEAD)
    entries = audited(tmp_path / "audit.jsonl")
    assert [(each["action"], each["outcome"]) for each in entries] == [("task.kill", "done"), ("task.kill", "failed")]


@pytest.mark.parametrize(("settings", "error"), [({"read_only": True}, ReadOnly), ({"protected": True}, Protected)])
def test_what_is_not_permitted_does_not_reach_the_node(
    swarm: SimulatedSwarm, settings: dict[str, object], error: type[Exception]
) -> None:
    with session_on(swarm, **settings) as session:
        call = kill(session)
        with pytest.raises(error):
            session.apply(call).result(DEAD)
        assert is_running(session, call)


def test_who_gives_up_a_long_question_ends_it(engine: StubEngine, watched: Watched) -> None:
    here = next(iter(watched.cluster.nodes.values()))
    engine.info["Swarm"]["NodeID"] = here.id
    watched.session.refresh()
    until(lambda: watched.session.observation().info.swarm.node_id == here.id, "which node is connected")
    engine.hang("/system/df")
    pending = watched.session.nodes.ask(here, "/system/df", slow=True)
    until(lambda: engine.asked("GET /system/df"), "the question")
    pending.give_up()
    with pytest.raises(ConnectionBroken):
        pending.future.result(DEAD)
    engine.release()


def test_of_several_things_what_is_in_use_stays_and_is_told(swarm: SimulatedSwarm, tmp_path: Path) -> None:
    swarm.litter("mgr1")
    with session_on(swarm, audit_log=tmp_path / "audit.jsonl") as session:
        cluster = session.observation().cluster
        assert cluster is not None
        node = next(each for each in cluster.nodes.values() if each.name == "mgr1")
        found = found_on(session.nodes.ask(node, "/system/df").future.result(DEAD), cluster)["images"]
        used = next(each["ImageID"] for each in swarm.containers_on("mgr1"))
        action = PruneNode.of(node, "images", replace(found, doomed=(Doomed(used, "used"), *found.doomed)))
        outcome = session.apply(action).result(DEAD)
        again = session.apply(PruneNode.of(node, "images", found)).result(DEAD)
        with pytest.raises(EngineRefused, match="image is being used"):
            session.apply(replace(action, doomed=action.doomed[:1])).result(DEAD)
    assert outcome.output[:2] == ("1 dangling image removed from mgr1: 120 MiB reclaimed.", "✔ abababababab, 120 MiB")
    assert "used stays" in outcome.output[2]
    assert "image is being used" in outcome.output[2]
    assert again.output[0].startswith("1 dangling image removed"), "gone already is as good"
    assert [each["outcome"] for each in audited(tmp_path / "audit.jsonl")] == ["done", "done", "failed"]
