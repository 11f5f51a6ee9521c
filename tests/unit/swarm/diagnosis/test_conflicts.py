from __future__ import annotations

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.finding import Severity
from swarmtui.swarm.objects.file import SecretFile
from swarmtui.swarm.objects.service import Port
from tests.unit.swarm.builders import cluster, node, replicas_on, service, task
from tests.unit.swarm.diagnosis.finding_of import finding_of, rules_on

NODES = [node("wrk1"), node("wrk2")]


def two_publishers(mode: str, state: str, on: str = "", waits: float = 60) -> Cluster:
    port = Port("", "tcp", 80, 8080, mode)
    old = service("web", 2, ports=[port], status=(2, 2))
    new = service("web2", 1, ports=[port], status=(1 if state == "running" else 0, 1))
    second = task("web2", 1, on, state=state, created=waits, since=waits)
    return cluster(NODES, [old, new], [*replicas_on("web", "wrk1", "wrk2"), second])


def test_an_ingress_port_that_another_service_has_is_found() -> None:
    found = finding_of("port-taken-twice", two_publishers("ingress", "new"))
    assert found.severity is Severity.CRITICAL
    assert found.subject.name == "web2"
    assert found.summary == "port 8080/tcp already belongs to web"
    assert found.evidence == ("8080/tcp (ingress): also published by web",)
    assert [(each.command, each.subject.name) for each in found.remedies] == [
        ("service.ports", "web2"),
        ("service.ports", "web"),
    ]


def test_a_host_port_that_another_service_has_on_each_node_is_found() -> None:
    found = finding_of("port-taken-twice", two_publishers("host", "pending"))
    assert "each node runs a task of one of the two" in found.cause


def test_a_host_port_may_be_there_twice_on_different_nodes() -> None:
    assert "port-taken-twice" not in rules_on(two_publishers("host", "running", "wrk2"))


def with_secret(*known: str, updated: float = 600, running: bool = True) -> Cluster:
    web = service("web", 1, secrets=["key"], status=(1 if running else 0, 1), updated=updated)
    snapshot = cluster(NODES, [web], [task("web", 1, "wrk1")] if running else [])
    return snapshot.with_all(SecretFile, [SecretFile(id=f"secret-{each}") for each in known])


def test_a_secret_that_is_gone_is_found() -> None:
    found = finding_of("missing-file", with_secret("other"))
    assert found.severity is Severity.WARNING
    assert found.summary == "secret key does not exist"
    assert finding_of("missing-file", with_secret("other", running=False)).severity is Severity.CRITICAL


def test_a_secret_that_is_there_or_not_listed_yet_is_no_trouble() -> None:
    assert "missing-file" not in rules_on(with_secret("key"))
    assert "missing-file" not in rules_on(with_secret("other", updated=5))
    unknown = cluster(NODES, [service("web", 1, secrets=["key"], status=(1, 1))], [task("web", 1, "wrk1")])
    assert "missing-file" not in rules_on(unknown)
