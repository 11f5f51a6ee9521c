"""What follows when a task ends: restarts, their limits, and what is kept of the past."""

from __future__ import annotations

import pytest

from swarmtui.sim.agent.images import Behaviour

from .rig import SECOND, Rig


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_a_crash_loop_keeps_five_tasks(rig: Rig) -> None:
    rig.create("api", "api:crash", replicas=1, RestartPolicy={"Delay": SECOND})
    rig.advance(120.0)
    tasks = rig.tasks("api")
    assert len(tasks) == 5
    assert rig.errors("api") == {"task: non-zero exit (1)"}
    failed = next(task for task in tasks if task["Status"]["State"] == "failed")
    assert failed["DesiredState"] == "shutdown"
    assert failed["Status"]["Message"] == "started"
    assert failed["Status"]["ContainerStatus"]["ExitCode"] == 1


def test_the_history_limit_is_the_swarms(rig: Rig) -> None:
    swarm = rig.engine.swarm.inspect()
    swarm["Spec"]["Orchestration"]["TaskHistoryRetentionLimit"] = 2
    rig.engine.swarm.update(swarm["Version"]["Index"], swarm["Spec"])
    rig.create("api", "api:crash", replicas=1, RestartPolicy={"Delay": SECOND})
    rig.advance(60.0)
    assert len(rig.tasks("api")) == 2


def test_max_attempts_end_the_loop_and_keep_their_history(rig: Rig) -> None:
    rig.create("api", "api:crash", replicas=1, RestartPolicy={"Delay": SECOND, "MaxAttempts": 2})
    rig.advance(120.0)
    tasks = rig.tasks("api")
    assert [task["Status"]["State"] for task in tasks] == ["failed"] * 3
    assert [task["DesiredState"] for task in tasks] == ["shutdown"] * 3


def test_a_window_counts_only_recent_attempts(rig: Rig) -> None:
    rig.cluster.faults.image("slowcrash", Behaviour(exits_after=30.0))
    policy = {"Delay": SECOND, "MaxAttempts": 2, "Window": 20 * SECOND}
    rig.create("api", "slowcrash:1", replicas=1, RestartPolicy=policy)
    rig.advance(300.0)
    assert rig.wanted("api") != []


def test_the_delay_is_kept(rig: Rig) -> None:
    rig.create("api", "api:crash", replicas=1, RestartPolicy={"Delay": 15 * SECOND})
    rig.until(lambda: len(rig.tasks("api")) == 2, step=0.1)
    waiting = rig.tasks("api")[-1]
    assert waiting["DesiredState"] == "ready"
    rig.advance(14.0)
    assert rig.tasks("api")[-1]["DesiredState"] == "ready"
    rig.advance(1.5)
    assert rig.tasks("api")[-1]["DesiredState"] == "running"


@pytest.mark.parametrize(
    ("condition", "code", "again"),
    [
        ("any", 0, True),
        ("any", 1, True),
        ("on-failure", 0, False),
        ("on-failure", 1, True),
        ("none", 0, False),
        ("none", 1, False),
    ],
)
def test_conditions(rig: Rig, condition: str, code: int, again: bool) -> None:
    rig.create("api", replicas=1, RestartPolicy={"Condition": condition, "Delay": SECOND})
    rig.settle("api", 1)
    rig.cluster.faults.crash(rig.running("api")[0]["ID"], code)
    rig.advance(20.0)
    assert (len(rig.running("api")) == 1) is again
    assert rig.tasks("api")[0]["Status"]["State"] == ("complete" if code == 0 else "failed")


def test_an_unhealthy_container_fails(rig: Rig) -> None:
    rig.create("api", "api:unhealthy", replicas=1)
    rig.until(lambda: bool(rig.errors("api")))
    assert rig.errors("api") == {"task: non-zero exit (143): dockerexec: unhealthy container"}
    assert rig.tasks("api")[0]["Status"]["Message"] == "starting"


def test_the_code_of_an_unhealthy_container_is_that_of_the_signal_that_stops_it(rig: Rig) -> None:
    rig.create("api", replicas=1, ContainerSpec={"Image": "api:unhealthy", "StopSignal": "SIGINT"})
    rig.until(lambda: bool(rig.errors("api")))
    assert rig.errors("api") == {"task: non-zero exit (130): dockerexec: unhealthy container"}


def test_a_health_check_has_to_succeed_before_a_task_runs(rig: Rig) -> None:
    check = {"Test": ["CMD", "true"], "Interval": 10 * SECOND}
    rig.engine.services.create(
        {"Name": "api", "TaskTemplate": {"ContainerSpec": {"Image": "api:1", "Healthcheck": check}}}
    )
    rig.advance(8.0)
    assert rig.tasks("api")[0]["Status"]["State"] == "starting"
    rig.settle("api", 1)
    rig.cluster.faults.sicken(rig.running("api")[0]["ID"])
    rig.advance(35.0)
    assert "task: non-zero exit (143): dockerexec: unhealthy container" in rig.errors("api")


def test_an_image_that_does_not_exist_is_rejected(rig: Rig) -> None:
    rig.create("api", "api:missing", replicas=1)
    rig.until(lambda: bool(rig.errors("api")))
    task = rig.tasks("api")[0]
    assert (task["Status"]["State"], task["Status"]["Err"]) == ("rejected", "No such image: api:missing")


def test_five_failures_make_a_node_unattractive(rig: Rig) -> None:
    rig.create("api", "api:missing", replicas=1, RestartPolicy={"Delay": 0})
    visited: list[str] = []
    while len(visited) < 11:
        for task in rig.tasks("api"):
            if task["Status"]["State"] == "rejected" and task["ID"] not in visited:
                visited.append(task["ID"])
                if len(visited) == 4:
                    assert len({each.get("NodeID") for each in rig.tasks("api")} - {None}) == 1
        rig.advance(0.25)
    assert len({each.get("NodeID") for each in rig.tasks("api")} - {None}) > 1


def test_a_slow_pull_stays_in_preparing(rig: Rig) -> None:
    rig.create("api", "api:slow", replicas=1)
    rig.advance(30.0)
    assert rig.tasks("api")[0]["Status"]["State"] == "preparing"
    rig.settle("api", 1)


def test_a_container_removed_by_hand_is_replaced(rig: Rig) -> None:
    rig.create("web", replicas=1)
    rig.settle("web", 1)
    task = rig.running("web")[0]
    engine = rig.cluster.engine(task["NodeID"])
    engine.containers.remove(task["Status"]["ContainerStatus"]["ContainerID"], force=True)
    rig.until(lambda: bool(rig.errors("web")))
    assert rig.errors("web") == {"task: non-zero exit (137)"}
    rig.settle("web", 1)
