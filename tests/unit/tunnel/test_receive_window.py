"""A window that follows from how quickly the bytes come: pure, on a clock that costs nothing."""

from __future__ import annotations

import pytest

from swarmtui.tunnel.receive_window import FIRST, LEAST, MOST, ReceiveWindow

PIECE = 8 * 1024


def take(window: ReceiveWindow, rate: float, seconds: float, trip: float = 0.0) -> None:
    """Take the bytes of one long answer from a line, which brings no more than the window in one round trip."""
    now = 0.0
    window.asked()
    while now < seconds:
        now += PIECE / min(rate, window.size / trip if trip else rate)
        window.received(PIECE, now)


@pytest.mark.parametrize("rate", [30_000, 90_000, 400_000])
def test_no_more_is_on_its_way_than_the_line_brings_in_a_second(rate: int) -> None:
    window = ReceiveWindow()
    take(window, rate, 30.0)
    assert rate * 0.9 < window.size < rate * 1.1


@pytest.mark.parametrize("trip", [0.0005, 0.02, 0.2, 0.5])
def test_a_quick_line_with_long_round_trips_is_filled(trip: float) -> None:
    window = ReceiveWindow()
    take(window, 10_000_000, 4.0, trip)
    assert window.size == MOST


def test_the_window_of_a_line_that_brings_next_to_nothing_holds_half_a_packet() -> None:
    window = ReceiveWindow()
    take(window, 2_000, 600.0)
    assert window.size == LEAST


def test_a_list_that_becomes_small_on_the_line_leaves_no_wide_window_to_the_next_answer() -> None:
    window = ReceiveWindow()
    for turn in range(40):
        window.received(PIECE, turn * 0.02)
    assert window.size == FIRST
    take(window, 10_000_000, 4.0)
    assert window.size == MOST
    assert window.asked()
    assert window.size == FIRST


def test_the_time_until_an_answer_begins_says_nothing_of_the_line() -> None:
    window = ReceiveWindow()
    for turn in range(100):
        window.asked()
        window.received(PIECE, turn * 60.0)
        window.received(PIECE, turn * 60.0 + 0.001)
    assert window.size == FIRST


def test_what_waited_in_our_own_buffers_and_comes_at_once_at_most_doubles_it() -> None:
    window = ReceiveWindow()
    take(window, 90_000, 30.0)
    before = window.size
    for _ in range(100):
        window.received(PIECE, 40.0)
    window.received(PIECE, 40.06)
    assert window.size <= 2 * before
