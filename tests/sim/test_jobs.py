"""Jobs: they run so many times, and then they are done."""

from __future__ import annotations

import msgspec
import pytest

from swarmtui.sim.agent.images import Behaviour
from swarmtui.sim.control.errors import ApiError

from .rig import SECOND, Rig


@pytest.fixture
def rig() -> Rig:
    rig = Rig()
    rig.cluster.faults.image("job", Behaviour(exits_after=4.0, exit_code=0))
    return rig


def states(rig: Rig, service: str) -> list[str]:
    return [task["Status"]["State"] for task in rig.tasks(service)]


def test_a_replicated_job_runs_some_at_a_time(rig: Rig) -> None:
    rig.create("job", "job:1", Mode={"ReplicatedJob": {"MaxConcurrent": 2, "TotalCompletions": 5}})
    most = 0
    while states(rig, "job").count("complete") < 5:
        most = max(most, len([state for state in states(rig, "job") if state != "complete"]))
        rig.advance(0.5)
    assert most == 2
    assert sorted(task.get("Slot", 0) for task in rig.tasks("job")) == [0, 1, 2, 3, 4]
    assert {task["DesiredState"] for task in rig.tasks("job")} == {"complete"}
    listed = msgspec.json.decode(rig.engine.services.list({"name": ["job"]}, status=True))
    assert listed[0]["ServiceStatus"] == {"RunningTasks": 0, "DesiredTasks": 2, "CompletedTasks": 5}


def test_a_failed_task_of_a_job_is_tried_again(rig: Rig) -> None:
    rig.cluster.faults.image("job:bad", Behaviour(exits_after=1.0, exit_code=2))
    rig.create(
        "job",
        "job:bad",
        RestartPolicy={"Condition": "on-failure", "Delay": SECOND, "MaxAttempts": 2},
        Mode={"ReplicatedJob": {"MaxConcurrent": 1, "TotalCompletions": 1}},
    )
    rig.advance(60.0)
    assert states(rig, "job").count("failed") >= 3
    assert "complete" not in states(rig, "job")


def test_a_global_job_runs_once_on_each_node(rig: Rig) -> None:
    rig.set_node("w2", Availability="drain")
    rig.create("job", "job:1", Mode={"GlobalJob": {}})
    rig.until(lambda: states(rig, "job") == ["complete"] * 4)
    rig.advance(30.0)
    assert len(rig.tasks("job")) == 4


def test_an_update_runs_a_job_again(rig: Rig) -> None:
    rig.create("job", "job:1", Mode={"ReplicatedJob": {"MaxConcurrent": 3, "TotalCompletions": 3}})
    rig.until(lambda: states(rig, "job").count("complete") == 3)
    rig.update("job", lambda spec: spec["TaskTemplate"].update(ForceUpdate=1))
    assert rig.service("job")["JobStatus"]["JobIteration"] == {"Index": 1}
    rig.until(lambda: states(rig, "job").count("complete") == 6)


def test_a_job_of_a_dead_node_is_done_elsewhere(rig: Rig) -> None:
    rig.cluster.faults.image("job", Behaviour(exits_after=60.0, exit_code=0))
    rig.create("job", "job:1", Mode={"ReplicatedJob": {"MaxConcurrent": 1, "TotalCompletions": 1}})
    rig.until(lambda: states(rig, "job") == ["running"])
    rig.cluster.faults.kill(rig.cluster.machine(rig.tasks("job")[0]["NodeID"]).hostname)
    rig.until(lambda: "complete" in states(rig, "job"), patience=240.0)


def test_a_job_has_no_update_config(rig: Rig) -> None:
    with pytest.raises(ApiError, match="Jobs may not have an update config"):
        rig.create("job", "job:1", Mode={"GlobalJob": {}}, UpdateConfig={"Parallelism": 1})


def test_a_global_job_knows_no_limit_of_attempts(rig: Rig) -> None:
    """An engine looks for what it remembers of them under another key (restart.go), so it always tries again."""
    rig.cluster.faults.image("job:bad", Behaviour(exits_after=1.0, exit_code=2))
    policy = {"Condition": "on-failure", "Delay": SECOND, "MaxAttempts": 1}
    rig.create("job", "job:bad", RestartPolicy=policy, Mode={"GlobalJob": {}})
    rig.until(lambda: states(rig, "job").count("failed") > 3 * 5)
