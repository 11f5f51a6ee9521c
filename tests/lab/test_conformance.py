"""The embedded swarm answers and behaves as a real one: the same calls and the same events on both, side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from .cluster import Lab
from .conformance import comparison, events, script, target
from .conformance.comparison import Difference, Known
from .conformance.observation import Observation
from .conformance.target import Target

T = TypeVar("T")

FEWEST = 60
"""How many calls must be compared."""


@pytest.fixture(scope="module")
def new_lab(machine: None) -> Iterator[Lab]:
    """A lab in which nothing has happened yet: a swarm keeps traces of its past (events, a rotated certificate)."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    with Lab.running(managers=3, workers=2, name=f"alike{worker}", subnet=f"10.{71 - worker}.0") as lab:
        yield lab


@pytest.fixture(scope="module")
def both(new_lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Target, Target]]:
    """A real swarm and an embedded one, alike; the calls leave them as they are, the events break them."""

    directory = tmp_path_factory.mktemp("conformance")
    real = target.real(new_lab, directory)
    with target.embedded(new_lab.registry.address, directory) as embedded:
        yield real, embedded
    real.close()


def on_both(targets: tuple[Target, Target], do: Callable[[Target], T]) -> tuple[T, T]:
    """Do the same on both swarms at the same time."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        real, embedded = (pool.submit(do, each) for each in targets)
        return real.result(), embedded.result()


def unlisted(found: list[Difference], scope: Callable[[Known], bool]) -> str:
    """The differences that are not listed, and the entries of the list that nothing needs any more."""
    known = [each for each in comparison.known_differences() if scope(each)]
    new = [each for each in found if not any(entry.covers(each) for entry in known)]
    needless = [
        each for each in known if not each.sometimes and not any(each.covers(difference) for difference in found)
    ]
    lines = [f"{len(new)} differences are not in differences.toml:" if new else "", *map(str, new)]
    lines += ["entries of differences.toml that nothing needs:" if needless else "", *map(str, needless)]
    return "\n".join(line for line in lines if line)


def test_the_same_calls_are_answered_alike(both: tuple[Target, Target]) -> None:
    calls = list(script.calls())
    assert len({call.name for call in calls}) == len(calls) >= FEWEST

    def play(swarm: Target) -> list[Observation]:
        seen = []
        for call in calls:
            call.before(swarm)
            seen.append(call.see(swarm))
        return seen

    real, embedded = on_both(both, play)
    found = [
        difference
        for call, here, there in zip(calls, real, embedded, strict=True)
        for difference in comparison.compare(call.name, here, there)
    ]
    complaint = unlisted(found, lambda entry: not entry.call.startswith("event "))
    assert not complaint, complaint


def test_the_same_events_end_alike(both: tuple[Target, Target]) -> None:
    real, embedded = on_both(both, events.play)
    found = [
        difference
        for name, seen in real.items()
        for difference in comparison.compare(f"event {name}", seen, embedded[name])
    ]
    complaint = unlisted(found, lambda entry: entry.call.startswith("event "))
    assert not complaint, complaint
