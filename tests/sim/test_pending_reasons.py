"""Why tasks get no node, against the embedded swarm: each filter refuses as many nodes as its scheduler says.

Random nodes (labels, size, GPUs, platform, plugins, availability, some of them dead), cluster volumes, and random
services that want much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swarmtui.sim.cluster import GIB
from swarmtui.sim.cluster import Cluster as Simulation
from swarmtui.sim.populate import swarm_of
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.occupancy import Occupancy
from swarmtui.swarm.diagnosis.scheduling import survey
from swarmtui.swarm.diagnosis.scheduling_text import lines_by_node, why
from swarmtui.swarm.objects.cluster_volume import decode_cluster_volumes
from swarmtui.swarm.objects.decoding import decode_list
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from tests.scheduler_sentence import assert_same

JSON = dict[str, Any]


@dataclass(frozen=True)
class Machine:
    """A node: what it has, and what is set on it."""

    cpus: int
    memory: int
    arm: bool
    logs: bool
    gpus: list[JSON]
    place: list[JSON]
    labels: dict[str, str]
    availability: str
    dead: bool


GPUS: list[list[JSON]] = [
    [],
    [{"DiscreteResourceSpec": {"Kind": "gpu", "Value": 3}}],
    [{"NamedResourceSpec": {"Kind": "gpu", "Value": name}} for name in ("a", "b")],
]

PLACES: list[list[JSON]] = [
    [],
    [{"PluginName": "csi", "AccessibleTopology": {"Segments": {"zone": "a"}}}],
    [{"PluginName": "csi", "AccessibleTopology": {"Segments": {"zone": "b"}}}],
]
"""What a node says of the CSI plugin on it."""

MACHINES = st.builds(
    Machine,
    cpus=st.integers(1, 4),
    memory=st.integers(1, 8),
    arm=st.booleans(),
    logs=st.booleans(),
    gpus=st.sampled_from(GPUS),
    place=st.sampled_from(PLACES),
    labels=st.sampled_from([{}, {"disk": "ssd"}, {"disk": "hdd"}, {"gpu": "true"}]),
    availability=st.sampled_from(["active", "active", "active", "pause", "drain"]),
    dead=st.sampled_from([False, False, False, False, True]),
)


@st.composite
def services(draw: st.DrawFn) -> JSON:
    """The spec of a service that is likely to want too much of something."""
    template: JSON = {"ContainerSpec": {"Image": "app:1", "StopGracePeriod": 1_000_000_000}, "Placement": {}}
    placement = template["Placement"]
    wishes = draw(
        st.sets(
            st.sampled_from(["cpus", "memory", "gpus", "label", "role", "arm", "logs", "port", "most", "volumes"]),
            min_size=1,
        )
    )
    reserved: JSON = {}
    if "cpus" in wishes:
        reserved["NanoCPUs"] = draw(st.sampled_from([500_000_000, 1_500_000_000, 3_000_000_000]))
    if "memory" in wishes:
        reserved["MemoryBytes"] = draw(st.integers(1, 6)) * GIB
    if "gpus" in wishes:
        amount = draw(st.integers(1, 3))
        reserved["GenericResources"] = [{"DiscreteResourceSpec": {"Kind": "gpu", "Value": amount}}]
    if reserved:
        template["Resources"] = {"Reservations": reserved}
    constraints = (
        [draw(st.sampled_from(["node.labels.disk==ssd", "node.labels.disk!=ssd"]))] if "label" in wishes else []
    )
    if "role" in wishes:
        constraints.append(draw(st.sampled_from(["node.role==worker", "node.role==manager"])))
    placement["Constraints"] = constraints
    if "arm" in wishes:
        placement["Platforms"] = [{"Architecture": "aarch64", "OS": "linux"}]
    if "logs" in wishes:
        template["LogDriver"] = {"Name": "loki"}
    if "volumes" in wishes:
        names = draw(st.lists(st.sampled_from(["v0", "v1", "group:g", "none"]), min_size=1, max_size=2))
        template["ContainerSpec"]["Mounts"] = [
            {"Type": "cluster", "Source": name, "Target": f"/data{place}", "ReadOnly": draw(st.booleans())}
            for place, name in enumerate(names)
        ]
    if "most" in wishes:
        placement["MaxReplicas"] = draw(st.integers(1, 2))
    port = {"TargetPort": 80, "PublishedPort": draw(st.sampled_from([8080, 8081])), "PublishMode": "host"}
    mode: JSON = {"Replicated": {"Replicas": draw(st.integers(1, 9))}} if draw(st.integers(0, 4)) else {"Global": {}}
    ports = [port] if "port" in wishes else []
    return {"TaskTemplate": template, "Mode": mode, "EndpointSpec": {"Ports": ports}}


@st.composite
def volumes(draw: st.DrawFn) -> JSON:
    """The spec of a cluster volume."""
    mode = {
        "Scope": draw(st.sampled_from(["single", "multi", "multi"])),
        "Sharing": draw(st.sampled_from(["none", "readonly", "onewriter", "all", "all"])),
        "MountVolume": {},
    }
    spec: JSON = {"AccessMode": mode, "Availability": draw(st.sampled_from(["active", "active", "active", "pause"]))}
    spec["Group"] = draw(st.sampled_from(["", "g"]))
    if draw(st.booleans()):
        spec["AccessibilityRequirements"] = {"Requisite": [{"Segments": {"zone": "a"}}]}
    return spec


def swarm(machines: list[Machine], specs: list[JSON], stores: list[JSON]) -> Cluster:
    """What a swarm of them looks like once nothing moves any more."""
    simulation = Simulation(1)
    made = [simulation.add_machine(f"n{number}", each.cpus, each.memory * GIB) for number, each in enumerate(machines)]
    for machine, wanted in zip(made, machines, strict=True):
        machine.architecture = "aarch64" if wanted.arm else "x86_64"
        machine.generic_resources, machine.csi_plugins = wanted.gpus, wanted.place
        if wanted.logs:
            machine.plugins = (*machine.plugins, ("Log", "loki"))
    swarm_of(simulation, made[:1], made[1:])
    engine = simulation.engine("n0")
    for number, wanted in enumerate(machines):
        found = engine.nodes.inspect(f"n{number}")
        spec = {**found["Spec"], "Labels": wanted.labels, "Availability": wanted.availability}
        engine.nodes.update(f"n{number}", found["Version"]["Index"], spec)
        if wanted.dead and number:
            simulation.faults.kill(f"n{number}")
    simulation.advance(30.0)
    for number, spec in enumerate(stores):
        engine.volumes.create({"Name": f"v{number}", "Driver": "csi", "ClusterVolumeSpec": spec})
    for number, spec in enumerate(specs):
        engine.services.create({"Name": f"s{number}", **spec})
    simulation.advance(30.0)
    return (
        Cluster()
        .with_all(Node, decode_list(Node, engine.nodes.list()))
        .with_all(Service, decode_list(Service, engine.services.list(status=True)))
        .with_all_tasks(decode_list(Task, engine.tasks.list()))
        .with_volumes(decode_cluster_volumes(msgspec.json.encode({"Volumes": engine.volumes.list()})))
    )


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.lists(MACHINES, min_size=2, max_size=6),
    st.lists(services(), min_size=1, max_size=4),
    st.lists(volumes(), max_size=2),
)
def test_each_filter_refuses_as_many_nodes_as_the_scheduler_says(
    machines: list[Machine], specs: list[JSON], stores: list[JSON]
) -> None:
    cluster, occupancy = swarm(machines, specs, stores), Occupancy()
    for service in cluster.services.values():
        for task in cluster.tasks_of(service.id) or ():
            if task.status.state == "pending" and task.desired_state == "running":
                own = [cluster.nodes[task.node_id]] if task.node_id else None
                found = survey(cluster, service, occupancy, own)
                if task.status.err.startswith("cannot find volume"):
                    continue  # one of its mounts is possible, which is all that the filter asks
                assert_same(task.status.err, found.counts)
                assert why(found)
                assert list(lines_by_node(found))
