"""Constraints against the nodes that there are: met by none, or by one alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis import remedies
from swarmtui.swarm.diagnosis.finding import Severity
from swarmtui.swarm.diagnosis.rule import Found, NodeScene, ServiceScene, node_rule, service_rule
from swarmtui.swarm.diagnosis.scheduling import constraint_text, survey
from swarmtui.swarm.diagnosis.scheduling_help import helps
from swarmtui.swarm.diagnosis.scheduling_text import lines_by_node, why
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.constraints import InvalidConstraint, parse, placement_met
from swarmtui.swarm.services.replicas import replicas_wanted
from swarmtui.swarm.short_text import counted, listed

__all__ = ["constraints_unmet", "only_node"]

MOST_LINES = 6


@service_rule("constraints-unmet", Severity.WARNING, "No node meets a service's constraints, and no task says so.")
def constraints_unmet(scene: ServiceScene) -> Iterator[Found]:
    """A global service then has no task at all, which looks as if all were well."""
    service, nodes = scene.service, scene.cluster.nodes.values()
    if not service.constraints or not nodes or not _wants_tasks(service):
        return
    if service.id in scene.memory.waiting or any(placement_met(service, node) for node in nodes):
        return
    found = survey(scene.cluster, service, scene.memory.occupancy)
    yield Found(
        summary=f"runs nowhere: {why(found)}",
        evidence=tuple(lines_by_node(found)),
        cause="Swarm starts no task of a global service where its constraints are not met, and says nothing about it."
        if service.spec.mode.name.startswith("global")
        else "The next task that has to be placed will wait.",
        remedies=tuple(each for each in helps(found, 1) if each.command != "service.scale"),
    )


def _wants_tasks(service: Service) -> bool:
    mode = service.spec.mode.name
    return mode == "global" or (mode == "replicated" and replicas_wanted(service) > 0)


@node_rule("only-node-for-service", Severity.NOTE, "Only one node meets the constraints of some services.")
def only_node(scene: NodeScene) -> Iterator[Found]:
    """A service that names its node (node.hostname, node.id) is meant to run there alone: that is not told."""
    services = _newest.alone(scene.cluster).get(scene.node.id, ())
    if not services:
        return
    name = scene.node.name
    yield Found(
        summary=f"the only node for {listed([each.name for each in services], 3)}, which"
        f" {'has' if len(services) == 1 else 'have'} no other place",
        evidence=tuple(
            f"{each.name}: {listed([constraint_text(text) for text in each.constraints])} is met by {name} alone"
            for each in services[:MOST_LINES]
        ),
        cause=f"When {name} is down or drained, tasks of {counted(len(services), 'service')} wait until it is back.",
        remedies=tuple(
            remedies.add_label(node, label)
            for label in [_label_of(services[0])]
            if label
            for node in _others(scene.cluster, scene.node)
        ),
    )


def _others(cluster: Cluster, than: Node) -> list[Node]:
    able = (node for node in cluster.nodes.values() if node.is_ready and node.spec.availability == "active")
    return [node for _, node in zip(range(1), (each for each in able if each is not than), strict=False)]


def _label_of(service: Service) -> str:
    """The label that another node would need; "" where that is not all."""
    if len(service.constraints) != 1:
        return ""
    constraint = parse(service.constraints[0])
    label = constraint.key.lower().startswith("node.labels.") and constraint.equal
    return constraint_text(service.constraints[0]) if label else ""


class _Newest:
    """The nodes that are alone for a service, kept while neither nodes nor services change."""

    def __init__(self) -> None:
        self._nodes: Mapping[str, Node] | None = None
        self._services: Mapping[str, Service] | None = None
        self._meeting: dict[tuple[str, ...], str] = {}
        self._alone: dict[str, list[Service]] = {}

    def alone(self, cluster: Cluster) -> Mapping[str, list[Service]]:
        """By node, the services that it alone can run. A swarm of one node has none worth to tell."""
        if cluster.nodes is self._nodes and cluster.services is self._services:
            return self._alone
        if cluster.nodes is not self._nodes:
            self._meeting = {}
        self._nodes, self._services, self._alone = cluster.nodes, cluster.services, {}
        if len(cluster.nodes) > 1:
            for service in cluster.services.values():
                if service.constraints and _may_move(service) and (node_id := self._only(cluster, service)):
                    self._alone.setdefault(node_id, []).append(service)
        return self._alone

    def _only(self, cluster: Cluster, service: Service) -> str:
        """The one node that meets a service's constraints; "" for none or several."""
        known = self._meeting.get(service.constraints)
        if known is None:
            meeting = (node.id for node in cluster.nodes.values() if placement_met(service, node))
            first, second = next(meeting, ""), next(meeting, "")
            known = self._meeting[service.constraints] = "" if second else first
        return known


_newest = _Newest()


def _may_move(service: Service) -> bool:
    """Whether a replicated service wants tasks and does not name its node; a role is the managers' own matter."""
    if service.spec.mode.name != "replicated" or not replicas_wanted(service):
        return False
    try:
        keys = {parse(text).key.lower() for text in service.constraints}
    except InvalidConstraint:
        return False
    return not keys & {"node.hostname", "node.id", "node.ip", "node.role"}
