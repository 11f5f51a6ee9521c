"""What a node is to the rest of the program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.destinations import Destination, to_things
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.natural import natural
from swarmtui.swarm.object_kind import ObjectKind
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.tasks.states import holds_a_place

if TYPE_CHECKING:
    from swarmtui.swarm.describe.document import Section
    from swarmtui.swarm.describe.loose_json import Raw
    from swarmtui.swarm.describe.node_side import NodeSide
    from swarmtui.swarm.describe.scene import Scene

__all__ = ["NODE"]


def _related(cluster: Cluster, node: Node) -> Iterator[Destination]:
    yield Destination(Kind.TASK, node.id, f"tasks on {node.name}")
    ids = {task.service_id for task in cluster.tasks_on(node.id) if holds_a_place(task)}
    services = (cluster.services[each] for each in ids if each in cluster.services)
    yield from to_things(sorted(services, key=lambda each: natural(each.name)))


def _describe(raw: Raw, scene: Scene) -> tuple[Section, ...]:
    from swarmtui.swarm.nodes.description import describe_node

    return describe_node(raw, scene)


def _node_side() -> NodeSide:
    from swarmtui.swarm.nodes.page import NODE_SIDE

    return NODE_SIDE


NODE = ObjectKind(
    kind=Kind.NODE,
    type=Node,
    listed=True,
    touches=(Kind.NODE, Kind.SERVICE),
    all_of=lambda cluster: cluster.nodes.values(),
    summary=lambda cluster, node: f"{node.spec.role}  {node.status.state}  {node.spec.availability}",
    describe=_describe,
    node_side=_node_side,
    related=_related,
)
