"""Promoting and demoting, with the quorum before and after."""

from __future__ import annotations

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Progress, Severity
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.nodes.roles import Demote, Promote
from tests.unit.swarm.builders import cluster, managers, node
from tests.unit.swarm.reading import dangers, notes, text, warnings


def _promote(snapshot: Cluster, name: str) -> Promote:
    return Promote.of(snapshot.nodes[f"node-{name}"])


def _demote(snapshot: Cluster, name: str) -> Demote:
    return Demote.of(snapshot.nodes[f"node-{name}"])


def test_the_dialogs_words() -> None:
    promote, demote = Promote.of(node("node3")), Demote.of(node("node1", manager=True))
    assert (promote.title, promote.button) == ("Promote node3 to manager", "Promote node3")
    assert promote.docker_command == "docker node promote node3"
    assert (demote.title, demote.button) == ("Demote node1 to worker", "Demote node1")
    assert demote.docker_command == "docker node demote node1"


def test_what_is_not_possible() -> None:
    with pytest.raises(NotPossible, match="is already a manager"):
        Promote.of(node("a", manager=True))
    with pytest.raises(NotPossible, match="is not a manager"):
        Demote.of(node("a"))
    only = cluster(managers(1))
    with pytest.raises(NotPossible, match="mgr1 is the last manager"):
        Demote.of(only.nodes["node-mgr1"], only)


@pytest.mark.parametrize(
    ("before", "warning"),
    [
        (1, "With 2 managers both must be up: losing either one stops all changes. Use 3."),
        (2, ""),
        (3, "4 managers tolerate 1 failing, the same as 3: an odd number is better."),
        (4, ""),
        (5, "6 managers tolerate 2 failing, the same as 5: an odd number is better."),
        (7, "8 managers tolerate 3 failing, the same as 7: an odd number is better."),
    ],
)
def test_promoting_to_an_even_number(before: int, warning: str) -> None:
    snapshot = cluster([*managers(before), node("wrk")])
    said = warnings(_promote(snapshot, "wrk"), snapshot)
    assert said[:1] == ([warning] if warning else [])


def test_promoting_says_the_quorum_before_and_after() -> None:
    snapshot = cluster([*managers(2), node("wrk")])
    assert notes(_promote(snapshot, "wrk"), snapshot)[0] == (
        "Now: 2 managers, 2 reachable, majority 2, can lose none."
        " After: 3 managers, 3 reachable, majority 2, can lose 1."
    )


def test_promoting_a_dead_node_is_a_danger() -> None:
    snapshot = cluster([*managers(3), node("wrk", state="down")])
    (danger,) = dangers(_promote(snapshot, "wrk"), snapshot)
    assert danger.startswith("wrk is down: it joins the managers only once it is back")
    assert "After: 4 managers, 3 reachable, majority 3, can lose none." in text(_promote(snapshot, "wrk"), snapshot)


def test_too_many_managers() -> None:
    snapshot = cluster([*managers(8), node("wrk")])
    assert any("more than 7 are not recommended" in line for line in warnings(_promote(snapshot, "wrk"), snapshot))


@pytest.mark.parametrize(
    ("members", "unreachable", "name", "severity", "typed"),
    [
        (1, 0, "mgr1", Severity.DANGER, "mgr1"),
        (2, 0, "mgr2", Severity.WARNING, ""),
        (3, 0, "mgr2", Severity.WARNING, ""),
        (3, 1, "mgr2", Severity.DANGER, "mgr2"),
        (3, 1, "mgr3", Severity.WARNING, ""),
        (4, 0, "mgr2", Severity.NOTE, ""),
        (4, 1, "mgr4", Severity.NOTE, ""),
        (5, 0, "mgr2", Severity.WARNING, ""),
        (5, 2, "mgr2", Severity.DANGER, "mgr2"),
        (5, 2, "mgr5", Severity.WARNING, ""),
    ],
)
def test_demoting(members: int, unreachable: int, name: str, severity: Severity, typed: str) -> None:
    snapshot = cluster(managers(members, unreachable=unreachable))
    impact = _demote(snapshot, name).impact(snapshot)
    assert (impact.severity, impact.type_to_confirm) == (severity, typed)


def test_losing_the_majority_in_words() -> None:
    snapshot = cluster(managers(3, unreachable=1))
    (danger,) = dangers(_demote(snapshot, "mgr1"), snapshot)
    assert danger == (
        "The quorum would be lost: 1 of 2 managers would be reachable, 2 are needed. The swarm could no longer"
        " be changed."
        " The engine should refuse this."
    )


def test_demoting_the_leader_and_an_unreachable_one() -> None:
    snapshot = cluster(managers(3))
    assert "mgr1 is the leader: another manager takes over" in text(_demote(snapshot, "mgr1"), snapshot)
    assert "leader" not in text(_demote(snapshot, "mgr2"), snapshot)
    snapshot = cluster(managers(5, unreachable=1))
    assert "mgr5 is not reachable. Demoting it stops it from counting" in text(_demote(snapshot, "mgr5"), snapshot)


def test_demoting_the_manager_one_is_connected_to() -> None:
    snapshot = cluster(managers(3), connected_to="mgr2")
    assert "You are connected to mgr2" in text(_demote(snapshot, "mgr2"), snapshot)
    assert "You are connected" not in text(_demote(snapshot, "mgr1"), snapshot)


def test_without_a_quorum_nothing_can_be_changed() -> None:
    snapshot = cluster([*managers(3, unreachable=2), node("wrk")])
    for action in (_promote(snapshot, "wrk"), _demote(snapshot, "mgr3")):
        assert "The managers have no quorum (1/3, no quorum)" in dangers(action, snapshot)[0]


def test_a_manager_that_has_not_joined_yet() -> None:
    snapshot = cluster([*managers(3), node("late", manager=True, joined=False)])
    (warning,) = warnings(_demote(snapshot, "late"), snapshot)
    assert warning.startswith("late has not joined the managers yet")


def test_before_the_nodes_are_known() -> None:
    assert "no longer in the swarm" in text(Promote.of(node("a")), cluster())
    assert "managers are not known" in text(Promote.of(node("a")), cluster([node("a")]))


def test_the_value_in_a_spec() -> None:
    promote = Promote.of(node("a"))
    assert promote.value({}) == promote.seen == "worker"
    assert promote.value(promote.change({"Role": "worker"})) == promote.wanted == "manager"
    demote = Demote.of(node("a", manager=True))
    assert demote.value({"Role": "manager"}) == demote.seen
    assert demote.value(demote.change({"Role": "manager"})) == demote.wanted


def test_a_promotion_is_over_when_the_manager_is_reachable() -> None:
    promote = Promote.of(node("wrk"))

    def progress(**now: bool | str) -> Progress:
        return promote.progress(cluster([*managers(3), node("wrk", **now)]))  # type: ignore[arg-type]

    assert progress() == Progress.by_others("wrk is a worker again")
    assert progress(manager=True, joined=False) == Progress("wrk is joining the managers", settled=False)
    assert progress(manager=True, joined=False, state="down").failed
    assert progress(manager=True, reachable=False) == Progress("wrk is unreachable", settled=False)
    assert progress(manager=True) == Progress("wrk is a manager (4/4, can lose 1)", settled=True)
    assert promote.progress(cluster()).failed


def test_a_demotion_is_over_when_it_has_left_raft() -> None:
    demote = Demote.of(node("mgr3", manager=True))
    leaving = node("mgr3", manager=True)
    worker_still_in_raft = cluster([*managers(2), node("mgr3")]).nodes["node-mgr3"]
    assert demote.progress(cluster([*managers(2), leaving])) == Progress.by_others("mgr3 is a manager again")
    assert demote.progress(cluster([*managers(2), worker_still_in_raft])) == Progress(
        "mgr3 is a worker (2/2, can lose none)", settled=True
    )
