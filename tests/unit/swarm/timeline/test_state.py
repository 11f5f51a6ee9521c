"""The state of a swarm in a report: what is well, and the names of what is not."""

from __future__ import annotations

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.timeline.state import MOST, state_lines
from tests.unit.swarm.builders import NOW, cluster, managers, node, replicas_on, service, task


def test_what_is_not_well_is_named() -> None:
    nodes = [*managers(3), node("wrk1"), node("wrk2", state="down"), node("wrk10", availability="drain")]
    services = [service("web", 2), service("api", 2)]
    tasks = [*replicas_on("web", "wrk1", "wrk1"), task("api", 1, "wrk1"), task("api", 2, state="pending")]
    assert [*state_lines(cluster(nodes, services, tasks), NOW)] == [
        "managers: 3/3, can lose 1, leader mgr1",
        "nodes: 5 of 6 ready; wrk2 down, wrk10 drain",
        "services: 1 of 2 well; api 1/2 short",
        "tasks: 3 of 4 running",
    ]


def test_of_many_only_some_are_named() -> None:
    nodes = [*managers(1), *(node(f"wrk{number}", state="down") for number in range(1, MOST + 4))]
    [line] = [line for line in state_lines(cluster(nodes), NOW) if line.startswith("nodes")]
    assert line.startswith("nodes: 1 of 24 ready; wrk1 down, wrk2 down, ")
    assert line.endswith(f"wrk{MOST} down, and 3 more")


def test_what_the_engine_refuses_is_not_known() -> None:
    snapshot = cluster(managers(1), [service("web")]).with_refusal(Kind.SERVICE, "403 forbidden")
    assert [*state_lines(snapshot, NOW)][-1] == "services: not known, the engine refuses their list: 403 forbidden"
    snapshot = cluster(managers(1), []).with_refusal(Kind.NODE, "403 forbidden")
    assert next(iter(state_lines(snapshot, NOW))) == "nodes: not known, the engine refuses their list: 403 forbidden"
