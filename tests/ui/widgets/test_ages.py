from __future__ import annotations

import math

import pytest

from swarmtui.ui.ages import age, duration


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (0.9, "0 s"),
        (12.9, "12 s"),
        (19, "19 s"),
        (20, "20 s"),
        (24.9, "20 s"),
        (59.9, "55 s"),
        (60, "1 min"),
        (3 * 60 + 59, "3 min"),
        (3599, "59 min"),
        (5 * 3600, "5 h"),
        (86399, "23 h"),
        (2 * 86400, "2 d"),
        (364 * 86400, "364 d"),
        (365 * 86400, "1 y"),
        (math.nan, "0 s"),
        (math.inf, "10000 y"),
    ],
)
def test_age(seconds: float, words: str) -> None:
    assert age(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0 s"),
        (0.0001, "1 ms"),
        (0.35, "350 ms"),
        (0.9996, "1 s"),
        (1.24, "1.2 s"),
        (9.96, "10 s"),
        (45.4, "45 s"),
        (59.7, "1 min"),
        (125, "2 min 5 s"),
        (3 * 3600 + 20 * 60 + 59, "3 h 20 min"),
        (2 * 86400 + 4 * 3600, "2 d 4 h"),
        (86400, "1 d"),
    ],
)
def test_duration(seconds: float, words: str) -> None:
    assert duration(seconds) == words
