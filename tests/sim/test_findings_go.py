"""On the embedded swarm: a trouble is made, found with its evidence, remedied as was offered, and no longer found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from swarmtui.sim.objects.spec import encode
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.diagnosis import Diagnosis
from swarmtui.swarm.diagnosis.finding import Finding, Remedy
from swarmtui.swarm.objects.decoding import decode_list, decode_swarm
from swarmtui.swarm.objects.file import SecretFile
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task

from .rig import JSON, Rig

GIB = 1 << 30


class Doctor:
    """Looks at a swarm, and does what a remedy's dialog would do with what it begins with."""

    def __init__(self, rig: Rig) -> None:
        self.rig, self.cluster, self.diagnosis = rig, Cluster(), Diagnosis()

    def look(self, seconds: float = 40.0) -> tuple[Finding, ...]:
        self.rig.advance(seconds)
        engine = self.rig.engine
        self.cluster = (
            self.cluster.with_all(Node, decode_list(Node, engine.nodes.list()))
            .with_all(Service, decode_list(Service, engine.services.list(status=True)))
            .with_all(SecretFile, decode_list(SecretFile, engine.secrets.list()))
            .with_all(Network, decode_list(Network, engine.networks.list({"scope": ["swarm"]})))
            .with_all_tasks(decode_list(Task, engine.tasks.list()))
            .with_swarm(decode_swarm(encode(engine.swarm.inspect())))
        )
        self.diagnosis.advance(self.cluster, self.rig.cluster.clock.now())
        return self.diagnosis.findings

    def finding(self, rule: str) -> Finding:
        found = [each for each in self.look() if each.rule == rule]
        assert len(found) == 1, self.diagnosis.findings
        return found[0]

    def do(self, remedy: Remedy) -> None:
        given, name = remedy.given, remedy.subject.name
        match remedy.command:
            case "node.labels":
                label, _, value = given["add"].partition("=")
                self.rig.set_node(name, Labels={label: value})
            case "node.availability":
                self.rig.set_node(name, Availability=given["availability"])
            case "node.promote":
                self.rig.set_node(name, Role="manager")
            case "node.demote":
                self.rig.set_node(name, Role="worker")
            case "service.scale":
                self.rig.scale(name, int(given["replicas"]))
            case "service.constraints":
                self.rig.update(name, lambda spec: _placement(spec, given))
            case "service.limits":
                size = int(given["memory reserved"].removesuffix("g")) * GIB
                self.rig.update(name, lambda spec: _reserve(spec, size))
            case other:
                pytest.fail(f"no way to do {other}")


def _placement(spec: JSON, given: object) -> None:
    assert isinstance(given, dict)
    placement = spec["TaskTemplate"]["Placement"]
    if given["remove"].startswith("max-per-node="):
        placement["MaxReplicas"] = int(given["add"].partition("=")[2])
    else:
        placement["Constraints"].remove(given["remove"])


def _reserve(spec: JSON, size: int) -> None:
    spec["TaskTemplate"]["Resources"]["Reservations"]["MemoryBytes"] = size


def by_label(rig: Rig) -> None:
    rig.create("web", Placement={"Constraints": ["node.labels.gpu==true"]})


def by_availability(rig: Rig) -> None:
    rig.set_node("w1", Availability="drain")
    rig.create("web", Placement={"Constraints": ["node.hostname==w1"]})


def by_memory(rig: Rig) -> None:
    rig.create("web", Resources={"Reservations": {"MemoryBytes": 500 * GIB}})


def by_limit(rig: Rig) -> None:
    rig.create("web", replicas=8, Placement={"MaxReplicas": 1})


REMEDIED: list[tuple[Callable[[Rig], None], str, str]] = [
    (by_label, "no node has gpu=true", "node.labels"),
    (by_label, "no node has gpu=true", "service.constraints"),
    (by_availability, "w1 is drained", "node.availability"),
    (by_memory, "needs 500 GiB of memory, at most 16 GiB free", "service.limits"),
    (by_limit, "limit of 1 per node reached on every node", "service.constraints"),
    (by_limit, "limit of 1 per node reached on every node", "service.scale"),
]


@pytest.mark.parametrize(("make", "reason", "command"), REMEDIED)
def test_a_pending_task_gets_its_node_by_each_remedy(make: Callable[[Rig], None], reason: str, command: str) -> None:
    doctor = Doctor(Rig())
    make(doctor.rig)
    found = doctor.finding("pending")
    assert found.summary.endswith(f"pending: {reason}")
    doctor.do(next(each for each in found.remedies if each.command == command))
    assert "pending" not in {each.rule for each in doctor.look()}


def test_a_node_that_is_down_tells_of_its_tasks_until_it_is_back() -> None:
    doctor = Doctor(Rig())
    doctor.rig.create("web", replicas=5)
    doctor.look()
    doctor.rig.cluster.faults.kill("w1")
    found = doctor.finding("node-down")
    assert found.subject.name == "w1"
    assert "1 task moved" in found.summary
    doctor.rig.cluster.faults.revive("w1")
    assert "node-down" not in {each.rule for each in doctor.look()}


def test_a_quorum_at_its_limit_is_whole_again_once_a_worker_has_taken_the_place_of_the_lost_manager() -> None:
    doctor = Doctor(Rig())
    doctor.look()
    doctor.rig.cluster.faults.kill("m3")
    found = doctor.finding("quorum-at-limit")
    for remedy in found.remedies:
        doctor.do(remedy)
    assert not {"quorum-at-limit", "even-managers"} & {each.rule for each in doctor.look()}


def test_a_node_that_a_service_waits_for_is_told_until_it_is_active() -> None:
    doctor = Doctor(Rig())
    by_availability(doctor.rig)
    found = doctor.finding("node-set-aside")
    assert found.summary.endswith("web waits for it")
    doctor.do(found.remedies[0])
    assert "node-set-aside" not in {each.rule for each in doctor.look()}


def test_a_global_service_that_no_node_suits_runs_once_a_node_has_the_label() -> None:
    doctor = Doctor(Rig())
    doctor.rig.create("agent", replicas=None, Placement={"Constraints": ["node.labels.gpu==true"]})
    found = doctor.finding("constraints-unmet")
    doctor.do(found.remedies[0])
    assert "constraints-unmet" not in {each.rule for each in doctor.look()}
    assert len(doctor.rig.running("agent")) == 1
