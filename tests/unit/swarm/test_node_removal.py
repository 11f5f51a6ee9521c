"""Removing a node."""

from __future__ import annotations

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.nodes.removal import RemoveNode
from tests.unit.swarm.builders import cluster, managers, node, replicas_on, service
from tests.unit.swarm.reading import dangers, notes, text, warnings


def test_a_manager_is_demoted_first() -> None:
    with pytest.raises(NotPossible, match=r"mgr2 is a manager: the engine does not remove managers\. Demote it first"):
        RemoveNode.of(managers(3)[1], force=True)
    with pytest.raises(NotPossible, match="a manager"):
        RemoveNode.of(node("a", manager=True, joined=False, state="down"))


def test_a_node_that_is_ready_is_not_removed_unless_force_is_chosen() -> None:
    with pytest.raises(NotPossible, match="docker swarm leave"):
        RemoveNode.of(node("wrk1"))
    forced = RemoveNode.of(node("wrk1"), force=True)
    assert forced.parameters == {"force": "true"}
    assert forced.docker_command == "docker node rm --force node-wrk1"
    assert forced.title == "Remove wrk1 from the swarm by force"


def test_one_that_is_down_goes_without_force() -> None:
    gone = node("wrk1", state="down", labels={"disk": "ssd"})
    snapshot = cluster([*managers(3), gone])
    action = RemoveNode.of(gone)
    assert action.parameters == {}
    assert action.docker_command == "docker node rm node-wrk1"
    assert not dangers(action, snapshot)
    assert "it is out of the swarm for good" in warnings(action, snapshot)[0]
    assert "Its labels are lost: disk=ssd." in notes(action, snapshot)
    assert "It is a worker: the managers stay as they are (3/3, can lose 1)." in notes(action, snapshot)
    assert not action.impact(snapshot).type_to_confirm


def test_force_says_what_is_cut_off_and_wants_the_name() -> None:
    nodes = [*managers(3), node("wrk1", labels={"disk": "ssd"})]
    services = [service("db", constraints=["node.labels.disk==ssd"]), service("web", 2)]
    tasks = [*replicas_on("db", "wrk1"), *replicas_on("web", "wrk1", "mgr1")]
    snapshot = cluster(nodes, services, tasks)
    action = RemoveNode.of(nodes[-1], force=True)
    said = text(action, snapshot)
    assert "It is cut off, not drained" in said
    assert "Outage of db" in said
    assert "No other node can take db" in said
    assert action.impact(snapshot).type_to_confirm == "wrk1"


def test_a_node_that_changed_while_the_dialog_was_open() -> None:
    action = RemoveNode.of(node("wrk1", state="down"))
    assert "wrk1 is ready again" in dangers(action, cluster([node("wrk1")]))[0]
    assert "wrk1 is a manager now" in dangers(action, cluster([node("wrk1", manager=True, state="down")]))[0]
    assert "no longer in the swarm" in dangers(action, cluster())[0]


def test_the_old_entry_of_a_node_that_joined_anew() -> None:
    old, new = node("wrk1", id="old", state="down"), node("wrk1", id="new")
    action = RemoveNode.of(old)
    assert action.docker_command == "docker node rm old"
    assert "2 nodes are called wrk1. This is the one with ID old" in warnings(action, cluster([old, new]))[0]


def test_without_a_quorum() -> None:
    gone = node("wrk1", state="down")
    assert "no quorum" in dangers(RemoveNode.of(gone), cluster([*managers(3, unreachable=2), gone]))[0]


def test_it_is_over_when_the_node_is_gone() -> None:
    gone = node("wrk1", state="down")
    assert not RemoveNode.of(gone).progress(cluster([gone])).settled
    assert RemoveNode.of(gone).progress(cluster()).settled
