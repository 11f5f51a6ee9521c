from __future__ import annotations

from swarmtui.swarm.diagnosis.finding import Severity
from tests.unit.swarm.builders import cluster, node, service, task
from tests.unit.swarm.diagnosis.finding_of import finding_of, rules_on

GPU = ["node.labels.gpu==true"]


def test_a_global_service_that_no_node_suits_is_told_although_no_task_waits() -> None:
    found = finding_of("constraints-unmet", cluster([node("wrk1")], [service("agent", mode="global", constraints=GPU)]))
    assert found.severity is Severity.WARNING
    assert found.summary == "runs nowhere: no node has gpu=true"
    assert found.evidence == ("wrk1: has no label gpu",)
    assert found.remedies[0].command == "node.labels"


def test_a_service_whose_tasks_wait_is_told_by_them() -> None:
    waits = task("web", 1, state="pending", created=5, error="no suitable node (…)")
    rules = rules_on(cluster([node("wrk1")], [service("web", constraints=GPU)], [waits]))
    assert "pending" in rules
    assert "constraints-unmet" not in rules


def test_a_service_that_wants_no_task_may_suit_no_node() -> None:
    assert "constraints-unmet" not in rules_on(cluster([node("wrk1")], [service("web", 0, constraints=GPU)]))


def test_the_only_node_for_a_service_is_a_single_point_of_failure() -> None:
    nodes = [node("wrk1", labels={"gpu": "true"}), node("wrk2")]
    found = finding_of("only-node-for-service", cluster(nodes, [service("web", constraints=GPU)]))
    assert found.severity is Severity.NOTE
    assert found.subject.name == "wrk1"
    assert found.summary == "the only node for web, which has no other place"
    assert found.evidence == ("web: gpu=true is met by wrk1 alone",)
    assert [(each.subject.name, dict(each.values)) for each in found.remedies] == [("wrk2", {"add": "gpu=true"})]


def test_a_service_that_names_its_node_is_meant_to_run_there_alone() -> None:
    nodes = [node("wrk1"), node("wrk2")]
    pinned = service("db", constraints=["node.hostname==wrk1"])
    assert "only-node-for-service" not in rules_on(cluster(nodes, [pinned]))
