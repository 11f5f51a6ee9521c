"""A service on its way to its number of tasks, and a node that tasks leave, as they are watched."""

from __future__ import annotations

import pytest

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.occupancy import Occupancy
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.rollout.drain import Departure, Drain, drain_of
from swarmtui.swarm.rollout.scaling import Scaling, scaling_of
from swarmtui.swarm.rollout.slots import Stage
from tests.unit.swarm.builders import NOW, cluster, node, replicas_on, service, task

NODES = [node("wrk1"), node("wrk2")]


def scaled(of: Service, tasks: list[Task] | None, nodes: list[Node] = NODES) -> Scaling:
    return scaling_of(cluster(nodes, [of], tasks), of, NOW, Occupancy())


def test_what_comes_is_told_by_what_it_waits_for() -> None:
    web = service("web", 6, max_replicas=1)
    error = "task: non-zero exit (1)"
    tasks = [
        *replicas_on("web", "wrk1", "wrk2"),
        task("web", 3, state="pending", error="no suitable node (max replicas per node limit exceed)"),
        task("web", 4, "wrk2", state="preparing", created=3),
        task("web", 5, "wrk2", created=5, since=4),
        task("web", 5, "wrk2", state="failed", desired="shutdown", created=20, since=8, error=error),
    ]
    found = scaled(web, tasks)
    assert found.headline == "web 3 of 6 running: 1 failing, 1 held up, 1 starting, 1 not created yet"
    assert found.goes_on
    assert [slot.name for slot in found.slots or ()] == ["web.5", "web.3", "web.4", "web.1", "web.2"]
    troubles = {slot.name: slot.trouble for slot in found.slots or () if slot.trouble}
    assert troubles["web.5"] == "exit 1 (error)"
    assert troubles["web.3"].startswith("pending: limit of 1 per node reached")
    assert found.held_up is not None
    assert found.held_up.by_node


def test_what_goes_is_listed_until_it_has_stopped() -> None:
    web = service("web", 1)
    tasks = [
        task("web", 1, "wrk1"),
        task("web", 2, "wrk2", desired="remove", since=4),
        task("web", 3, "wrk2", desired="remove", state="shutdown", since=4),
    ]
    found = scaled(web, tasks)
    assert found.headline == "web 2 of 1 running; 1 stopping"
    assert {slot.name: slot.stage for slot in found.slots or ()} == {"web.1": Stage.DONE, "web.2": Stage.LEAVING}


def test_a_service_that_is_whole_is_at_rest() -> None:
    found = scaled(service("web", 2), replicas_on("web", "wrk1", "wrk2"))
    assert (found.headline, found.goes_on, found.held_up) == ("web 2 of 2 running", False, None)


def test_a_task_on_a_node_that_is_down_does_not_count() -> None:
    found = scaled(service("web", 2), replicas_on("web", "wrk1", "wrk2"), [node("wrk1"), node("wrk2", state="down")])
    assert found.headline == "web 1 of 2 running: 1 held up"
    assert [slot.trouble for slot in found.slots or () if slot.trouble] == ["wrk2 is down"]


def test_a_slot_whose_task_is_not_restarted_is_one_that_fails() -> None:
    tasks = [task("web", 1, "wrk1", state="failed", desired="shutdown", error="task: non-zero exit (1)")]
    found = scaled(service("web", 1), tasks)
    assert found.headline == "web 0 of 1 running: 1 failing"


def test_while_the_tasks_are_not_known_there_are_no_slots() -> None:
    found = scaled(service("web", 2, status=(1, 2)), None)
    assert (found.headline, found.slots) == ("web 1 of 2 running", None)
    assert scaled(service("web", 2), None).headline.endswith("is not known yet")


# ------------------------------------------------------------------------------------------------ a node


def drained(tasks: list[Task], *services: Service, of: Node | None = None) -> Drain:
    left = of or node("wrk1", availability="drain")
    snapshot: Cluster = cluster([left, node("wrk2")], services, tasks)
    return drain_of(snapshot, left, NOW, Occupancy())


def left_behind(name: str, slot: int = 0, *, state: str = "shutdown", since: float = 30) -> Task:
    return task(name, slot, "wrk1", state=state, desired="shutdown", created=600, since=since)


def test_each_task_that_left_is_followed_to_where_it_runs_again() -> None:
    only = service("only", 1, constraints=["node.hostname == wrk1"])
    tasks = [
        left_behind("web", 1),
        task("web", 1, "wrk2", created=25, since=20),
        left_behind("web", 2),
        task("web", 2, "wrk2", state="preparing", created=25, since=24),
        left_behind("web", 3, state="running"),
        task("web", 4, "wrk1"),
        left_behind("only", 1),
        task("only", 1, state="pending", created=25),
        left_behind("agent"),
        left_behind("web", 5, since=6000),
        task("web", 5, "wrk2", created=5900),
    ]
    found = drained(tasks, service("web", 5), only, service("agent", mode="global"))
    assert {each.name: each.stage for each in found.tasks} == {
        "only.1": Departure.WAITING,
        "web.3": Departure.STOPPING,
        "web.2": Departure.STARTING,
        "web.4": Departure.STAYING,
        "web.1": Departure.MOVED,
        "agent.wrk1": Departure.STOPPED,
    }, "what left long before the drain is not of it"
    assert found.headline == (
        "wrk1 is drained: 4 of 6 tasks have left, 1 of 3 run elsewhere (1 waiting for a node, 1 starting)"
    )
    assert list(found.held_up) == ["only"]
    assert found.tasks[0].trouble == "pending: wrk1 is drained"
    assert not found.settled


def test_a_node_that_is_empty_is_done() -> None:
    found = drained([left_behind("web", 1), task("web", 1, "wrk2", created=25)], service("web", 1))
    assert found.settled
    assert found.headline == "wrk1 is drained: 1 of 1 task has left, 1 of 1 run elsewhere"


@pytest.mark.parametrize(
    ("of", "headline"),
    [
        (node("wrk1"), "wrk1 is active, not drained: 1 task here"),
        (node("wrk1", availability="pause"), "wrk1 is paused, not drained: 1 task here"),
        (node("wrk1", availability="drain"), "wrk1 is drained: 0 of 1 task has left"),
    ],
)
def test_a_node_that_is_not_drained_says_so(of: Node, headline: str) -> None:
    assert drained([task("web", 1, "wrk1")], service("web", 1), of=of).headline == headline


def test_of_a_node_that_is_down_all_have_left() -> None:
    down = node("wrk1", state="down")
    found = drained(
        [left_behind("web", 1, state="running"), task("web", 1, "wrk2", created=25)], service("web", 1), of=down
    )
    assert found.headline == "wrk1 is down: 1 of 1 task has left, 1 of 1 run elsewhere"


def test_what_fails_again_elsewhere_is_told_first() -> None:
    tasks = [
        left_behind("web", 1),
        task(
            "web", 1, "wrk2", state="failed", desired="shutdown", created=25, since=20, error="task: non-zero exit (1)"
        ),
    ]
    (found,) = drained(tasks, service("web", 1)).tasks
    assert (found.stage, found.trouble) == (Departure.FAILED, "exit 1 (error)")
