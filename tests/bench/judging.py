"""How long the judge takes over a set of changes in the largest swarm: a dialog waits for it, at each news."""

from __future__ import annotations

import time
from collections.abc import Iterator

from swarmtui.swarm.actions.judging import impact_of_set
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.nodes.availability import SetAvailability
from tests.unit.swarm.builders import cluster, node, service, task

from .results import Result, at_most, spread
from .setting import say

__all__ = ["measure_judging"]

NODES, SERVICES, TASKS = 5_000, 1_000, 150_000
DRAINED = 50
LIMIT = 50.0
"""Milliseconds of CPU: nothing is waited for."""
AGAIN = 20


def measure_judging() -> Iterator[Result]:
    """It needs no swarm but a snapshot, of which the program has the tasks by node, as it has on the screen."""
    say(f"judging: {DRAINED} drains, 150,000 tasks")
    snapshot = _large()
    drains = [SetAvailability.of(each, "drain") for each in list(snapshot.nodes.values())[:DRAINED]]
    snapshot.groups_on(drains[0].target.id)
    taken = list[float]()
    for _ in range(AGAIN):
        begun = time.process_time()
        impact_of_set(drains, snapshot)
        taken.append((time.process_time() - begun) * 1000)
    yield at_most(f"judge of {DRAINED} drains, 150,000 tasks", max(taken), LIMIT, "ms", spread(taken, "ms"))


def _large() -> Cluster:
    each = TASKS // SERVICES
    return cluster(
        [node(f"n{number}", manager=number < 3, leader=number == 0) for number in range(NODES)],
        [service(f"s{number}", each, reserved_cpus=0.1, status=(each, each)) for number in range(SERVICES)],
        [
            task(f"s{number}", slot, f"n{(number * each + slot) % NODES}")
            for number in range(SERVICES)
            for slot in range(1, each + 1)
        ],
    )
