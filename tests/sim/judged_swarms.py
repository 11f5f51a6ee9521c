"""Swarms and sets of changes as plain values: drawn at random, or written out where one of them told something.

At most one service reserves something and each host port has one owner, so that it does not depend on luck who gets
the last place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from swarmtui.sim.cluster import GIB
from swarmtui.sim.cluster import Cluster as Simulation
from swarmtui.sim.control.engine import Engine
from swarmtui.sim.populate import swarm_of
from swarmtui.swarm.actions.action import Action, SpecChange
from swarmtui.swarm.actions.ordering import order_of_sending
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.editing.edit_spec import EditSpec
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.nodes.availability import SetAvailability
from swarmtui.swarm.nodes.labels import SetNodeLabels
from swarmtui.swarm.nodes.removal import RemoveNode
from swarmtui.swarm.nodes.roles import Demote, Promote
from swarmtui.swarm.objects.decoding import decode_list
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.services.placement import SetPlacement
from swarmtui.swarm.services.scale import ScaleService
from swarmtui.swarm.services.update_image import UpdateImage
from swarmtui.swarm.specs.fields import with_field

JSON = dict[str, Any]
MANAGERS = ("m1", "m2", "m3")
WORKERS = ("w1", "w2", "w3", "w4")
SSD, HDD = {"disk": "ssd"}, {"disk": "hdd"}
CONSTRAINTS: tuple[list[str], ...] = (
    [],
    [],
    ["node.role==worker"],
    ["node.role==manager"],
    ["node.labels.disk==ssd"],
    ["node.labels.disk!=ssd"],
    ["node.hostname==w1"],
)
SETTLED = 90.0
"""Seconds of virtual time after which nothing more happens."""

Change = tuple[str, str, Any]
"""The name of a node or service, what of it is changed, the value that it gets."""


@dataclass(frozen=True)
class Case:
    """A swarm of three managers and some workers, and a set of changes to it.

    Attributes:
        seed: of the simulation's luck.
        cpus: how many each node has.
        nodes: labels and availability of each, by name; the managers first.
        services: their specs.
        changes: at most one for each node and service.
        gpus: how many each node has, as a generic resource.
    """

    seed: int
    cpus: int
    nodes: dict[str, tuple[dict[str, str], str]]
    services: Sequence[JSON]
    changes: Sequence[Change]
    gpus: int = 0


class World:
    """A swarm that can be asked and changed, with the clock under control."""

    def __init__(self, case: Case) -> None:
        self.simulation = Simulation(case.seed)
        machines = {name: self.simulation.add_machine(name, case.cpus, 8 * GIB) for name in case.nodes}
        for machine in machines.values():
            machine.generic_resources = [_gpus(case.gpus)] if case.gpus else []
        managers = [machines[name] for name in MANAGERS]
        swarm_of(self.simulation, managers, [machines[name] for name in case.nodes if name not in MANAGERS])
        for name, (labels, availability) in case.nodes.items():
            found = self.engine.nodes.inspect(name)
            spec = {**found["Spec"], "Labels": labels, "Availability": availability}
            self.engine.nodes.update(name, found["Version"]["Index"], spec)
        for service in case.services:
            self.engine.services.create(service)
        self.simulation.advance(SETTLED)

    @property
    def engine(self) -> Engine:
        raft = self.simulation.raft
        return self.simulation.engine(next(each for each in raft.members if raft.serves(each)))

    def snapshot(self) -> Cluster:
        engine = self.engine
        return (
            Cluster()
            .with_all(Node, decode_list(Node, engine.nodes.list()))
            .with_all(Service, decode_list(Service, engine.services.list(status=True)))
            .with_all_tasks(decode_list(Task, engine.tasks.list()))
        )

    def action(self, change: Change, cluster: Cluster) -> Action:
        """The program's own action for a change."""
        name, sort, value = change
        engine = self.engine
        if sort == "edit":
            kind, calls = (Kind.NODE, engine.nodes) if _is_node(name) else (Kind.SERVICE, engine.services)
            raw = calls.inspect(name)
            return EditSpec.of(Target.of_json(kind, raw), raw["Spec"], _edited(raw["Spec"], value))
        if _is_node(name):
            return _of_node(next(each for each in cluster.nodes.values() if each.name == name), sort, value)
        if sort == "scale":
            return ScaleService.of(next(each for each in cluster.services.values() if each.name == name), value)
        raw = engine.services.inspect(name)
        return UpdateImage.of(raw, value) if sort == "image" else SetPlacement.with_lines(raw, value)

    def do_all(self, actions: Sequence[Action], cluster: Cluster) -> None:
        """Send a set as the program does."""
        sending, prepared = order_of_sending(actions, cluster), set[str]()
        for action in sending.preparations:
            self._do(action)
            prepared.add(action.target.id)
        for action in sending.actions:
            self._do(action.prepared() if action.target.id in prepared else action)

    def _do(self, action: Action) -> None:
        """Make a change as the program's gateway does: the raw spec is fetched, changed and posted."""
        engine, target = self.engine, action.target
        if isinstance(action, RemoveNode):
            engine.nodes.remove(target.id, force=action.force)
            return
        assert isinstance(action, SpecChange)
        calls: Any = engine.nodes if target.kind is Kind.NODE else engine.services
        found = calls.inspect(target.id)
        calls.update(target.id, found["Version"]["Index"], action.change(found["Spec"]))


def _gpus(number: int) -> JSON:
    return {"DiscreteResourceSpec": {"Kind": "gpu", "Value": number}}


def _is_node(name: str) -> bool:
    return name in MANAGERS or name in WORKERS


def _edited(spec: JSON, values: Mapping[tuple[str, ...], Any]) -> JSON:
    for path, value in values.items():
        spec = with_field(spec, path, value)
    return spec


def _of_node(node: Node, sort: str, value: Any) -> Action:
    if sort == "availability":
        return SetAvailability.of(node, value)
    if sort == "role":
        return Demote.of(node) if node.is_manager else Promote.of(node)
    if sort == "labels":
        return SetNodeLabels.of(node, value)
    return RemoveNode.of(node, force=True)


# ------------------------------------------------------------------------------------------------ at random


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Two to four workers, and up to four services."""
    names = (*MANAGERS, *WORKERS[: draw(st.integers(2, 4))])
    seed, cpus = draw(st.integers(0, 99)), draw(st.integers(2, 4))
    nodes = {
        name: (draw(_LABELS), draw(st.sampled_from(["active", "active", "active", "pause", "drain"]))) for name in names
    }
    reserving = draw(st.integers(0, 3))
    specs = [draw(services(number, reserves=number == reserving)) for number in range(draw(st.integers(1, 4)))]
    what, changes = draw(st.sampled_from(["nodes", "services", "both", "both"])), list[Change | None]()
    if what != "services":
        changes += [draw(_node_changes(name, *nodes[name])) for name in names]
    if what != "nodes":
        changes += [draw(_service_changes(spec)) for spec in specs]
    gpus = draw(st.integers(0, 2))
    return Case(seed, cpus, nodes, specs, [change for change in changes if change is not None], gpus)


_LABELS = st.sampled_from([{}, SSD, HDD])
_ORDERS = st.sampled_from(["stop-first", "start-first"])


@st.composite
def services(draw: st.DrawFn, number: int, *, reserves: bool) -> JSON:
    """The spec of a service."""
    ports: list[JSON] = []
    if draw(st.integers(0, 3)) == 0:
        ports = [{"Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8000 + number, "PublishMode": "host"}]
    constraints, most = draw(st.sampled_from(CONSTRAINTS)), draw(st.sampled_from([0, 0, 1, 2]))
    replicas = None if draw(st.integers(0, 3)) == 0 else draw(st.integers(0, 6))
    cpus, gpus = draw(st.sampled_from([(1, 0), (2, 0), (0, 1), (0, 2)])) if reserves else (0, 0)
    update = draw(
        st.sampled_from([(), (), ("start-first", 1), ("start-first", 2), ("stop-first", 2), ("stop-first", 0)])
    )
    return service(f"s{number}", replicas, constraints, most, cpus=cpus, gpus=gpus, ports=ports, update=update)


def service(
    name: str,
    replicas: int | None,
    constraints: Sequence[str] = (),
    most: int = 0,
    *,
    cpus: int = 0,
    gpus: int = 0,
    ports: Sequence[JSON] = (),
    update: Sequence[Any] = (),
) -> JSON:
    """The spec of a service.

    Args:
        replicas: None for a global one.
        most: the limit per node.
        update: order and parallelism of its updates.
    """
    template: JSON = {
        "ContainerSpec": {"Image": "app:1", "StopGracePeriod": 1_000_000_000},
        "Placement": {"Constraints": list(constraints), "MaxReplicas": most},
        "RestartPolicy": {"Condition": "any", "Delay": 1_000_000_000},
    }
    if cpus:
        template["Resources"] = {"Reservations": {"NanoCPUs": cpus * 1_000_000_000}}
    if gpus:
        template["Resources"] = {"Reservations": {"GenericResources": [_gpus(gpus)]}}
    mode: JSON = {"Global": {}} if replicas is None else {"Replicated": {"Replicas": replicas}}
    spec = {"Name": name, "TaskTemplate": template, "Mode": mode, "EndpointSpec": {"Ports": list(ports)}}
    return {**spec, "UpdateConfig": policy(*update)} if update else spec


def policy(order: str, parallelism: int = 1) -> JSON:
    """An update policy."""
    return {"Order": order, "Parallelism": parallelism}


@st.composite
def _node_changes(draw: st.DrawFn, name: str, labels: dict[str, str], availability: str) -> Change | None:
    sort = draw(st.sampled_from(["", "", "availability", "availability", "role", "labels", "remove", "edit"]))
    is_manager = name in MANAGERS
    if sort == "availability":
        wanted = draw(st.sampled_from(["drain", "drain", "active", "pause"]))
        return (name, sort, wanted) if wanted != availability else None
    if sort == "role":
        return name, sort, "worker" if is_manager else "manager"
    if sort == "labels":
        others = draw(_LABELS)
        return (name, sort, others) if others != labels else None
    if sort == "edit":
        spec = {
            ("Labels",): draw(_LABELS),
            ("Availability",): draw(st.sampled_from(["drain", "active", "pause"])),
            ("Role",): draw(st.sampled_from(["manager", "worker"])),
        }
        present = (labels, availability, "manager" if is_manager else "worker")
        return (name, sort, spec) if tuple(spec.values()) != present else None
    return (name, sort, None) if sort == "remove" and not is_manager else None


@st.composite
def _service_changes(draw: st.DrawFn, spec: JSON) -> Change | None:
    name, placement = str(spec["Name"]), spec["TaskTemplate"]["Placement"]
    sort = draw(st.sampled_from(["", "", "", "scale", "image", "placement", "edit"]))
    replicated = "Replicated" in spec["Mode"]
    if sort == "scale":
        return (name, sort, draw(st.integers(0, 8))) if replicated else None
    if sort == "image":
        return name, sort, "app:2"
    if sort == "placement":
        lines = draw(st.sampled_from(CONSTRAINTS))
        return (name, sort, lines) if lines != placement["Constraints"] else None
    if sort == "edit":
        return name, sort, draw(_edits(spec))
    return None


@st.composite
def _edits(draw: st.DrawFn, spec: JSON) -> dict[tuple[str, ...], Any]:
    """Order of updates, and any of image, constraints and replicas."""
    edits: dict[tuple[str, ...], Any] = {("UpdateConfig",): policy(draw(_ORDERS), draw(st.integers(0, 2)))}
    if draw(st.booleans()):
        edits["TaskTemplate", "ContainerSpec", "Image"] = "app:2"
    if draw(st.booleans()):
        edits["TaskTemplate", "Placement", "Constraints"] = draw(st.sampled_from(CONSTRAINTS))
    if "Replicated" in spec["Mode"] and draw(st.booleans()):
        edits["Mode", "Replicated", "Replicas"] = draw(st.integers(0, 8))
    return edits
