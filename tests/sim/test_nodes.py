"""Nodes are drained, paused, lost, found again, removed."""

from __future__ import annotations

import pytest

from swarmtui.sim.control.errors import ApiError

from .rig import SECOND, Rig


@pytest.fixture
def rig() -> Rig:
    rig = Rig()
    rig.create("web", replicas=5)
    rig.create("agent", replicas=None)
    rig.settle("web", 5)
    rig.settle("agent", 5)
    return rig


def test_draining_moves_tasks_and_ends_global_ones(rig: Rig) -> None:
    rig.set_node("w1", Availability="drain")
    assert all(task["DesiredState"] == "shutdown" for task in rig.tasks(node="w1"))
    rig.settle("web", 5)
    assert "w1" not in rig.hosts("web")
    assert rig.hosts("agent") == ["m1", "m2", "m3", "w2"]
    assert {task["Status"]["State"] for task in rig.tasks(node="w1")} == {"shutdown"}


def test_an_active_node_gets_only_global_tasks_back(rig: Rig) -> None:
    rig.set_node("w1", Availability="drain")
    rig.settle("web", 5)
    rig.advance(10.0)
    rig.set_node("w1", Availability="active")
    rig.settle("agent", 5)
    rig.advance(30.0)
    assert "w1" not in rig.hosts("web")


def test_a_paused_node_keeps_what_it_has_and_gets_nothing_new(rig: Rig) -> None:
    rig.set_node("w1", Availability="pause")
    rig.scale("web", 12)
    rig.settle("web", 12)
    assert rig.hosts("web").count("w1") == 1


def test_a_dead_node_is_down_after_its_heartbeats(rig: Rig) -> None:
    rig.cluster.faults.kill("w1")
    took = rig.until(lambda: rig.node_state("w1") == "down")
    assert 10.0 <= took <= 15.5
    assert rig.node("w1")["Status"]["Message"] == "heartbeat failure"
    rig.until(lambda: len([host for host in rig.hosts("web") if host != "w1"]) == 5)
    lost = rig.tasks(node="w1")
    assert {(task["Status"]["State"], task["DesiredState"]) for task in lost} == {("running", "shutdown")}


def test_heartbeats_are_the_swarms(rig: Rig) -> None:
    swarm = rig.engine.swarm.inspect()
    swarm["Spec"]["Dispatcher"]["HeartbeatPeriod"] = 2 * SECOND
    rig.engine.swarm.update(swarm["Version"]["Index"], swarm["Spec"])
    rig.cluster.faults.kill("w1")
    assert rig.until(lambda: rig.node_state("w1") == "down") <= 6.5


def test_a_node_that_returns_says_how_its_tasks_ended(rig: Rig) -> None:
    rig.cluster.faults.kill("w1")
    rig.until(lambda: rig.node_state("w1") == "down")
    rig.advance(30.0)
    rig.cluster.faults.revive("w1")
    rig.until(lambda: rig.node_state("w1") == "ready")
    rig.advance(10.0)
    ended = [(task["Status"]["State"], task["Status"]["Err"]) for task in rig.tasks("web", "w1")]
    assert ended == [("failed", "task: non-zero exit (137)")]
    assert "w1" not in rig.hosts("web")
    assert "w1" in rig.hosts("agent")


def test_a_node_that_was_cut_off_shuts_its_tasks_down(rig: Rig) -> None:
    rig.cluster.faults.cut("w1")
    rig.until(lambda: rig.node_state("w1") == "down")
    assert len(rig.cluster.machine("w1").running_tasks()) == 2
    rig.cluster.faults.revive("w1")
    rig.until(lambda: rig.node_state("w1") == "ready")
    rig.advance(10.0)
    assert [task["Status"]["State"] for task in rig.tasks("web", "w1")] == ["shutdown"]


def test_a_short_cut_changes_nothing(rig: Rig) -> None:
    before = {task["ID"] for task in rig.running("web")}
    rig.cluster.faults.cut("w1")
    rig.advance(5.0)
    rig.cluster.faults.revive("w1")
    rig.advance(60.0)
    assert before == {task["ID"] for task in rig.running("web")}
    assert rig.node_state("w1") == "ready"


def test_a_stopped_engine_is_down_while_its_containers_run(rig: Rig) -> None:
    rig.cluster.faults.stop("w1")
    assert rig.cluster.engine("w1").condition == "stopped"
    rig.until(lambda: rig.node_state("w1") == "down")
    assert len(rig.cluster.machine("w1").running_tasks()) == 2
    rig.cluster.faults.revive("w1")
    rig.until(lambda: rig.node_state("w1") == "ready")
    rig.settle("agent", 5)


def test_tasks_of_a_dead_node_are_orphaned_after_a_day(rig: Rig) -> None:
    rig.cluster.faults.kill("w1")
    rig.advance(23.9 * 3600)
    assert {task["Status"]["State"] for task in rig.tasks(node="w1")} == {"running"}
    rig.advance(0.2 * 3600)
    assert {task["Status"]["State"] for task in rig.tasks(node="w1")} == {"orphaned"}


def test_only_a_node_that_is_down_can_be_removed(rig: Rig) -> None:
    with pytest.raises(ApiError, match="is not down and can't be removed"):
        rig.engine.nodes.remove("w1")
    rig.cluster.faults.kill("w1")
    rig.until(lambda: rig.node_state("w1") == "down")
    rig.advance(20.0)
    rig.engine.nodes.remove("w1")
    with pytest.raises(ApiError, match="node w1 not found"):
        rig.node("w1")
    rig.settle("web", 5)


def test_a_node_removed_by_force_loses_its_tasks(rig: Rig) -> None:
    rig.engine.nodes.remove("w1", force=True)
    rig.settle("web", 5)
    assert rig.hosts("agent") == ["m1", "m2", "m3", "w2"]
    assert rig.cluster.machine("w1").running_tasks() == []
    assert rig.cluster.engine("w1").info()["Swarm"]["LocalNodeState"] == "error"


def test_a_worker_leaves_and_joins_again(rig: Rig) -> None:
    engine, tokens = rig.cluster.engine("w1"), rig.engine.swarm.inspect()["JoinTokens"]
    old = rig.node("w1")["ID"]
    engine.swarm.leave()
    assert engine.info()["Swarm"]["LocalNodeState"] == "inactive"
    rig.until(lambda: rig.cluster.store.nodes[old].state == "down")
    body = {"ListenAddr": "0.0.0.0:2377", "RemoteAddrs": ["10.90.0.11:2377"], "JoinToken": tokens["Worker"]}
    engine.swarm.join(body)
    rig.until(lambda: rig.cluster.store.nodes[engine.node_id].state == "ready")
    assert engine.node_id != old
    rig.settle("agent", 5)


def test_watchers_hear_of_conditions(rig: Rig) -> None:
    heard: list[tuple[str, str]] = []
    machine = rig.cluster.machine("w1")
    rig.cluster.faults.watch(lambda machine_id: heard.append((machine_id, machine.condition)))
    for fault in ("stop", "revive", "kill", "revive"):
        getattr(rig.cluster.faults, fault)("w1")
    assert heard == [(machine.id, each) for each in ("stopped", "up", "dead", "up")]
