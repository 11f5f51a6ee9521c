"""What a task is to the rest of the program. Its list is megabytes: `engine/polling` has rules of its own for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.destinations import Destination, to_networks, to_nodes, to_stack, to_things
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_kind import ObjectKind
from swarmtui.swarm.objects.task import Task

if TYPE_CHECKING:
    from swarmtui.swarm.describe.document import Section
    from swarmtui.swarm.describe.loose_json import Raw
    from swarmtui.swarm.describe.node_side import NodeSide
    from swarmtui.swarm.describe.scene import Scene

__all__ = ["TASK"]


def _related(cluster: Cluster, task: Task) -> Iterator[Destination]:
    service = cluster.services.get(task.service_id)
    if service is not None:
        yield from to_things([service])
    yield from to_nodes(cluster, [task])
    if service is not None:
        yield from to_stack(service)
        yield from to_networks(cluster, service)


def _summary(cluster: Cluster, task: Task) -> str:
    where = cluster.node_name(task.node_id) if task.node_id else ""
    return f"{task.status.state}  {where}  {task.id[:12]}"


def _describe(raw: Raw, scene: Scene) -> tuple[Section, ...]:
    from swarmtui.swarm.tasks.description import describe_task

    return describe_task(raw, scene)


def _node_side() -> NodeSide:
    from swarmtui.swarm.tasks.container_description import CONTAINER_SIDE

    return CONTAINER_SIDE


TASK = ObjectKind(
    kind=Kind.TASK,
    type=Task,
    has_log=True,
    all_of=Cluster.all_tasks,
    name_of=Cluster.task_name,
    summary=_summary,
    describe=_describe,
    node_side=_node_side,
    related=_related,
)
