"""The labels of a node, and which services may run there because of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import msgspec

from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Impact
from swarmtui.swarm.actions.judging import Judged
from swarmtui.swarm.actions.labels import SetLabels
from swarmtui.swarm.actions.wording import (
    argument,
    docker,
    gone,
    impact_of,
    no_docker_command,
    note,
    warning,
)
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.nodes.availability import namesakes
from swarmtui.swarm.nodes.drain import tasks_to_move
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.constraints import InvalidConstraint, parse, placement_met
from swarmtui.swarm.short_text import listed

__all__ = ["SetNodeLabels"]


@dataclass(frozen=True, eq=False)
class SetNodeLabels(Judged, SetLabels):
    """Replace a node's labels, as a set."""

    name: ClassVar[str] = names.SET_NODE_LABELS

    @property
    def docker_command(self) -> str:
        if any("=" in key for key in self.added):
            return no_docker_command(self.target, "No docker command sets a label whose key contains =")
        words = [word for key, value in self.added.items() for word in ("--label-add", f"{key}={value}")]
        words += [word for key in self.removed for word in ("--label-rm", key)]
        return docker("node", "update", *words, argument(self.target))

    def expected(self, cluster: Cluster) -> Cluster:
        node = cluster.nodes.get(self.target.id)
        return cluster if node is None else cluster.with_node(self._labelled(node))

    def _labelled(self, node: Node) -> Node:
        return msgspec.structs.replace(node, spec=msgspec.structs.replace(node.spec, labels=dict(self.labels)))

    # -------------------------------------------------------------------------------- what it means

    def remarks(self, cluster: Cluster) -> Impact:
        node = cluster.nodes.get(self.target.id)
        if node is None:
            return gone(self.target)
        after = self._labelled(node)
        consequences = [*namesakes(cluster, node), *self.what_changes()]
        touched = list(_touched(cluster, node, after))
        for service in touched:
            consequences += _of_service(cluster, service, node, after)
        if not touched:
            consequences.append(note("This affects no service's placement constraints."))
        for key in self.added:
            consequences += _of_key(key)
        return impact_of(consequences)


def _touched(cluster: Cluster, before: Node, after: Node) -> Iterator[Service]:
    for service in sorted(cluster.services.values(), key=lambda service: service.name):
        if service.constraints and placement_met(service, before) != placement_met(service, after):
            yield service


def _of_service(cluster: Cluster, service: Service, before: Node, after: Node) -> Iterator[Consequence]:
    """A service gains or loses the node, without a task that shows it; of the tasks the judge tells."""
    wants = listed(service.constraints)
    if not placement_met(service, after):
        if not any(task.service_id == service.id for task in tasks_to_move(cluster, before)):
            yield note(f"{service.name} loses {after.name} (it requires {wants}): it has no task here.")
    elif service.spec.mode.name != "global":
        yield note(f"{service.name} gains {after.name} (it requires {wants}): new tasks may start here; none moves.")


def _of_key(key: str) -> Iterator[Consequence]:
    try:
        parse(f"node.labels.{key}==x")
    except InvalidConstraint:
        yield warning(f"No placement constraint can use the label '{key}'.")
