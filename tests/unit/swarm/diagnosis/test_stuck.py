from __future__ import annotations

from collections.abc import Iterable

import pytest

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.finding import Severity
from swarmtui.swarm.objects.service import Port
from swarmtui.swarm.objects.task_template import Healthcheck
from tests.unit.swarm.builders import NOW, cluster, node, service, task
from tests.unit.swarm.diagnosis.finding_of import finding_of, rules_on


def waiting(
    state: str,
    seconds: float,
    *,
    error: str = "",
    check: Healthcheck | None = None,
    down: bool = False,
    ports: Iterable[Port] = (),
) -> Cluster:
    web = service("web", 2, status=(1, 2), healthcheck=check, ports=ports)
    on = "" if state in ("new", "allocated") else "wrk2"
    second = task("web", 2, on, state=state, created=seconds + 1, since=seconds, error=error)
    nodes = [node("wrk1"), node("wrk2", state="down" if down else "ready")]
    return cluster(nodes, [web], [task("web", 1, "wrk1"), second])


@pytest.mark.parametrize(
    ("state", "usual", "rule"),
    [
        ("new", 29, "stuck-new"),
        ("allocated", 29, "stuck-new"),
        ("assigned", 29, "stuck-assigned"),
        ("accepted", 29, "stuck-assigned"),
        ("preparing", 179, "stuck-preparing"),
        ("starting", 179, "stuck-starting"),
    ],
)
def test_a_task_that_stands_still_on_its_way_is_found_beyond_the_usual_time(state: str, usual: int, rule: str) -> None:
    assert rules_on(waiting(state, usual)) == set()
    assert rules_on(waiting(state, usual + 1)) == {rule}
    assert finding_of(rule, waiting(state, 600)).since == NOW - 600


def test_a_slow_pull_is_told_with_task_node_and_image() -> None:
    found = finding_of("stuck-preparing", waiting("preparing", 300))
    assert found.severity is Severity.WARNING
    assert found.summary == "preparing for 5 min: nginx:1.27 is still not there"
    assert found.evidence == ("web.2 on wrk2: preparing for 5 min",)


def test_what_the_leader_has_to_give_to_a_task_depends_on_what_it_asks_for() -> None:
    found = finding_of("stuck-new", waiting("new", 40))
    assert found.summary == "new for 40 s: the leader has not come to it"
    assert found.cause == "The leader is overloaded, or was elected just now."
    assert [each.command for each in found.remedies] == ["inspect.readable"]
    published = finding_of("stuck-new", waiting("new", 40, ports=[Port(target_port=80, published_port=80)]))
    assert published.summary == "new for 40 s: waits for a published port"
    assert "port" in published.cause
    assert [each.command for each in published.remedies] == ["service.ports", "inspect.readable"]


def test_what_the_leader_says_of_a_task_without_addresses_is_in_the_evidence() -> None:
    found = finding_of("stuck-new", waiting("new", 40, error="failed to allocate VIP: no available IP"))
    assert found.severity is Severity.CRITICAL
    assert found.evidence == ("web.2: new for 40 s: failed to allocate VIP: no available IP",)


def test_a_health_check_may_take_the_time_that_it_is_given() -> None:
    minutes = 60 * 10**9
    check = Healthcheck(("CMD", "pg_isready", "-h", "db 1"), minutes, 10**9, 10 * minutes, 2)
    assert rules_on(waiting("starting", 600, check=check)) == set()
    found = finding_of("stuck-starting", waiting("starting", 800, check=check))
    assert found.evidence[-1].startswith("health check: pg_isready -h 'db 1' (every 1 min")
    assert [each.command for each in found.remedies] == ["logs.open", "service.edit"]


def test_a_task_on_a_node_that_does_not_answer_is_not_said_to_stand_still() -> None:
    assert "stuck-starting" not in rules_on(waiting("starting", 600, down=True))
