from __future__ import annotations

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.finding import Severity
from tests.unit.swarm.builders import cluster, node, replicas_on, service, task
from tests.unit.swarm.diagnosis.finding_of import finding_of, rules_on


def database(gb: float, *on: str, nodes: int = 2) -> Cluster:
    web = service("db", len(on), reserved_memory_gb=gb, status=(len(on), len(on)))
    return cluster([node(f"wrk{number + 1}") for number in range(nodes)], [web], replicas_on("db", *on))


def test_replicas_that_would_not_fit_after_the_loss_of_a_node_are_found() -> None:
    found = finding_of("no-room-after-node-loss", database(3, "wrk1", "wrk1", "wrk2"))
    assert found.severity is Severity.NOTE
    assert found.summary == "without wrk1 1 of 3 replicas would not fit anywhere"
    assert found.evidence == (
        "wrk1 has 2 replicas; each reserves 3 GiB of memory",
        "the 1 other node has room for 1",
    )
    assert [(each.command, each.given) for each in found.remedies] == [
        ("service.limits", {}),
        ("service.scale", {"replicas": "2"}),
    ]


def test_a_swarm_with_room_to_spare_is_well() -> None:
    assert rules_on(database(2, "wrk1", "wrk1", "wrk2")) == set()
    assert rules_on(database(3, "wrk1", "wrk2", nodes=3)) == set()
    assert rules_on(database(0, "wrk1", "wrk2")) == set()
    assert rules_on(database(3, "wrk1", nodes=1)) == set()


def beside(reserved: float, limit: float = 0) -> Cluster:
    services = [
        service("db", 1, reserved_memory_gb=reserved, status=(1, 1)),
        service("web", 1, memory_limit_gb=limit, status=(1, 1)),
    ]
    return cluster([node("wrk1")], services, [task("db", 1, "wrk1"), task("web", 1, "wrk1")])


def test_a_service_without_a_memory_limit_where_memory_is_short_is_noted() -> None:
    found = finding_of("no-memory-limit", beside(7.5))
    assert found.severity is Severity.NOTE
    assert found.subject.name == "web"
    assert found.summary == "no memory limit, and 94% of wrk1's memory is reserved by others"
    assert found.evidence == ("wrk1: 94% of 8 GiB of memory reserved",)
    assert [each.command for each in found.remedies] == ["service.limits"]


def test_a_memory_limit_or_free_memory_is_well() -> None:
    assert "no-memory-limit" not in rules_on(beside(7.5, limit=0.5))
    assert "no-memory-limit" not in rules_on(beside(4))
