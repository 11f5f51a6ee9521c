"""Unhealthy rows first: what belongs together stays together, and nothing jumps to and fro."""

from __future__ import annotations

import pytest

from swarmtui.swarm.cluster import Cluster
from swarmtui.ui.panes.unhealthy import LINGER, Unhealthy, UnhealthyFirst
from swarmtui.ui.panes.view import View

MIXED, ONLY, FIRST = Unhealthy.MIXED, Unhealthy.ONLY, Unhealthy.FIRST


@pytest.mark.parametrize(
    ("start", "after"),
    [(MIXED, [ONLY, FIRST, MIXED]), (FIRST, [ONLY, MIXED, FIRST]), (ONLY, [FIRST, MIXED, ONLY])],
)
def test_one_press_shows_only_them_and_three_lead_back(start: Unhealthy, after: list[Unhealthy]) -> None:
    where, seen = start, []
    for _ in range(3):
        where = where.next(start)
        seen.append(where)
    assert seen == after


def first(sick: set[str]) -> UnhealthyFirst[str]:
    return UnhealthyFirst(lambda row, view: row in sick, lambda row: row.partition("/")[0])


def at(now: float) -> View:
    return View(Cluster(), now)


def test_both_parts_stay_in_their_order_and_a_slot_together() -> None:
    rows = ["a", "b", "b/before", "c", "d"]
    assert first({"d", "b"})(rows, at(0)) == ["b", "b/before", "d", "a", "c"]
    assert first(set())(rows, at(0)) is rows


def test_what_is_well_again_stays_for_a_moment() -> None:
    sick = {"c"}
    ordered, rows = first(sick), ["a", "b", "c"]
    assert ordered(rows, at(0)) == ["c", "a", "b"]
    sick.clear()
    assert ordered(rows, at(LINGER - 1)) == ["c", "a", "b"]
    sick.add("b")
    assert ordered(rows, at(LINGER - 1)) == ["b", "c", "a"], "what becomes unhealthy comes at once"
    assert ordered(rows, at(LINGER)) == ["b", "a", "c"]
