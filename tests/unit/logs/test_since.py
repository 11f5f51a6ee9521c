"""Times as they are typed, read by the clock here."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.ui.logs.since import TAIL, read_since


@pytest.fixture(autouse=True)
def in_vienna(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


NOW = 1795996800.0
"""2026-11-30 01:00:00 there."""
MIDNIGHT = NOW - 3600


@pytest.mark.parametrize(
    ("typed", "at", "words"),
    [
        ("00:40", NOW - 20 * 60, "since 00:40"),
        ("0:40:30", NOW - 20 * 60 + 30, "since 00:40:30"),
        ("23:10", MIDNIGHT - 50 * 60, "since yesterday 23:10"),
        ("  yesterday   23:10 ", MIDNIGHT - 50 * 60, "since yesterday 23:10"),
        ("Yesterday", MIDNIGHT - 86400, "since yesterday 00:00"),
        ("today", MIDNIGHT, "since 00:00"),
        ("2026-11-28 23:10", MIDNIGHT - 86400 - 50 * 60, "since 2026-11-28 23:10"),
        ("2026-11-28", MIDNIGHT - 2 * 86400, "since 2026-11-28 00:00"),
        ("2026-07-01 12:00", 1782900000.0, "since 2026-07-01 12:00"),
        ("2026-11-29T23:10:00.123456789Z", MIDNIGHT + 600.123456, "since 2026-11-29T23:10:00.123456789Z"),
    ],
)
def test_a_moment(typed: str, at: float, words: str) -> None:
    since = read_since(typed, NOW)
    assert since.at == pytest.approx(at, abs=0.001)
    assert since.words == words
    request = since.request(NOW + 5)
    assert (request.since, request.tail) == (since.at, None)


@pytest.mark.parametrize(
    ("typed", "seconds"), [("90 min", 5400), ("2h", 7200), ("90 min ago", 5400), ("1 d 2 h", 93600)]
)
def test_how_long_ago(typed: str, seconds: float) -> None:
    assert read_since(typed, NOW).request(NOW).since == NOW - seconds


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("tonight", "'tonight' is not a time."),
        ("90", "'90' is not a time."),
        ("25:00", "There is no time 25:00."),
        ("2026-13-01 10:00", "There is no time 2026-13-01 10:00."),
        ("0001-01-01 00:00", "There is no time 0001-01-01 00:00."),
        ("2026-13-01T10:00:00Z", "There is no time 2026-13-01T10:00:00Z."),
        ("today 23:10", "today 23:10 is in the future."),
        ("2027-01-01", "2027-01-01 is in the future."),
    ],
)
def test_what_is_no_time_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(Unreadable, match=r"\.$") as refused:
        read_since(typed, NOW)
    assert str(refused.value) == words


def test_the_usual_beginning_has_no_time() -> None:
    assert (TAIL.request(NOW).since, TAIL.request(NOW).tail) == (None, 500)
