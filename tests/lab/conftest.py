"""One lab for the whole test session, and the swarm in a known state for every test."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from .cluster import Lab
from .cluster.requirements import missing

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this directory is marked `lab`. Files of few tests go first: those are long stories, and one of
    them at the end would run alone.
    """
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    for item in ours:
        item.add_marker(pytest.mark.lab)
    tests = Counter(item.path for item in ours)
    items.sort(key=lambda item: tests[item.path])


def _is_required() -> bool:
    """Where the lab is expected to work, its absence is a failure and not a reason to skip."""
    return os.environ.get("CI") == "true" or os.environ.get("SWARMTUI_REQUIRE_LAB") == "1"


@pytest.fixture(scope="session")
def machine() -> None:
    """The machine and the user can run a lab."""
    if reason := missing():
        if _is_required():
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def lab(machine: None) -> Iterator[Lab]:
    """The lab of this session: three managers, two workers. What a test does to it, the next one finds.

    SWARMTUI_LAB="NAME SUBNET" ("mine 10.98.0") gives it another name and subnet, so that two sessions can run at once;
    tests that run side by side (pytest -n) have a lab each.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    own = "lab 10.99.0" if worker == "0" else f"lab{worker} 10.{80 - int(worker)}.0"
    name, subnet = (os.environ.get("SWARMTUI_LAB") or own).split()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: pytest.exit(f"signal {number}", 128 + number))
    with Lab.running(managers=3, workers=2, name=name, subnet=subnet) as lab:
        yield lab


@pytest.fixture
def swarm(lab: Lab) -> Lab:
    """The lab, after a reset: no services, every node well, active and in its role."""
    lab.reset()
    return lab
