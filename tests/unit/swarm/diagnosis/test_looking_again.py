"""When an object is looked at again: at once when it has changed, a little later where it has thousands of tasks."""

from __future__ import annotations

from itertools import count as counting

import pytest

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.diagnosis import LONGEST_REST, LOOKED_AT_ONCE, Diagnosis, diagnose
from tests.unit.swarm.builders import NOW, cluster, node, service, task

NODES = [node("mgr1", manager=True, leader=True)]


def all_in(state: str, count: int) -> Cluster:
    """web, whose tasks are all in a state."""
    wanted = service("web", count, constraints=["node.labels.gpu==1"])
    on = "mgr1" if state == "running" else ""
    tasks = [task("web", slot, on, state=state, error="" if on else "no suitable node") for slot in range(1, count + 1)]
    return cluster(NODES, [wanted], tasks)


def rules_of(diagnosis: Diagnosis) -> set[str]:
    return {each.rule for each in diagnosis.findings}


@pytest.mark.parametrize(("count", "rests"), [(10, False), (LOOKED_AT_ONCE, False), (2 * LOOKED_AT_ONCE, True)])
def test_a_service_with_thousands_of_tasks_rests_in_proportion_to_what_a_look_costs(count: int, rests: bool) -> None:
    ticks = counting()
    diagnosis = Diagnosis(clock=lambda: next(ticks) / 1000)  # each question of a rule takes a millisecond
    diagnosis.advance(all_in("pending", count), NOW)
    running = all_in("running", count)
    diagnosis.advance(running, NOW + 0.1)
    assert ("pending" in rules_of(diagnosis)) is rests
    diagnosis.advance(running, NOW + LONGEST_REST)
    assert "pending" not in rules_of(diagnosis)


def looks_on(diagnosis: Diagnosis, snapshot: Cluster) -> int:
    """Go on in the smallest pieces there are; how many it takes."""
    pieces = 1
    while diagnosis.advance(snapshot, NOW, within=0.0) or not diagnosis.complete:
        pieces += 1
    return pieces


def test_a_look_in_the_smallest_pieces_finds_the_same() -> None:
    snapshot, diagnosis = all_in("pending", 20), Diagnosis()
    assert looks_on(diagnosis, snapshot) > 20, "it is interrupted between the rules"
    assert diagnosis.findings == diagnose(snapshot, NOW)


def test_what_changes_while_it_is_looked_at_is_looked_at_once_more() -> None:
    pending, running = all_in("pending", 20), all_in("running", 20)
    for pieces in range(1, looks_on(Diagnosis(), pending)):
        diagnosis = Diagnosis()
        for _ in range(pieces):
            diagnosis.advance(pending, NOW, within=0.0)
        diagnosis.advance(running, NOW)
        assert diagnosis.complete
        assert diagnosis.findings == diagnose(running, NOW), pieces


def test_what_is_removed_while_it_is_looked_at_is_forgotten() -> None:
    pending = all_in("pending", 20)
    for pieces in range(1, looks_on(Diagnosis(), pending)):
        diagnosis = Diagnosis()
        for _ in range(pieces):
            diagnosis.advance(pending, NOW, within=0.0)
        diagnosis.advance(cluster(NODES), NOW)
        assert "pending" not in rules_of(diagnosis), pieces
