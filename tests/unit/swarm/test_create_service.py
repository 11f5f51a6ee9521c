"""Creating a service: what it says it will do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Severity
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.service import Port
from swarmtui.swarm.services.create import CreateService
from swarmtui.swarm.services.create_form import ServiceForm
from tests.unit.swarm.builders import cluster, node, replicas_on, service

LEAST = ServiceForm(image="nginx:1.27", name="web")
NODES = [node("n1", leader=True), node("n2"), node("n3", cpus=8)]


def swarm(*services: object) -> Cluster:
    return cluster(NODES, services)  # type: ignore[arg-type]


def said(known: Cluster, **typed: str) -> str:
    impact = CreateService.of(replace(LEAST, **typed), known).impact(known)
    return "\n".join(consequence.text for consequence in impact.consequences)


def severity(known: Cluster, **typed: str) -> Severity:
    return CreateService.of(replace(LEAST, **typed), known).impact(known).severity


def test_a_form_that_is_not_right_makes_no_action() -> None:
    with pytest.raises(NotPossible, match="ports"):
        CreateService.of(replace(LEAST, ports="x"), Cluster())


def test_what_a_plain_one_says() -> None:
    action = CreateService.of(replace(LEAST, replicas="2"), swarm())
    assert action.title == "Create service web of nginx:1.27"
    assert action.button == "Create web"
    assert "2 tasks will start on 3 nodes that can take them." in said(swarm(), replicas="2")
    assert severity(swarm()) is Severity.NOTE


def test_a_name_that_is_taken() -> None:
    assert "A service named web already exists" in said(swarm(service("web")))
    assert severity(swarm(service("web"))) is Severity.DANGER


def test_ports_of_others() -> None:
    known = swarm(
        service("shop", ports=[Port(published_port=8080, target_port=80)]),
        service("dns", ports=[Port(published_port=53, target_port=53, protocol="udp", publish_mode="host")]),
    )
    assert "Port 8080/tcp is already published by shop" in said(known, ports="8080:81")
    assert severity(known, ports="8080:81") is Severity.DANGER
    assert "8080" not in said(known, ports="8080:81/udp")
    assert "Port 8080/tcp is also used by shop" in said(known, ports="8080:81,mode=host")
    assert "Port 53/udp is also used by dns" in said(known, ports="53:53/udp,mode=host")
    assert "used by" not in said(known, ports="80")


def test_constraints_and_reservations_that_no_node_meets() -> None:
    assert "No node can take a task of web now (3 nodes do not meet the placement constraints)" in said(
        swarm(), constraints="node.labels.disk==ssd"
    )
    assert "3 nodes are smaller than what a task reserves" in said(swarm(), reserve_cpu="16")
    assert "1 task will start on the one node" in said(swarm(), reserve_cpu="6")
    assert "More memory is reserved for a task than it may use" in said(swarm(), reserve_memory="1g", limit_memory="5m")


def test_an_image_without_a_tag() -> None:
    assert "latest changes every so often" in said(swarm(), image="nginx", digest="")
    assert "tag" not in said(swarm())


def test_modes() -> None:
    assert "One task on each of 3 nodes" in said(swarm(), mode="global")
    assert "5 completions, 2 at a time" in said(swarm(), mode="replicated-job", completions="5", concurrency="2")
    assert "nothing runs" in said(swarm(), replicas="0")
    waiting = said(swarm(), replicas="5", ports="8080:80,mode=host")
    assert "The nodes have room for 3 of 5 tasks of web" in waiting
    assert "2 tasks will wait" in waiting
    assert "3 tasks will start on 3 nodes" in waiting


def test_values_and_mounts() -> None:
    assert "DB_PASSWORD can be read by anyone who" in said(swarm(), environment="DB_PASSWORD=x\nA=1")
    assert "/srv must exist on every node" in said(swarm(), mounts="/srv:/srv")
    assert "Each node has its own volume" in said(swarm(), mounts="data:/d")
    assert "its own volume" not in said(swarm(), mounts="source=data,target=/d,volume-driver=nfs")


def test_progress_is_told_by_name() -> None:
    action = CreateService.of(replace(LEAST, replicas="2"), swarm())
    assert action.progress(swarm()).text == "waiting for the engine"
    half = cluster(NODES, [service("web", 2)], replicas_on("web", "n1"))
    assert (action.progress(half).text, action.progress(half).settled) == ("1 of 2 running", False)
    done = cluster(NODES, [service("web", 2)], replicas_on("web", "n1", "n2"))
    assert action.progress(done).settled
