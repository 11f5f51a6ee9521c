"""How often the session's news come to the screen."""

from __future__ import annotations

import math

from swarmtui.ui.shell.feed import due_after

INTERVAL = 0.1


def test_a_change_right_after_a_routine_answer_waits_for_a_quarter_of_an_interval() -> None:
    assert due_after(-math.inf, -math.inf, INTERVAL) < 0.0
    assert due_after(9.0, 10.0, INTERVAL) == 10.0 + INTERVAL / 4


def test_news_without_an_end_come_once_in_an_interval() -> None:
    before, last, number = -math.inf, 0.0, 0
    while last < 10.0:
        before, last, number = last, due_after(before, last, INTERVAL), number + 1
    assert number <= 10.0 / INTERVAL + 2
