"""How many managers may be lost, and what a change does to that."""

from __future__ import annotations

import pytest

from swarmtui.swarm.membership.quorum import (
    Quorum,
    after_demotion,
    after_loss,
    after_promotion,
    majority,
    tolerated,
)
from tests.unit.swarm.builders import cluster, managers, node


@pytest.mark.parametrize(
    ("members", "needed", "may_fail"), [(1, 1, 0), (2, 2, 0), (3, 2, 1), (4, 3, 1), (5, 3, 2), (7, 4, 3)]
)
def test_arithmetic(members: int, needed: int, may_fail: int) -> None:
    assert majority(members) == needed
    assert tolerated(members) == may_fail


@pytest.mark.parametrize(
    ("members", "unreachable", "text"),
    [
        (1, 0, "1/1, can lose none"),
        (2, 0, "2/2, can lose none"),
        (3, 0, "3/3, can lose 1"),
        (3, 1, "2/3, can lose none"),
        (3, 2, "1/3, no quorum"),
        (4, 0, "4/4, can lose 1"),
        (5, 0, "5/5, can lose 2"),
        (5, 1, "4/5, can lose 1"),
        (0, 0, "?"),
    ],
)
def test_the_header_says_how_many_may_be_lost(members: int, unreachable: int, text: str) -> None:
    assert Quorum.of(cluster(managers(members, unreachable=unreachable))).text == text


def test_a_manager_that_has_not_joined_does_not_count() -> None:
    snapshot = cluster([*managers(3), node("late", manager=True, joined=False)])
    assert Quorum.of(snapshot).members == 3


@pytest.mark.parametrize(
    ("members", "unreachable", "after", "loses"),
    [
        (1, 0, "?", True),
        (2, 0, "1/1, can lose none", False),
        (3, 0, "2/2, can lose none", False),
        (3, 1, "1/2, no quorum", True),
        (4, 0, "3/3, can lose 1", False),
        (4, 1, "2/3, can lose none", False),
        (5, 2, "2/4, no quorum", True),
    ],
)
def test_demoting_a_reachable_manager(members: int, unreachable: int, after: str, loses: bool) -> None:
    snapshot = cluster(managers(members, unreachable=unreachable))
    change = after_demotion(snapshot, snapshot.nodes["node-mgr1"])
    assert change.after.text == after
    assert change.loses_quorum is loses
    assert change.leaves_none is (members == 1)


def test_demoting_an_unreachable_manager_helps() -> None:
    snapshot = cluster(managers(5, unreachable=2))
    change = after_demotion(snapshot, snapshot.nodes["node-mgr5"])
    assert (change.before.text, change.after.text) == ("3/5, can lose none", "3/4, can lose none")
    assert not change.tolerates_less
    snapshot = cluster(managers(4, unreachable=1))
    change = after_demotion(snapshot, snapshot.nodes["node-mgr4"])
    assert (change.before.text, change.after.text) == ("3/4, can lose none", "3/3, can lose 1")


def test_promoting() -> None:
    snapshot = cluster([*managers(3), node("well"), node("ill", state="down")])
    assert after_promotion(snapshot, snapshot.nodes["node-well"]).text == "managers 3/3, can lose 1 → 4/4, can lose 1"
    assert after_promotion(snapshot, snapshot.nodes["node-ill"]).text == "managers 3/3, can lose 1 → 3/4, can lose none"
    manager = snapshot.nodes["node-mgr2"]
    assert after_promotion(snapshot, manager).after == Quorum(3, 3)


def test_losing_a_manager_keeps_it_a_member() -> None:
    snapshot = cluster([*managers(3, unreachable=1), node("wrk")])
    assert after_loss(snapshot, snapshot.nodes["node-mgr2"]).loses_quorum
    assert not after_loss(snapshot, snapshot.nodes["node-mgr3"]).loses_quorum  # lost already
    assert after_loss(snapshot, snapshot.nodes["node-wrk"]).after == Quorum(3, 2)


def test_even_numbers() -> None:
    assert [Quorum(n, n).is_even for n in range(6)] == [False, False, True, False, True, False]
