"""Durations as they are typed, shown, and given to docker."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmtui.swarm.durations import DAY, HOUR, MINUTE, SECOND, duration_text, go_duration, parse_duration


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("5s", 5 * SECOND),
        (" 1h30m ", 90 * MINUTE),
        ("90d", 90 * DAY),
        ("90 days", 90 * DAY),
        ("1 day 2 hours", 26 * HOUR),
        ("2160h0m0s", 90 * DAY),
        ("1.5s", 1_500_000_000),
        ("200ms", 200_000_000),
        ("10 min", 10 * MINUTE),
        ("0", 0),
    ],
)
def test_what_people_type(typed: str, meant: int) -> None:
    assert parse_duration(typed) == meant


@pytest.mark.parametrize("typed", ["", "5", "s", "5x", "-5s", "5s!", "1h-5m", "٣s", "5 s s", "1e9s"])
def test_what_is_no_duration(typed: str) -> None:
    with pytest.raises(ValueError, match="a number with a unit, such as 5s"):
        parse_duration(typed)


def test_longer_than_docker_can_hold() -> None:
    with pytest.raises(ValueError, match="at most 292 years"):
        parse_duration("999999d")


@pytest.mark.parametrize(
    ("meant", "words", "for_docker"),
    [
        (90 * DAY, "90 days", "2160h"),
        (DAY, "1 day", "24h"),
        (90 * MINUTE, "1 h 30 min", "1h30m"),
        (5 * SECOND, "5 s", "5s"),
        (1, "1 ns", "1ns"),
        (0, "0 s", "0s"),
    ],
)
def test_how_they_are_shown(meant: int, words: str, for_docker: str) -> None:
    assert duration_text(meant) == words
    assert go_duration(meant) == for_docker


@given(st.integers(0, 2**62))
def test_what_is_shown_can_be_typed_again(nanoseconds: int) -> None:
    assert parse_duration(go_duration(nanoseconds)) == nanoseconds
    assert parse_duration(duration_text(nanoseconds)) == nanoseconds
