"""How often a pane is compared with the clock."""

from __future__ import annotations

import itertools

from swarmtui.ui.panes.looks import LONGEST, Looks


def looked_at(looks: Looks, seconds: range, changes_at: set[int]) -> list[int]:
    """At which of the seconds somebody looks, when something is found to have changed at some of them."""
    found = []
    for second in seconds:
        if looks.due(second):
            found.append(second)
            looks.looked(second, second in changes_at)
    return found


def test_what_changes_each_second_is_looked_at_each_second() -> None:
    assert looked_at(Looks(), range(10), set(range(10))) == list(range(10))


def test_what_does_not_change_is_looked_at_less_and_less_often() -> None:
    seen = looked_at(Looks(), range(60), set())
    gaps = [after - before for before, after in itertools.pairwise(seen)]
    assert gaps == sorted(gaps)
    assert gaps[-1] == LONGEST


def test_a_change_brings_back_each_second() -> None:
    looks = Looks()
    last = looked_at(looks, range(60), set())[-1]
    change = last + round(LONGEST)
    assert looked_at(looks, range(last + 1, change + 2), {change}) == [change, change + 1]


def test_news_from_elsewhere_are_looked_at_in_the_next_moment() -> None:
    looks = Looks()
    last = looked_at(looks, range(60), set())[-1]
    assert not looks.due(last + 1)
    looks.again()
    assert looks.due(last + 1)


def test_a_clock_that_is_put_back_does_not_stop_it() -> None:
    looks = Looks()
    looked_at(looks, range(1000, 1060), set())
    assert looks.due(3.0)
