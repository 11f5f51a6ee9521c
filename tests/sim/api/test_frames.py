"""Log lines as they travel."""

from __future__ import annotations

import pytest

from swarmtui.sim.api import logs
from swarmtui.sim.control.errors import ApiError


def test_a_frame_has_a_header_of_eight_bytes() -> None:
    assert logs.frame(2, b"err\n") == b"\x02\x00\x00\x00\x00\x00\x00\x04err\n"


def test_times_have_nine_digits() -> None:
    assert logs.stamp(1795490616.5) == "2026-11-24T03:23:36.500000000Z"


def test_a_time_that_was_shown_means_the_same_when_it_comes_back() -> None:
    time = 1795490616.905445
    shown = logs.stamp(time)
    assert float(f"1795490616.{shown[20:29]}") == time


def test_a_stream_must_be_chosen() -> None:
    for read, status in ((logs.of_swarm, 500), (logs.of_container, 400)):
        with pytest.raises(ApiError) as caught:
            read({})
        assert (caught.value.status, caught.value.message) == (
            status,
            "Bad parameters: you must choose at least one stream",
        )


def test_a_swarm_s_log_is_strict_about_its_tail_and_a_container_s_is_not() -> None:
    assert logs.of_swarm({"stdout": "1", "tail": "all"}).tail is None
    assert logs.of_swarm({"stdout": "1", "tail": "3"}).tail == 3
    assert logs.of_container({"stdout": "1", "tail": "x"}).tail is None
    for tail, sentence in (
        ("x", 'tail value must be a positive integer or "all"'),
        ("-1", "negative tail values not supported"),
    ):
        with pytest.raises(ApiError) as caught:
            logs.of_swarm({"stdout": "1", "tail": tail})
        assert caught.value.message == sentence
