"""The labels of a node, and the services whose constraints they touch."""

from __future__ import annotations

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Progress
from swarmtui.swarm.nodes.labels import SetNodeLabels
from tests.unit.swarm.builders import cluster, managers, node, replicas_on, service, task
from tests.unit.swarm.reading import dangers, notes, text, warnings

SSD = "node.labels.disk==ssd"


def test_what_is_added_changed_and_removed() -> None:
    before = node("a", labels={"disk": "ssd", "zone": "a", "old": ""})
    action = SetNodeLabels.of(before, {"disk": "hdd", "zone": "a", "room": "2nd floor"})
    assert action.docker_command == (
        "docker node update --label-add disk=hdd --label-add 'room=2nd floor' --label-rm old a"
    )
    said = notes(action, cluster([before]))
    assert "disk: ssd becomes hdd." in said
    assert "room=2nd floor is added." in said
    assert "old= is removed." in said
    assert "This affects no service's placement constraints." in said
    assert action.change({"Role": "worker", "Labels": {"disk": "ssd", "zone": "a"}, "Later": 1}) == {
        "Role": "worker",
        "Labels": {"disk": "hdd", "zone": "a", "room": "2nd floor"},
        "Later": 1,
    }


def test_undo_puts_the_labels_back() -> None:
    action = SetNodeLabels.of(node("a", labels={"disk": "ssd"}), {})
    assert action.undo.labels == {"disk": "ssd"}
    assert action.undo.seen == action.wanted == "none"
    assert action.undo.undo == action


def test_the_same_change_of_another_node_keeps_what_that_one_has() -> None:
    action = SetNodeLabels.of(node("a", labels={"disk": "ssd", "old": "1"}), {"disk": "hdd"})
    other = node("b", labels={"disk": "nvme", "old": "2", "zone": "b"})
    assert action.on_another(other).labels == {"disk": "hdd", "zone": "b"}
    with pytest.raises(NotPossible, match="b already has these labels"):
        action.on_another(node("b", labels={"disk": "hdd"}))


def test_labels_as_text_are_never_mistaken_for_others() -> None:
    one = SetNodeLabels.of(node("a"), {"a": "1 b=2"})
    two = SetNodeLabels.of(node("a"), {"a": "1", "b": "2"})
    assert one.wanted != two.wanted


def test_a_service_that_loses_the_node() -> None:
    before, other = node("a", labels={"disk": "ssd"}), node("b", labels={"disk": "ssd"})
    services = [service("db", 2, constraints=[SSD]), service("idle", constraints=[SSD]), service("web")]
    tasks = [*replicas_on("db", "a", "b")]
    action = SetNodeLabels.of(before, {})
    snapshot = cluster([before, other], services, tasks)
    assert (
        f"db may no longer run on a (it requires {SSD}): its task there stops and starts on another node."
        in warnings(action, snapshot)
    )
    assert f"idle loses a (it requires {SSD}): it has no task here." in notes(action, snapshot)
    assert "web" not in text(action, snapshot)
    alone = cluster([before], services, replicas_on("db", "a", "a"))
    assert f"No other node can take db (1 node does not meet the placement constraints). It requires {SSD}." in text(
        action, alone
    )


def test_a_service_that_gains_the_node() -> None:
    before = node("a")
    services = [
        service("db", constraints=[SSD]),
        service("agent", None, mode="global", constraints=[SSD]),
        service("elsewhere", constraints=["node.labels.disk!=ssd"]),
    ]
    snapshot = cluster([before], services, [task("agent", on="b")])
    said = notes(SetNodeLabels.of(before, {"disk": "SSD"}), snapshot)
    assert f"db gains a (it requires {SSD}): new tasks may start here; none moves." in said
    assert "Global services start a task on a: agent." in said
    assert any(line.startswith("elsewhere loses a") for line in said)


def test_a_label_that_no_constraint_can_name() -> None:
    action = SetNodeLabels.of(node("a"), {"größe": "l"})
    assert "No placement constraint can use the label 'größe'." in warnings(action, cluster([node("a")]))


def test_what_came_of_it() -> None:
    action = SetNodeLabels.of(node("a", labels={"x": "1"}), {"x": "2"})
    assert action.progress(cluster([node("a", labels={"x": "1"})])) == Progress.by_others("the labels of a: x=1 again")
    assert action.progress(cluster([node("a", labels={"x": "2", "theirs": "yes"})])).text == "a has 1 label"
    assert action.progress(cluster([node("a", labels={"x": "2"})])).text == "a has 1 label"
    theirs = action.progress(cluster([node("a", labels={"x": "3"})]))
    assert theirs == Progress.by_others("the labels of a: x=3")
    assert action.progress(cluster()) == Progress.by_others("a was removed")
    assert "no longer in the swarm" in dangers(action, cluster(managers(1)))[0]
