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

LONGEST = (
    *("conformance", "other_findings", "ssh_failover", "service_changes", "bodies", "rare_findings", "faults"),
    *("ssh_faults", "shell", "actions", "findings", "shared", "create_and_edit", "across"),
)
"""The files that take longest, at most first: one of them at the end would run alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this directory is marked `lab`. The longest files go first, then those of few tests, which are long
    stories, too.
    """
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    for item in ours:
        item.add_marker(pytest.mark.lab)
    tests = Counter(item.path for item in ours)
    ranks = {f"test_{name}": rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: (ranks.get(item.path.stem, len(ranks)), tests[item.path]))


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
    # Not 10.77 to 10.80, which test_bodies.py gives to networks.
    own = "lab 10.99.0" if worker == "0" else f"lab{worker} 10.{60 - int(worker)}.0"
    name, subnet = (os.environ.get("SWARMTUI_LAB") or own).split()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: pytest.exit(f"signal {number}", 128 + number))
    with Lab.running(managers=3, workers=2, name=name, subnet=subnet) as lab:
        yield lab


@pytest.fixture(scope="module")
def settled(lab: Lab) -> Lab:
    """The lab, after a reset before the first test of a file: what another file's last test did to it is undone."""
    lab.reset()
    return lab


@pytest.fixture
def swarm(lab: Lab) -> Lab:
    """The lab, after a reset: no services, every node well, active and in its role."""
    lab.reset()
    return lab
