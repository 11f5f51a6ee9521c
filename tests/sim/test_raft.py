"""Managers: who leads, what happens without a majority, promotions, demotions, locks."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from swarmtui.sim.control.engine import Engine
from swarmtui.sim.control.errors import ApiError, Hangs
from swarmtui.sim.objects import states

from .rig import Rig


@pytest.fixture
def rig() -> Rig:
    rig = Rig()
    rig.create("web", replicas=5)
    rig.settle("web", 5)
    return rig


def leader(rig: Rig) -> str:
    return rig.cluster.machine(rig.cluster.raft.leader).hostname


def followers(rig: Rig) -> list[str]:
    return [each for each in ("m1", "m2", "m3") if each != leader(rig)]


def answer(call: Callable[[], object]) -> str:
    """What a request comes to."""
    try:
        call()
    except Hangs:
        return "hangs"
    except ApiError as error:
        return f"{error.status} {error.message}"
    return "answers"


def reads(engine: Engine) -> str:
    return answer(engine.nodes.list)


NO_LEADER = "500 rpc error: code = Unknown desc = The swarm does not have a leader."


def test_every_manager_answers_and_names_the_leader(rig: Rig) -> None:
    for name in ("m1", "m2", "m3"):
        nodes = msgspec.json.decode(rig.cluster.engine(name).nodes.list())
        leading = [node for node in nodes if node.get("ManagerStatus", {}).get("Leader")]
        assert [node["Description"]["Hostname"] for node in leading] == [leader(rig)]
        assert {node["ManagerStatus"]["Reachability"] for node in nodes if "ManagerStatus" in node} == {"reachable"}


def test_a_worker_refuses(rig: Rig) -> None:
    with pytest.raises(ApiError, match="Worker nodes can't be used to view or modify cluster state") as refused:
        rig.cluster.engine("w1").nodes.list()
    assert refused.value.status == 503


def test_a_lost_follower_is_unreachable_and_nothing_else(rig: Rig) -> None:
    lost = followers(rig)[0]
    rig.cluster.faults.kill(lost)
    assert rig.node(lost)["ManagerStatus"]["Reachability"] == "unreachable"
    rig.scale("web", 6)
    rig.advance(30.0)
    assert rig.node_state(lost) == "down"
    assert len([host for host in rig.hosts("web") if host != lost]) == 6


def test_a_lost_leader_is_replaced(rig: Rig) -> None:
    old, survivor = leader(rig), followers(rig)[0]
    rig.cluster.faults.kill(old)
    assert reads(rig.cluster.engine(survivor)) == "hangs"
    took = rig.until(lambda: reads(rig.cluster.engine(survivor)) == "answers")
    assert 9.5 <= took <= 20.5
    assert leader(rig) != old
    states = {name: rig.node(name)["Status"] for name in ("m1", "m2", "m3", "w1", "w2")}
    assert states["w1"]["State"] in ("unknown", "ready")
    rig.until(lambda: rig.node_state("w1") == "ready")
    rig.until(lambda: rig.node_state(old) == "down")
    rig.until(lambda: len([host for host in rig.hosts("web") if host != old]) == 5)


def test_work_goes_on_under_the_new_leader(rig: Rig) -> None:
    rig.image("web", "web:2", Parallelism=1, Delay=5_000_000_000)
    rig.advance(8.0)
    rig.cluster.faults.kill(leader(rig))
    rig.until(lambda: rig.cluster.raft.can_commit)
    rig.until(lambda: rig.update_state("web") == "completed", patience=240.0)
    assert {task["Spec"]["ContainerSpec"]["Image"] for task in rig.running("web")} == {"web:2"}


def test_without_a_majority_reads_go_stale_then_hang_then_fail(rig: Rig) -> None:
    survivor = leader(rig)
    for name in followers(rig):
        rig.cluster.faults.kill(name)
    engine = rig.cluster.engine(survivor)
    spec = {"Name": "late", "TaskTemplate": {"ContainerSpec": {"Image": "web:1"}}}
    assert answer(lambda: engine.services.create(spec)) == "hangs"
    seen: list[tuple[str, float]] = []
    begun = rig.cluster.clock.now()
    while not seen or not seen[-1][0].startswith("500"):
        now = reads(engine)
        if not seen or seen[-1][0] != now:
            seen.append((now, rig.cluster.clock.now() - begun))
        rig.advance(0.5)
    assert [each for each, _ in seen[:2]] == ["answers", "hangs"]
    assert seen[2][0].startswith(NO_LEADER)
    assert 10.0 <= seen[1][1] <= 20.5
    assert 19.0 <= seen[2][1] <= 31.0
    assert "does not have a leader" in engine.info()["Swarm"]["Error"]
    assert engine.info()["Swarm"]["ControlAvailable"] is True


def test_containers_run_on_without_managers(rig: Rig) -> None:
    running = len(rig.cluster.machine("w1").running_tasks())
    for name in ("m1", "m2"):
        rig.cluster.faults.kill(name)
    rig.advance(600.0)
    assert len(rig.cluster.machine("w1").running_tasks()) == running


def test_the_majority_comes_back(rig: Rig) -> None:
    lost = followers(rig)
    for name in lost:
        rig.cluster.faults.kill(name)
    rig.advance(60.0)
    rig.cluster.faults.revive(lost[0])
    rig.until(lambda: reads(rig.cluster.engine(lost[0])) == "answers")
    rig.until(lambda: rig.node_state("w1") == "ready")
    rig.until(lambda: len([host for host in rig.hosts("web") if host != lost[1]]) == 5)


def test_what_happened_meanwhile_is_reported(rig: Rig) -> None:
    lost = followers(rig)
    rig.until(lambda: "w1" in rig.hosts("web"))
    victim = next(task for task in rig.running("web") if task["NodeID"] == rig.node("w1")["ID"])
    for name in lost:
        rig.cluster.faults.kill(name)
    rig.advance(60.0)
    rig.cluster.faults.crash(victim["ID"], 3)
    for name in lost:
        rig.cluster.faults.revive(name)
    rig.until(lambda: rig.cluster.raft.can_commit)
    rig.until(lambda: "task: non-zero exit (3)" in rig.errors("web"))


def test_a_short_loss_costs_nothing(rig: Rig) -> None:
    before, chief = {task["ID"] for task in rig.running("web")}, leader(rig)
    lost = followers(rig)
    for name in lost:
        rig.cluster.faults.cut(name)
    rig.advance(5.0)
    for name in lost:
        rig.cluster.faults.revive(name)
    rig.advance(30.0)
    assert leader(rig) == chief
    assert before == {task["ID"] for task in rig.running("web")}


def test_a_leader_that_is_cut_off_answers_stale_then_not(rig: Rig) -> None:
    old = leader(rig)
    rig.cluster.faults.cut(old)
    assert reads(rig.cluster.engine(old)) == "answers"
    rig.advance(45.0)
    assert reads(rig.cluster.engine(old)).startswith("500")
    assert leader(rig) != old
    rig.cluster.faults.revive(old)
    rig.until(lambda: reads(rig.cluster.engine(old)) == "answers")


def test_forcing_a_new_cluster_saves_a_lone_manager(rig: Rig) -> None:
    survivor = leader(rig)
    for name in followers(rig):
        rig.cluster.faults.kill(name)
    rig.advance(60.0)
    engine = rig.cluster.engine(survivor)
    engine.swarm.init({"ForceNewCluster": True, "ListenAddr": "0.0.0.0:2377"})
    assert reads(engine) == "answers"
    rig.advance(60.0)
    assert len(rig.cluster.raft.members) == 1
    assert len([host for host in rig.hosts("web") if host in (survivor, "w1", "w2")]) == 5


def test_a_promotion_takes_a_moment(rig: Rig) -> None:
    rig.set_node("w1", Role="manager")
    assert "ManagerStatus" not in rig.node("w1")
    rig.advance(2.0)
    assert rig.node("w1")["ManagerStatus"]["Reachability"] == "reachable"
    assert reads(rig.cluster.engine("w1")) == "answers"


def test_a_demotion_takes_a_moment(rig: Rig) -> None:
    name = followers(rig)[0]
    rig.set_node(name, Role="worker")
    assert "ManagerStatus" not in rig.node(name)
    rig.advance(6.0)
    assert reads(rig.cluster.engine(name)).startswith("503")
    assert rig.cluster.machine(name).role == "worker"


def test_a_leader_that_is_demoted_hands_over(rig: Rig) -> None:
    old = leader(rig)
    rig.set_node(old, Role="worker")
    rig.until(lambda: rig.cluster.raft.can_commit and old not in (leader(rig),))
    rig.until(lambda: rig.cluster.machine(old).role == "worker")
    rig.advance(10.0)
    assert len(rig.cluster.raft.members) == 2
    assert rig.node(old)["Spec"]["Role"] == "worker"


def test_the_last_manager_stays() -> None:
    rig = Rig(managers=1, workers=1)
    with pytest.raises(ApiError, match="attempting to demote the last manager of the swarm"):
        rig.set_node("m1", Role="worker")


def test_a_demotion_that_costs_the_majority_is_refused(rig: Rig) -> None:
    lost = followers(rig)
    rig.cluster.faults.kill(lost[0])
    with pytest.raises(ApiError, match="this would result in a loss of quorum"):
        rig.set_node(lost[1], Role="worker")


def test_a_manager_has_to_be_demoted_before_removal(rig: Rig) -> None:
    with pytest.raises(ApiError, match="It must be demoted to worker before removal"):
        rig.engine.nodes.remove("m2", force=True)


def test_leaving_is_refused_to_managers(rig: Rig) -> None:
    with pytest.raises(ApiError, match="You are attempting to leave the swarm on a node that is participating"):
        rig.cluster.engine("m1").swarm.leave()
    rig.cluster.engine(followers(rig)[0]).swarm.leave(force=True)
    rig.advance(30.0)
    assert len(rig.cluster.raft.alive()) == 2


def test_a_locked_manager_waits_for_its_key(rig: Rig) -> None:
    swarm = rig.engine.swarm.inspect()
    swarm["Spec"]["EncryptionConfig"]["AutoLockManagers"] = True
    rig.engine.swarm.update(swarm["Version"]["Index"], swarm["Spec"])
    key, name = rig.engine.swarm.unlock_key()["UnlockKey"], followers(rig)[0]
    rig.cluster.faults.kill(name)
    rig.advance(30.0)
    rig.cluster.faults.revive(name)
    engine = rig.cluster.engine(name)
    assert engine.info()["Swarm"]["LocalNodeState"] == "locked"
    assert reads(engine).startswith("503 Swarm is encrypted and needs to be unlocked")
    with pytest.raises(ApiError, match="invalid key provided") as wrong:
        engine.swarm.unlock({"UnlockKey": "SWMKEY-1-wrong"})
    assert wrong.value.status == 401
    engine.swarm.unlock({"UnlockKey": key})
    rig.until(lambda: reads(engine) == "answers")
    rig.until(lambda: rig.node_state(name) == "ready")


def test_rotations_keep_the_spec(rig: Rig) -> None:
    before = rig.engine.swarm.inspect()
    rig.engine.swarm.update(before["Version"]["Index"], before["Spec"], rotate_worker_token=True)
    after = rig.engine.swarm.inspect()
    assert after["Spec"] == before["Spec"]
    assert after["JoinTokens"]["Worker"] != before["JoinTokens"]["Worker"]
    assert after["JoinTokens"]["Manager"] == before["JoinTokens"]["Manager"]
    with pytest.raises(ApiError, match="update out of sequence"):
        rig.engine.swarm.update(before["Version"]["Index"], before["Spec"])


def test_an_empty_swarm_spec_resets_what_it_leaves_out(rig: Rig) -> None:
    """What docker-py's `Swarm.update` does: measured on a real engine, the history limit fell to 0."""
    version = rig.engine.swarm.inspect()["Version"]["Index"]
    rig.engine.swarm.update(version, {}, rotate_worker_token=True)
    assert rig.engine.swarm.inspect()["Spec"]["Orchestration"]["TaskHistoryRetentionLimit"] == 0


def test_what_ended_while_nobody_led_is_reported_to_the_next_leader() -> None:
    rig = Rig(3, 3)
    rig.create("web", "app:1", 3)
    rig.advance(10.0)
    led = rig.cluster.machine(rig.cluster.raft.leader).hostname
    elsewhere = rig.cluster.machine(led).node_id
    running = [each for each in rig.cluster.store.all_tasks() if each.state == states.RUNNING]
    task = next(each for each in running if each.node_id != elsewhere)
    rig.cluster.faults.kill(led)
    rig.cluster.faults.crash(task.id)
    for host in ("m1", "m2", "m3", "w1", "w2", "w3"):  # of most of them there is nothing to undo
        rig.cluster.faults.revive(host)
    rig.advance(60.0)
    assert rig.cluster.store.tasks[task.id].state == states.FAILED
