"""No finding on a swarm that is well, also while it is updated, scaled and drained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.diagnosis import Diagnosis
from swarmtui.swarm.objects.decoding import decode_list
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task

from .rig import Rig


def snapshot(rig: Rig, before: Cluster) -> Cluster:
    engine = rig.engine
    return (
        before.with_all(Node, decode_list(Node, engine.nodes.list()))
        .with_all(Service, decode_list(Service, engine.services.list(status=True)))
        .with_all_tasks(decode_list(Task, engine.tasks.list()))
    )


class Watch:
    """Looks at a swarm once a second, as the program does."""

    def __init__(self, rig: Rig) -> None:
        self.rig, self.cluster, self.diagnosis = rig, Cluster(), Diagnosis()

    def found(self, seconds: int, every: int = 1) -> Iterator[str]:
        """What is found meanwhile, with so many seconds between two looks."""
        for second in range(0, seconds, every):
            self.rig.advance(every)
            self.cluster = snapshot(self.rig, self.cluster)
            self.diagnosis.advance(self.cluster, self.rig.cluster.clock.now())
            for each in self.diagnosis.findings:
                yield f"{second} s: {each.rule} on {each.subject.text}: {each.summary} {each.evidence}"


def twenty_services(rig: Rig) -> None:
    """Of all sorts: global, constrained, with reservations, limits per node and published ports."""
    for number in range(20):
        template: dict[str, Any] = {}
        replicas: int | None = 3 + number % 3
        if number % 5 == 1:
            replicas = None
        if number % 5 == 2:
            template["Resources"] = {"Reservations": {"NanoCPUs": 100_000_000, "MemoryBytes": 128 << 20}}
        if number % 5 == 3:
            template["Placement"] = {"MaxReplicas": 2}
        if number == 4:
            template["Placement"] = {"Constraints": ["node.role==manager"]}
        if number == 9:
            port = {"TargetPort": 80, "PublishedPort": 8080, "PublishMode": "ingress"}
            template["EndpointSpec"] = {"Ports": [port]}
        if number == 14:
            replicas = 2
            template["EndpointSpec"] = {"Ports": [{"TargetPort": 80, "PublishedPort": 9090, "PublishMode": "host"}]}
        rig.create(f"s{number}", image=f"app{number}:1", replicas=replicas, **template)


def test_a_healthy_swarm_has_no_findings_also_while_it_is_worked_on() -> None:
    rig = Rig()
    watch = Watch(rig)
    twenty_services(rig)
    assert not list(watch.found(60)), "while it starts and runs"
    for number in range(0, 20, 2):
        rig.image(f"s{number}", f"app{number}:2", Parallelism=1, Delay=2_000_000_000, Order="stop-first")
    assert not list(watch.found(90)), "while services are updated"
    for number in (0, 5, 10, 15):
        rig.scale(f"s{number}", 8)
    assert not list(watch.found(20)), "while services are scaled up"
    for number in (0, 5, 10, 15):
        rig.scale(f"s{number}", 3)
    assert not list(watch.found(20)), "while services are scaled down"
    rig.set_node("w1", Availability="drain")
    assert not list(watch.found(60)), "while a node is drained"
    rig.set_node("w1", Availability="active")
    assert not list(watch.found(60)), "once it is back"


def test_ten_minutes_of_updates_and_scaling_bring_no_finding() -> None:
    rig = Rig()
    watch = Watch(rig)
    twenty_services(rig)
    for turn in range(60):
        name, edit = f"s{turn * 7 % 20}", turn // 20
        if edit == 1 and "Replicated" in rig.service(name)["Spec"]["Mode"]:
            rig.scale(name, 2 + turn % 4)
        elif edit == 2:
            rig.update(name, lambda spec: spec["TaskTemplate"].update(ForceUpdate=1))
        else:
            rig.image(name, f"app{turn}:2", Parallelism=1, Delay=1_000_000_000, Order="start-first")
        assert not list(watch.found(10, every=2)), f"after {turn * 10} s"


def test_the_same_watch_sees_a_node_that_dies() -> None:
    rig = Rig()
    watch = Watch(rig)
    twenty_services(rig)
    assert not list(watch.found(30))
    rig.cluster.faults.kill("w2")
    assert any("node-down on node w2" in each for each in watch.found(60))
