"""Sizes, CPUs, spans of time and numbers: as docker reads them, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmtui.swarm.syntax.quantities import (
    read_cpus,
    read_duration,
    read_number,
    read_ratio,
    read_size,
)
from swarmtui.swarm.syntax.unreadable import Unreadable


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("512m", 512 * 2**20),
        ("512MB", 512 * 2**20),
        ("512MiB", 512 * 2**20),
        ("1.5g", 3 * 2**29),
        ("1 g", 2**30),
        ("5000000", 5000000),
        ("4096k", 2**22),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert read_size(text) == size


@pytest.mark.parametrize("text", ["", "m", "512x", "-1g", "1,5g", "1m", "512", "1e9", "٣m", "9999999p"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(Unreadable):
        read_size(text)


def test_a_forgotten_unit_is_told() -> None:
    with pytest.raises(Unreadable, match="at least 4 MiB; a number alone counts bytes"):
        read_size("512")
    with pytest.raises(Unreadable, match="a duration with a unit: 10s, 10m"):
        read_duration("10")


@pytest.mark.parametrize(
    ("text", "nano"), [("0.5", 5 * 10**8), ("2", 2 * 10**9), (".25", 25 * 10**7), ("0.001", 10**6)]
)
def test_cpus(text: str, nano: int) -> None:
    assert read_cpus(text) == nano


@pytest.mark.parametrize("text", ["", "half", "-1", "0", "0.0005", "1.0000000001", "1e3", "½"])
def test_what_is_no_number_of_cpus(text: str) -> None:
    with pytest.raises(Unreadable):
        read_cpus(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10s", 10),
        ("5S", 5),
        ("1m30s", 90),
        (" 1h30m ", 5400),
        ("1 h 30 min", 5400),
        ("1.5h", 5400),
        (".5s", 0.5),
        ("500ms", 0.5),
        ("10sec", 10),
        ("10min30s", 630),
        ("1h0m5s", 3605),
        ("90d", 90 * 86400),
        ("90 days", 90 * 86400),
        ("1 day 2 hours", 26 * 3600),
        ("2160h0m0s", 90 * 86400),
        ("0", 0),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert read_duration(text) == seconds * 10**9


@pytest.mark.parametrize(
    "text",
    ["", " ", "s", "10", "5x", "-5s", "5s!", "1h-5m", "٣s", "5 s s", "1e9s", "10s x", "1" * 5000, "9" * 101 + "s"],
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(Unreadable, match="a duration"):
        read_duration(text)


def test_longer_than_docker_can_hold() -> None:
    with pytest.raises(Unreadable, match="at most 292 years"):
        read_duration("999999d")


def test_numbers_and_ratios() -> None:
    assert read_number("007") == 7
    assert read_ratio("0.2") == 0.2
    for read, text in ((read_number, "-1"), (read_number, "1.5"), (read_number, "²"), (read_ratio, "1.1")):
        with pytest.raises(Unreadable):
            read(text)
    with pytest.raises(Unreadable, match="from 1 to 1000000000"):
        read_number("0", least=1)


@given(st.text())
def test_nothing_typed_is_met_by_anything_but_a_value_or_words(text: str) -> None:
    for read in (read_size, read_cpus, read_duration, read_number, read_ratio):
        try:
            read(text)
        except Unreadable:
            continue
