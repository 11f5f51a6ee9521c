"""Rolling updates, their failures, and the way back."""

from __future__ import annotations

import pytest

from swarmtui.sim.agent.images import Behaviour
from tests.unit.swarm.spec_deletions import DELETIONS, full_spec, without

from .rig import SECOND, Rig


@pytest.fixture
def rig() -> Rig:
    rig = Rig()
    rig.create("web", replicas=4)
    rig.settle("web", 4)
    return rig


def images(rig: Rig) -> list[str]:
    return sorted(task["Spec"]["ContainerSpec"]["Image"] for task in rig.running("web"))


def test_an_update_goes_slot_by_slot(rig: Rig) -> None:
    rig.image("web", "web:2", Parallelism=1, Delay=2 * SECOND)
    assert rig.service("web")["UpdateStatus"]["Message"] == "update in progress"
    smallest = 4
    while rig.update_state("web") == "updating":
        smallest = min(smallest, len(rig.running("web")))
        rig.advance(0.25)
    assert smallest == 3
    assert images(rig) == ["web:2"] * 4
    status = rig.service("web")["UpdateStatus"]
    assert (status["State"], status["Message"]) == ("completed", "update completed")


def test_start_first_never_has_fewer(rig: Rig) -> None:
    rig.image("web", "web:2", Parallelism=2, Order="start-first")
    most = smallest = 4
    while rig.update_state("web") == "updating":
        count = len([task for task in rig.tasks("web") if task["Status"]["State"] == "running"])
        most, smallest = max(most, count), min(smallest, count)
        rig.advance(0.05)
    assert smallest == 4
    assert most > 4


def test_parallelism_zero_means_all_at_once(rig: Rig) -> None:
    rig.image("web", "web:2", Parallelism=0)
    rig.advance(0.3)
    assert rig.running("web") == []
    rig.settle("web", 4)


def test_a_failing_update_pauses(rig: Rig) -> None:
    rig.image("web", "web:crash", Parallelism=1, Delay=10 * SECOND, Monitor=20 * SECOND)
    rig.until(lambda: rig.update_state("web") == "paused")
    message = rig.service("web")["UpdateStatus"]["Message"]
    failed = next(task for task in rig.tasks("web") if task["Status"]["State"] == "failed")
    assert message == f"update paused due to failure or early termination of task {failed['ID']}"
    rig.advance(60.0)
    assert images(rig).count("web:1") == 3


def test_a_missing_image_pauses_too(rig: Rig) -> None:
    rig.image("web", "web:missing")
    rig.until(lambda: rig.update_state("web") == "paused")
    assert rig.errors("web") == {"No such image: web:missing"}
    assert rig.tasks("web")[-1]["Status"]["Message"] in ("preparing", "created", "pending task scheduling", "prepared")


def test_a_failing_update_rolls_back(rig: Rig) -> None:
    rig.image("web", "web:crash", Parallelism=1, FailureAction="rollback", Monitor=10 * SECOND)
    rig.until(lambda: rig.update_state("web") == "rollback_started")
    message = rig.service("web")["UpdateStatus"]["Message"]
    assert message.startswith("update rolled back due to failure or early termination of task ")
    rig.until(lambda: rig.update_state("web") == "rollback_completed")
    status = rig.service("web")["UpdateStatus"]
    assert status["Message"] == "rollback completed"
    assert images(rig) == ["web:1"] * 4
    assert "PreviousSpec" not in rig.service("web")


def test_continue_goes_on_over_failures(rig: Rig) -> None:
    rig.image("web", "web:missing", Parallelism=2, FailureAction="continue")
    rig.until(lambda: rig.update_state("web") == "completed")
    assert rig.running("web") == []


def test_a_failure_ratio_tolerates_some(rig: Rig) -> None:
    rig.image("web", "web:2", Parallelism=1, MaxFailureRatio=0.5, Monitor=30 * SECOND)
    rig.until(lambda: "web:2" in images(rig))
    first = next(task for task in rig.running("web") if task["Spec"]["ContainerSpec"]["Image"] == "web:2")
    rig.cluster.faults.crash(first["ID"])
    rig.until(lambda: rig.update_state("web") == "completed")


def test_a_manual_rollback_swaps_the_specs(rig: Rig) -> None:
    rig.image("web", "web:2")
    rig.until(lambda: rig.update_state("web") == "completed")
    rig.update("web", lambda spec: None, rollback="previous")
    status = rig.service("web")["UpdateStatus"]
    assert (status["State"], status["Message"]) == ("rollback_started", "manually requested rollback")
    rig.until(lambda: rig.update_state("web") == "rollback_completed")
    assert images(rig) == ["web:1"] * 4
    assert rig.service("web")["PreviousSpec"]["TaskTemplate"]["ContainerSpec"]["Image"] == "web:2"


def test_a_new_update_replaces_the_one_under_way(rig: Rig) -> None:
    rig.image("web", "web:2", Parallelism=1, Delay=10 * SECOND)
    rig.until(lambda: "web:2" in images(rig))
    rig.image("web", "web:3", Parallelism=4)
    rig.until(lambda: rig.update_state("web") == "completed")
    assert images(rig) == ["web:3"] * 4


def test_a_paused_update_goes_on_when_posted_again(rig: Rig) -> None:
    rig.image("web", "web:missing")
    rig.until(lambda: rig.update_state("web") == "paused")
    rig.image("web", "web:2")
    rig.until(lambda: rig.update_state("web") == "completed")
    assert images(rig) == ["web:2"] * 4


def test_a_forced_update_replaces_the_same_by_the_same(rig: Rig) -> None:
    before = {task["ID"] for task in rig.running("web")}
    rig.update("web", lambda spec: spec["TaskTemplate"].update(ForceUpdate=1))
    rig.until(lambda: rig.update_state("web") == "completed")
    assert not before & {task["ID"] for task in rig.running("web")}


def test_labels_alone_replace_nothing(rig: Rig) -> None:
    before = {task["ID"] for task in rig.running("web")}
    rig.update("web", lambda spec: spec["Labels"].update(team="shop"))
    rig.advance(20.0)
    assert before == {task["ID"] for task in rig.running("web")}
    assert "UpdateStatus" not in rig.service("web")


def test_a_global_service_is_updated_node_by_node(rig: Rig) -> None:
    rig.create("agent", image="agent:1", replicas=None)
    rig.settle("agent", 5)
    rig.image("agent", "agent:2", Parallelism=1)
    rig.advance(1.0)
    assert len(rig.running("agent")) == 4
    rig.until(lambda: rig.update_state("agent") == "completed")
    assert {task["Spec"]["ContainerSpec"]["Image"] for task in rig.running("agent")} == {"agent:2"}


def test_an_update_leaves_alone_what_a_drain_has_stopped_meanwhile(rig: Rig) -> None:
    """Rule: removeOldTasks, which fails for a task that was shut down since the update began."""
    rig.create("agent", replicas=None)
    rig.settle("agent", 5)
    rig.image("agent", "agent:2")
    rig.image("web", "web:2")
    rig.set_node("w2", Availability="drain")
    rig.until(lambda: rig.update_state("agent") == "completed" and rig.update_state("web") == "completed")
    assert len(rig.wanted("agent")) == len(rig.running("agent")) == 4
    assert sorted(task["Slot"] for task in rig.wanted("web")) == [1, 2, 3, 4]
    assert images(rig) == ["web:2"] * 4


@pytest.mark.parametrize(("path", "replaced"), DELETIONS.items(), ids=str)
def test_what_is_taken_out_of_a_spec_replaces_tasks_as_on_an_engine(path: tuple[str, ...], replaced: bool) -> None:
    rig = Rig()
    rig.engine.services.create(full_spec("web:1"))
    rig.settle("web", 1)
    before = {task["ID"] for task in rig.running("web")}
    service = rig.service("web")
    rig.engine.services.update("web", service["Version"]["Index"], without(service["Spec"], path))
    rig.advance(30.0)
    assert ({task["ID"] for task in rig.running("web")} != before) is replaced


def test_a_failed_rollback_tells_of_an_update(rig: Rig) -> None:
    """As an engine does, whose sentence does not know in which direction it was going."""
    rig.update("web", lambda spec: spec.update(RollbackConfig={"Parallelism": 1, "FailureAction": "pause"}))
    rig.image("web", "web:2", Parallelism=0)
    rig.until(lambda: rig.update_state("web") == "completed")
    rig.cluster.faults.image("web:1", Behaviour(exits_after=1.0))
    rig.update("web", lambda spec: None, rollback="previous")
    rig.until(lambda: rig.update_state("web") == "rollback_paused")
    failed = next(task for task in rig.tasks("web") if task["Status"]["State"] == "failed")
    message = rig.service("web")["UpdateStatus"]["Message"]
    assert message == f"update paused due to failure or early termination of task {failed['ID']}"


def test_in_the_last_phase_failures_count_for_longer_than_the_delay(rig: Rig) -> None:
    rig.cluster.faults.image("web:2", Behaviour(exits_after=10.5))
    rig.scale("web", 1)
    rig.settle("web", 1)
    rig.image("web", "web:2", Parallelism=1, Delay=10 * SECOND, Monitor=5 * SECOND)
    rig.until(lambda: rig.update_state("web") != "updating")
    assert rig.update_state("web") == "paused"


def test_a_failure_while_the_last_slots_are_waited_for_is_judged_afterwards(rig: Rig) -> None:
    """By then the task's start may be longer ago than is monitored: the engine lets it pass."""
    rig.cluster.faults.image("web:2", Behaviour(exits_after=1.0))
    rig.scale("web", 1)
    rig.settle("web", 1)
    rig.update("web", lambda spec: spec["TaskTemplate"].update(RestartPolicy={"Condition": "none"}))
    rig.until(lambda: rig.update_state("web") == "completed")
    rig.image("web", "web:2", Parallelism=1, Delay=4 * SECOND, Monitor=2 * SECOND)
    rig.until(lambda: rig.update_state("web") != "updating")
    assert rig.update_state("web") == "paused", "it failed 1 s after its start, judged 4 s after it by 4 s + 1 s"
    rig.image("web", "web:1", Parallelism=1, Delay=0, Monitor=2 * SECOND)
    rig.until(lambda: rig.update_state("web") == "completed")


def test_a_rollback_leaves_a_slot_alone_that_others_have_stopped(rig: Rig) -> None:
    """Its task ended and is not restarted: the engine undoes what it was about to do, and reconciles afterwards."""
    rig.update("web", lambda spec: spec["TaskTemplate"].update(RestartPolicy={"Condition": "none"}))
    rig.until(lambda: rig.update_state("web") == "completed")
    config = {"Parallelism": 1, "Delay": 5 * SECOND, "FailureAction": "continue"}
    rig.update("web", lambda spec: spec.update(RollbackConfig=config))
    rig.image("web", "web:2", Parallelism=0)
    rig.until(lambda: rig.update_state("web") == "completed")
    rig.update("web", lambda spec: None, rollback="previous")
    rig.until(lambda: images(rig).count("web:1") == 1)
    old = [task for task in rig.running("web") if "web:2" in str(task["Spec"])]
    last = old[-1]
    rig.cluster.faults.crash(last["ID"])
    rig.until(lambda: images(rig).count("web:1") == 3 or rig.update_state("web") != "rollback_started")
    of_slot = [task for task in rig.tasks("web") if task["Slot"] == last["Slot"] and task["ID"] != last["ID"]]
    assert not [task for task in of_slot if task["DesiredState"] == "running"]
