"""What a silent log is silent for."""

from __future__ import annotations

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.logs.sources import LogSource
from swarmtui.swarm.objects.task import Task
from tests.unit.swarm import builders

SERVICE = Target(Kind.SERVICE, "service-web", "web", 1)
TASK = Target(Kind.TASK, "task-1", "web.1", 1)


def swarm(*tasks: Task, down: str = "") -> Cluster:
    nodes = [builders.node(name, state="down" if name == down else "ready") for name in ("wrk1", "wrk2")]
    return builders.cluster(nodes, [builders.service("web", 2)], tasks)


def words(cluster: Cluster, target: Target) -> str:
    obstacle = LogSource(target).obstacle(cluster)
    return "" if obstacle is None else f"{obstacle.words}{' for good' if obstacle.final else ''}"


def test_where_all_is_well_nothing_is_said() -> None:
    cluster = swarm(builders.task("web", 1, "wrk1", id="task-1"))
    assert words(cluster, SERVICE) == ""
    assert words(cluster, TASK) == ""


def test_nodes_that_are_not_ready_are_named() -> None:
    here, there = builders.task("web", 1, "wrk1", id="task-1"), builders.task("web", 2, "wrk2")
    cluster = swarm(here, there, down="wrk1")
    assert words(cluster, SERVICE) == "no lines from wrk1: not ready"
    assert words(cluster, TASK) == "no lines from wrk1: not ready"


def test_tasks_that_have_been_replaced_are_not_missed() -> None:
    cluster = swarm(builders.task("web", 1, "wrk1", desired="shutdown"), builders.task("web", 1, "wrk2"), down="wrk1")
    assert words(cluster, SERVICE) == ""


def test_a_task_that_was_to_be_replaced_is_missed_until_its_successor_runs() -> None:
    """Its node may go on with it and write lines: Swarm only gave it up."""
    lost = builders.task("web", 1, "wrk1", desired="shutdown", id="task-1")
    for state, node in (("pending", ""), ("preparing", "wrk2")):
        cluster = swarm(lost, builders.task("web", 1, node, state=state), down="wrk1")
        assert words(cluster, SERVICE) == "no lines from wrk1: not ready"
    assert words(swarm(lost, builders.task("web", 2, "wrk2"), down="wrk1"), SERVICE) == "no lines from wrk1: not ready"
    assert words(swarm(lost, builders.task("web", 1, "wrk2"), down="wrk1"), TASK) == "no lines from wrk1: not ready"


def test_what_has_ended_or_is_gone_is_said_to_be() -> None:
    cluster = swarm(builders.task("web", 1, "wrk1", state="failed", id="task-1"))
    assert words(cluster, TASK) == "the task has ended: failed for good"
    killed = builders.task("web", 1, "wrk1", state="failed", id="task-1", error="task: non-zero exit (137)")
    assert words(swarm(killed), TASK) == "the task has ended: failed, exit 137 (killed) for good"
    assert words(swarm(), TASK) == "the task is gone from the swarm for good"
    assert words(builders.cluster([], [], None), SERVICE) == "the service was removed for good"
    assert words(builders.cluster([], [], None), TASK) == "", "not known yet is not gone"


def test_a_task_is_found_again_among_those_of_its_service() -> None:
    source = LogSource(TASK)
    assert source.obstacle(swarm(builders.task("web", 1, "wrk1", id="task-1"))) is None
    obstacle = source.obstacle(swarm(builders.task("web", 1, "wrk1", state="complete", id="task-1")))
    assert obstacle is not None
    assert obstacle.final
