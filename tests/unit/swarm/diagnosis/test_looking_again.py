"""When an object is looked at again: at once when it has changed, a little later where it has thousands of tasks."""

from __future__ import annotations

import pytest

from swarmtui.swarm.diagnosis.diagnosis import LOOKED_AT_ONCE, Diagnosis
from tests.unit.swarm.builders import NOW, cluster, node, service, task

NODES = [node("mgr1", manager=True, leader=True)]


def pending_at(diagnosis: Diagnosis, count: int, state: str, now: float) -> bool:
    """Whether tasks of web are found to be pending, when all of them are in a state."""
    wanted = service("web", count, constraints=["node.labels.gpu==1"])
    on = "mgr1" if state == "running" else ""
    tasks = [task("web", slot, on, state=state, error="" if on else "no suitable node") for slot in range(1, count + 1)]
    diagnosis.advance(cluster(NODES, [wanted], tasks), now)
    return "pending" in {each.rule for each in diagnosis.findings}


@pytest.mark.parametrize(
    ("count", "old_for_a_second"), [(10, False), (LOOKED_AT_ONCE, False), (2 * LOOKED_AT_ONCE, True)]
)
def test_of_a_service_with_thousands_of_tasks_the_findings_may_be_some_seconds_old(
    count: int, old_for_a_second: bool
) -> None:
    diagnosis = Diagnosis()
    assert pending_at(diagnosis, count, "pending", NOW)
    assert pending_at(diagnosis, count, "running", NOW + 1) is old_for_a_second
    assert not pending_at(diagnosis, count, "running", NOW + 2)
