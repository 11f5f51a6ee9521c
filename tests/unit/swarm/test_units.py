"""Durations, sizes and CPUs: one way to write each of them, wherever it is read."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmtui.swarm.describe.values import memory, nanoseconds
from swarmtui.swarm.membership.settings import SetCertExpiry
from swarmtui.swarm.services.create_form import ServiceForm, draft_of
from swarmtui.swarm.services.service_settings import SetResources, SetRestartPolicy
from swarmtui.swarm.syntax.quantities import read_cpus, read_duration, read_size
from swarmtui.swarm.units import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    age,
    cpus_text,
    docker_cpus,
    docker_size,
    duration_text,
    go_duration,
    rough_size,
    row_age,
    size_text,
)
from tests.unit.swarm.builders import cluster, swarm


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
        (-5, "0 s"),
        (9.9, "9 s"),
        (10, "10 s"),
        (19.9, "10 s"),
        (20, "20 s"),
        (59.9, "50 s"),
        (60, "1 min"),
        (math.nan, "0 s"),
    ],
)
def test_an_age_in_a_row_moves_on_less_often(seconds: float, words: str) -> None:
    assert row_age(seconds) == words


@pytest.mark.parametrize(
    ("meant", "words", "for_docker"),
    [
        (90 * DAY, "90 d", "2160h"),
        (DAY, "1 d", "24h"),
        (26 * HOUR, "1 d 2 h", "26h"),
        (90 * MINUTE, "1 h 30 min", "1h30m"),
        (90 * SECOND, "1 min 30 s", "1m30s"),
        (5 * SECOND, "5 s", "5s"),
        (5 * SECOND + 1, "5 s 1 ns", "5s1ns"),
        (3 * SECOND // 2, "1.5 s", "1s500ms"),
        (SECOND // 2, "500 ms", "500ms"),
        (1500, "1 µs 500 ns", "1us500ns"),
        (0, "0 s", "0s"),
        (-5 * SECOND, "-5 s", "-5s"),
    ],
)
def test_durations(meant: int, words: str, for_docker: str) -> None:
    assert duration_text(meant) == words
    assert go_duration(meant) == for_docker


@pytest.mark.parametrize(
    ("size", "words", "for_docker"),
    [
        (512 * 2**20, "512 MiB", "512m"),
        (3 * 2**29, "1.5 GiB", "1536m"),
        (5 * 2**28, "1280 MiB", "1280m"),
        (2**20 + 1, "1048577 B", "1048577"),
        (0, "0 B", "0"),
    ],
)
def test_sizes(size: int, words: str, for_docker: str) -> None:
    assert size_text(size) == words
    assert docker_size(size) == for_docker


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 B"), (1023, "1023 B"), (2**10, "1 KiB"), (8241561600, "7.7 GiB"), (2**60, "1024 PiB")]
)
def test_sizes_at_a_glance(size: int, words: str) -> None:
    assert rough_size(size) == words


@pytest.mark.parametrize(
    ("nano", "words", "for_docker"),
    [
        (5 * 10**8, "0.5 CPU", "0.5"),
        (10**9, "1 CPU", "1"),
        (10**10, "10 CPUs", "10"),
        (10**6, "0.001 CPU", "0.001"),
    ],
)
def test_cpus(nano: int, words: str, for_docker: str) -> None:
    assert cpus_text(nano) == words
    assert docker_cpus(nano) == for_docker


@given(st.integers(0, 2**62))
def test_what_is_shown_can_be_typed_again(number: int) -> None:
    assert read_duration(go_duration(number)) == read_duration(duration_text(number)) == number
    assert read_size(docker_size(number), least=0) == read_size(size_text(number), least=0) == number


@given(st.integers(10**6, 2**60))
def test_cpus_can_be_typed_again(nano: int) -> None:
    if nano < 10**18:
        assert read_cpus(docker_cpus(nano)) == nano


# ------------------------------------------------------------------------------------------------ everywhere alike


SPAN, SPAN_TYPED, SPAN_TEXT, SPAN_FOR_DOCKER = 26 * HOUR, "1d2h", "1 d 2 h", "26h"


def restarting_after(typed: str) -> SetRestartPolicy:
    """The change that the form of a service's restart policy makes."""
    raw: dict[str, Any] = {"ID": "a", "Version": {"Index": 1}, "Spec": {"Name": "web"}}
    texts = list(SetRestartPolicy.texts_of(raw["Spec"]))
    texts[1] = typed
    return SetRestartPolicy.of(raw, tuple(texts))


def test_a_duration_reads_alike_everywhere() -> None:
    service, expiry = (
        restarting_after(SPAN_TYPED),
        SetCertExpiry.of(swarm(), SetCertExpiry.spec_number.read(SPAN_TYPED)),
    )
    assert f"delay {SPAN_TEXT}" in service.wanted
    assert expiry.wanted == SPAN_TEXT
    assert nanoseconds(SPAN) == SPAN_TEXT
    assert SetRestartPolicy.texts_of({"TaskTemplate": {"RestartPolicy": {"Delay": SPAN}}})[1] == SPAN_TEXT


def test_docker_is_given_its_own_words() -> None:
    service, expiry = (
        restarting_after(SPAN_TYPED),
        SetCertExpiry.of(swarm(), SetCertExpiry.spec_number.read(SPAN_TYPED)),
    )
    form = ServiceForm(image="nginx", name="web", restart_delay=SPAN_TYPED)
    assert f"--restart-delay {SPAN_FOR_DOCKER}" in service.docker_command
    assert f"--cert-expiry {SPAN_FOR_DOCKER}" in expiry.docker_command
    assert f"--restart-delay {SPAN_FOR_DOCKER}" in draft_of(form, cluster()).command


@pytest.mark.parametrize("typed", ["90d", "90 d", "90 days", "2160h"])
def test_every_field_takes_the_same_durations(typed: str) -> None:
    form = ServiceForm(image="nginx", name="web", health="command", health_command="true")
    for field in ("restart_delay", "restart_window", "update_delay", "update_monitor", "health_interval"):
        assert draft_of(ServiceForm(**{**vars(form), field: typed}), cluster()).problems == {}
    assert SetCertExpiry.spec_number.read(typed) == 90 * DAY
    assert "delay 90 d" in restarting_after(typed).wanted


def test_a_size_reads_alike_everywhere() -> None:
    spec = {"TaskTemplate": {"Resources": {"Limits": {"MemoryBytes": 3 * 2**29}}}}
    assert SetResources.texts_of(spec)[1] == memory(3 * 2**29) == size_text(3 * 2**29) == "1.5 GiB"
