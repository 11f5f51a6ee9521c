"""Draining, pausing and activating a node."""

from __future__ import annotations

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Progress, Severity
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.nodes.availability import SetAvailability
from swarmtui.swarm.objects.node import Node
from tests.unit.swarm.builders import cluster, managers, node, replicas_on, service, task
from tests.unit.swarm.reading import dangers, lines, notes, text, warnings


def _set(snapshot: Cluster, name: str, availability: str) -> SetAvailability:
    return SetAvailability.of(snapshot.nodes[f"node-{name}"], availability)


def test_the_dialogs_words() -> None:
    action = SetAvailability.of(node("node3"), "drain")
    assert (action.title, action.button) == ("Drain node3", "Drain node3")
    assert action.docker_command == "docker node update --availability drain node3"
    assert SetAvailability.of(node("node3"), "active").button == "Activate node3"
    assert SetAvailability.of(node("node3"), "pause").button == "Pause node3"


def test_an_availability_that_does_not_exist() -> None:
    with pytest.raises(NotPossible, match="'drained' is not an availability"):
        SetAvailability.of(node("node3"), "drained")


# ------------------------------------------------------------------------------------------------ drain


def test_draining_names_what_moves() -> None:
    services = [service("web", 3), service("api", 2)]
    tasks = [*replicas_on("web", "a", "a", "b"), *replicas_on("api", "a", "b")]
    snapshot = cluster([node("a"), node("b")], services, tasks)
    assert lines(_set(snapshot, "a", "drain"), snapshot) == [
        "NOTE 3 tasks stop first and then start on other nodes: api 1 and web 2.",
        "NOTE Nothing comes back by itself when a is active again.",
    ]


def test_the_only_replica_is_an_outage() -> None:
    services = [service("db", 1), service("queue", 1), service("web", 2), service("api", 2)]
    tasks = [
        *replicas_on("db", "a"),
        *replicas_on("queue", "a"),
        *replicas_on("web", "a", "a"),
        *replicas_on("api", "a", "b"),
    ]
    snapshot = cluster([node("a"), node("b")], services, tasks)
    assert dangers(_set(snapshot, "a", "drain"), snapshot) == [
        "Outage of db and queue: Swarm stops the only replica before it starts another.",
        "Outage of web (2): all running tasks stop together before others start.",
    ]


def test_replicas_on_a_dead_node_are_no_help() -> None:
    nodes = [node("a"), node("b"), node("dead", state="down")]
    snapshot = cluster(nodes, [service("web", 2)], replicas_on("web", "a", "dead"))
    assert "Outage of web" in text(_set(snapshot, "a", "drain"), snapshot)


def test_a_service_that_no_other_node_can_take() -> None:
    nodes = [node("a", labels={"disk": "ssd"}), node("b"), node("c", labels={"disk": "ssd"}, availability="drain")]
    db = service("db", 1, constraints=["node.labels.disk == ssd"])
    snapshot = cluster(nodes, [db], replicas_on("db", "a"))
    assert (
        "No other node can take db (1 node takes no new tasks, 1 node does not meet the placement constraints)."
        " It requires node.labels.disk == ssd. Its task stops and waits."
    ) in dangers(_set(snapshot, "a", "drain"), snapshot)


def test_a_service_that_the_other_nodes_can_take_in_part() -> None:
    web = service("web", 3, max_replicas=1)
    snapshot = cluster([node("a"), node("b"), node("c")], [web], replicas_on("web", "a", "b", "c"))
    assert warnings(_set(snapshot, "a", "drain"), snapshot) == [
        "The other nodes have room for 2 of web (2 nodes have reached the limit per node): 1 task will wait."
    ]


def test_global_tasks_just_stop() -> None:
    services = [service("agent", mode="global"), service("sweep", mode="global-job")]
    tasks = [task("agent", 0, "a"), task("agent", 0, "b"), task("sweep", 0, "a", desired="complete")]
    said = text(_set(snapshot := cluster([node("a"), node("b")], services, tasks), "a", "drain"), snapshot)
    assert "NOTE Global services just stop on a: agent." in said
    assert "WARNING Global jobs stop on a before they complete: sweep." in said
    assert "No task has to move away from a." in said


def test_tasks_that_ended_or_are_leaving_do_not_move() -> None:
    tasks = [
        task("web", 1, "a", state="failed", desired="shutdown"),
        task("web", 2, "a", desired="remove"),
        task("web", 3, "a", state="complete", desired="complete"),
    ]
    snapshot = cluster([node("a"), node("b")], [service("web", 1)], tasks)
    assert "No task has to move away from a." in notes(_set(snapshot, "a", "drain"), snapshot)


def test_tasks_that_are_not_known_are_said_to_be() -> None:
    snapshot = cluster([node("a"), node("b")], [service("web")], tasks=None)
    assert warnings(_set(snapshot, "a", "drain"), snapshot) == [
        "Not all tasks are known yet: more services may be affected."
    ]


def test_a_manager_stays_one() -> None:
    snapshot = cluster([*managers(3), node("wrk")])
    assert "mgr2 stays a manager: a drain moves tasks and does not touch Raft (3/3, can lose 1)." in notes(
        _set(snapshot, "mgr2", "drain"), snapshot
    )
    snapshot = cluster([*managers(3, unreachable=1), node("wrk")])
    assert "Rebooting mgr2 would lose the quorum: managers 2/3, can lose none → 1/3, no quorum." in warnings(
        _set(snapshot, "mgr2", "drain"), snapshot
    )


@pytest.mark.parametrize(
    "other", [node("b", state="down"), node("b", availability="drain"), node("b", availability="pause")]
)
def test_the_last_node_that_takes_tasks(other: Node) -> None:
    snapshot = cluster([node("a"), other], [service("web", 1)], replicas_on("web", "a"))
    impact = _set(snapshot, "a", "drain").impact(snapshot)
    assert impact.severity is Severity.DANGER
    assert impact.type_to_confirm == "a"
    assert any("No node will take tasks" in consequence.text for consequence in impact.consequences)


def test_the_worst_comes_first() -> None:
    snapshot = cluster([node("a"), node("b")], [service("db", 1)], replicas_on("db", "a"))
    severities = [consequence.severity for consequence in _set(snapshot, "a", "drain").impact(snapshot).consequences]
    assert severities == sorted(severities, reverse=True)


def test_draining_a_dead_node() -> None:
    snapshot = cluster([node("a", state="down"), node("b")], [service("db", 1)], replicas_on("db", "a"))
    assert lines(_set(snapshot, "a", "drain"), snapshot) == [
        "NOTE a is down: Swarm has already started its tasks elsewhere, where it could."
    ]


def test_two_nodes_of_the_same_name() -> None:
    nodes = [node("a", id="id-new"), node("a", id="id-old", state="down"), node("b")]
    snapshot = cluster(nodes)
    (warning,) = warnings(SetAvailability.of(nodes[1], "drain"), snapshot)
    assert warning == "2 nodes are called a. This is the one with ID id-old, which is down."


# ------------------------------------------------------------------------------------------------ pause, activate


def test_pausing() -> None:
    snapshot = cluster([node("a"), node("b")], [service("web", 1)], replicas_on("web", "a"))
    assert lines(_set(snapshot, "a", "pause"), snapshot)[0] == "NOTE 1 task on a keeps running; it takes no new ones."
    lonely = cluster([node("a")])
    assert "nothing that fails will start again" in text(_set(lonely, "a", "pause"), lonely)


def test_activating_moves_nothing_back() -> None:
    services = [service("agent", mode="global"), service("ssd", mode="global", constraints=["node.labels.d==1"])]
    snapshot = cluster([node("a", availability="drain"), node("b")], services)
    started, moved = notes(_set(snapshot, "a", "active"), snapshot)
    assert started == "Global services start a task on a: agent."
    assert moved.startswith("Nothing moves back to a by itself."), "of those that wait there are none"
    snapshot = cluster([node("a", availability="drain"), node("b")], [service("web", 1)], replicas_on("web", "b"))
    assert notes(_set(snapshot, "a", "active"), snapshot)[0].startswith("Nothing moves back to a by itself.")


def test_activating_a_dead_node() -> None:
    snapshot = cluster([node("a", availability="drain", state="down")])
    assert warnings(_set(snapshot, "a", "active"), snapshot) == ["a is down: it takes no tasks until it is ready."]


def test_nothing_to_do() -> None:
    snapshot = cluster([node("a")])
    assert lines(_set(snapshot, "a", "active"), snapshot) == ["NOTE a is already set to active."]


# ------------------------------------------------------------------------------------------------ what is sent


def test_the_value_in_a_spec() -> None:
    action = SetAvailability.of(node("a"), "drain")
    assert action.value({}) == action.seen == "active"
    assert action.value({"Availability": None}) == "active"
    assert action.value(action.change({"Role": "worker"})) == action.wanted == "drain"


# ------------------------------------------------------------------------------------------------ what came of it

DRAIN = SetAvailability.of(node("a"), "drain")
NODES = [node("a", availability="drain"), node("b")]


def test_a_drain_ends_when_the_node_is_empty_and_the_services_are_whole() -> None:
    web = service("web", 2, status=(1, 2))
    stopping = [task("web", 1, "a", desired="shutdown"), *replicas_on("web", "b")]
    assert DRAIN.progress(cluster(NODES, [web], stopping)) == Progress("1 task left on a", settled=False)
    moved = task("web", 2, "a", state="shutdown", desired="shutdown", created=900, since=1)
    waiting = [moved, task("web", 1, "b"), task("web", 2, "b", state="preparing", created=1)]
    assert DRAIN.progress(cluster(NODES, [web], waiting)) == Progress(
        "a is empty; still short of tasks: web", settled=False
    )
    whole = service("web", 2, status=(2, 2))
    assert DRAIN.progress(cluster(NODES, [whole], [moved, *replicas_on("web", "b", "b")])) == Progress(
        "a is empty", settled=True
    )


def test_a_drain_that_leaves_a_service_without_a_node_hangs() -> None:
    db = service("db", 1, status=(0, 1))
    moved = task("db", 1, "a", state="shutdown", desired="shutdown", created=900, since=1)
    pending = task("db", 1, state="pending", created=1, error="no suitable node (1 node not available for new tasks)")
    progress = DRAIN.progress(cluster(NODES, [db], [moved, pending]))
    assert progress.failed
    assert "still short of tasks: db (no suitable node" in progress.text


def test_what_was_not_whole_before_is_not_waited_for() -> None:
    db = service("db", 1, status=(0, 1))
    long_ago = task("db", 1, "a", state="failed", desired="shutdown", created=9000, since=8000)
    assert DRAIN.progress(cluster(NODES, [db], [long_ago])).settled


def test_a_drain_cannot_be_followed_before_the_tasks_are_known() -> None:
    assert not DRAIN.progress(cluster(NODES, tasks=None)).settled


def test_a_drain_of_a_dead_node_is_over_at_once() -> None:
    snapshot = cluster([node("a", availability="drain", state="down")], [service("web")], replicas_on("web", "a"))
    assert DRAIN.progress(snapshot).settled


@pytest.mark.parametrize(("now", "said"), [("pause", "a is paused"), ("active", "a is active again")])
def test_a_drain_is_overtaken_by_another_availability(now: str, said: str) -> None:
    assert DRAIN.progress(cluster([node("a", availability=now)])) == Progress.by_others(said)


def test_activation_and_removal() -> None:
    activate = SetAvailability.of(node("a", availability="drain"), "active")
    assert activate.progress(cluster([node("a")])) == Progress("a is set to active", settled=True)
    assert activate.progress(cluster()) == Progress.by_others("a was removed")
