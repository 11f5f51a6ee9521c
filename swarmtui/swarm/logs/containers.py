"""The containers whose own logs make the log of services and tasks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.states import is_finished

__all__ = ["LogContainer", "log_containers"]


@dataclass(frozen=True)
class LogContainer:
    """A task's container, whose log its node has.

    Attributes:
        id: the container's full ID.
        task_id: the task that it is of.
        name: that task's slot, for people: "web.2".
        node: where it is.
        of: the service or task whose log it is a part of.
        begun: when the task was made, as the engine writes it.
    """

    id: str
    task_id: str
    name: str
    node: Node
    of: Target
    begun: str = ""


def log_containers(cluster: Cluster, targets: Iterable[Target]) -> Sequence[LogContainer]:
    """The containers of some services and tasks; of each slot the newest, whether it still runs or not.

    Those on nodes from which a manager may get no lines come first, then those that run.
    """
    found: list[tuple[tuple[bool, bool], LogContainer]] = []
    for target in targets:
        for task in _newest(cluster, target):
            status, node = task.status.container_status, cluster.nodes.get(task.node_id)
            if status is not None and status.container_id and node is not None:
                order = (task.node_id not in cluster.nodes_not_ready, is_finished(task))
                name = cluster.task_name(task)
                of = LogContainer(status.container_id, task.id, name, node, target, task.created_at)
                found.append((order, of))
    found.sort(key=lambda each: each[0])
    return [each for _, each in found]


def _newest(cluster: Cluster, target: Target) -> Iterable[Task]:
    """Of each slot the newest task that has a container."""
    if target.kind is Kind.TASK:
        return [task for task in cluster.all_tasks() if task.id == target.id]
    newest: dict[tuple[int, str], Task] = {}
    for task in cluster.tasks_of(target.id) or ():
        slot = (task.slot, "" if task.slot else task.node_id)
        status = task.status.container_status
        if (
            status is not None
            and status.container_id
            and (slot not in newest or newest[slot].created_at < task.created_at)
        ):
            newest[slot] = task
    return newest.values()
