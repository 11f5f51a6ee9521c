"""Creating a service: what it says it will do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Severity
from swarmtui.swarm.actions.create_service import CreateService
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects import Port
from swarmtui.swarm.service_form import ServiceForm
from tests.unit.swarm.builders import cluster, node, replicas_on, service

LEAST = ServiceForm(image="nginx:1.27", name="web")
NODES = [node("n1", leader=True), node("n2"), node("n3", cpus=8)]


def swarm(*services: object) -> Cluster:
    return cluster(NODES, services)  # type: ignore[arg-type]


def said(known: Cluster, **typed: str) -> str:
    impact = CreateService.of(replace(LEAST, **typed), known).impact(known)
    return "\n".join(finding.text for finding in impact.findings)


def severity(known: Cluster, **typed: str) -> Severity:
    return CreateService.of(replace(LEAST, **typed), known).impact(known).severity


def test_a_form_that_is_not_right_makes_no_action() -> None:
    with pytest.raises(NotPossible, match="ports"):
        CreateService.of(replace(LEAST, ports="x"), Cluster())


def test_what_a_plain_one_says() -> None:
    action = CreateService.of(replace(LEAST, replicas="2"), swarm())
    assert action.title == "Create service web of nginx:1.27"
    assert action.button == "Create web"
    assert said(swarm(), replicas="2") == "2 tasks will start on 3 nodes that can take them."
    assert severity(swarm()) is Severity.NOTE


def test_a_name_that_is_taken() -> None:
    assert "There is a service web already" in said(swarm(service("web")))
    assert severity(swarm(service("web"))) is Severity.DANGER


def test_ports_of_others() -> None:
    known = swarm(
        service("shop", ports=[Port(published_port=8080, target_port=80)]),
        service("dns", ports=[Port(published_port=53, target_port=53, protocol="udp", publish_mode="host")]),
    )
    assert "Port 8080/tcp is published by shop already" in said(known, ports="8080:81")
    assert severity(known, ports="8080:81") is Severity.DANGER
    assert "8080" not in said(known, ports="8080:81/udp")
    assert "Port 8080/tcp is used by shop, too" in said(known, ports="8080:81,mode=host")
    assert "Port 53/udp is used by dns, too" in said(known, ports="53:53/udp,mode=host")
    assert "used by" not in said(known, ports="80")


def test_constraints_and_reservations_that_no_node_meets() -> None:
    assert "No node meets “node.labels.disk == ssd”" in said(swarm(), constraints="node.labels.disk==ssd")
    assert "3 nodes are smaller than what a task reserves" in said(swarm(), reserve_cpu="16")
    assert "1 task will start on the one node" in said(swarm(), reserve_cpu="6")
    assert "More memory is reserved for a task than it may use" in said(swarm(), reserve_memory="1g", limit_memory="5m")


def test_an_image_without_a_tag() -> None:
    assert "no tag, so nginx:latest is meant" in said(swarm(), image="nginx")
    assert "tag" not in said(swarm())


def test_modes() -> None:
    assert "One task on each of 3 nodes" in said(swarm(), mode="global")
    assert "5 completions, 2 at a time" in said(swarm(), mode="replicated-job", completions="5", concurrency="2")
    assert "nothing runs" in said(swarm(), replicas="0")
    waiting = said(swarm(), replicas="5", ports="8080:80,mode=host")
    assert "3 nodes can take 3 of the 5 replicas" in waiting
    assert "2 replicas will wait" in waiting


def test_values_and_mounts() -> None:
    assert "DB_PASSWORD can be read by whoever" in said(swarm(), environment="DB_PASSWORD=x\nA=1")
    assert "/srv must be there on every node" in said(swarm(), mounts="/srv:/srv")
    assert "Each node has a volume of its own" in said(swarm(), mounts="data:/d")
    assert "volume of its own" not in said(swarm(), mounts="source=data,target=/d,volume-driver=nfs")


def test_progress_is_told_by_name() -> None:
    action = CreateService.of(replace(LEAST, replicas="2"), swarm())
    assert action.progress(swarm()).text == "waiting for the engine"
    half = cluster(NODES, [service("web", 2)], replicas_on("web", "n1"))
    assert (action.progress(half).text, action.progress(half).settled) == ("1 of 2 running", False)
    done = cluster(NODES, [service("web", 2)], replicas_on("web", "n1", "n2"))
    assert action.progress(done).settled
