from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmtui.ui.kit.tables.bar import replica_bar


@pytest.mark.parametrize(
    ("running", "desired", "bar"),
    [
        (0, 4, "▱▱▱▱"),
        (1, 4, "▰▱▱▱"),
        (3, 4, "▰▰▰▱"),
        (4, 4, "▰▰▰▰"),
        (1, 100, "▰▱▱▱"),
        (99, 100, "▰▰▰▱"),
        (5, 4, "▰▰▰▰"),
        (0, 0, "▱▱▱▱"),
        (2, 0, "▰▰▰▰"),
        (-1, 3, "▱▱▱▱"),
        (5, 8, "▰▰▰▱"),
    ],
)
def test_replica_bar(running: int, desired: int, bar: str) -> None:
    assert replica_bar(running, desired) == bar


@given(st.integers(0, 500), st.integers(1, 500), st.integers(2, 12))
def test_full_only_when_full_and_empty_only_when_zero(running: int, desired: int, width: int) -> None:
    bar = replica_bar(running, desired, width)
    assert len(bar) == width
    assert (bar == "▰" * width) == (running >= desired)
    assert (bar == "▱" * width) == (running == 0)


def test_a_bar_of_one_is_empty_until_full() -> None:
    assert (replica_bar(1, 2, 1), replica_bar(2, 2, 1), replica_bar(1, 2, 0)) == ("▱", "▰", "")
