"""The containers whose own logs make the log of services and tasks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Target
from swarmtui.swarm.logs.sources import LogSource
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
    """

    id: str
    task_id: str
    name: str
    node: Node
    of: Target


def log_containers(cluster: Cluster, sources: Iterable[LogSource]) -> Sequence[LogContainer]:
    """The containers of some services and tasks; of each slot the newest, whether it still runs or not.

    Those on nodes from which a manager may get no lines come first, then those that run.
    """
    found: list[tuple[tuple[bool, bool], LogContainer]] = []
    for source in sources:
        for task, container_id in _newest(source.tasks(cluster)):
            node = cluster.nodes.get(task.node_id)
            if node is not None:
                order = (task.node_id not in cluster.nodes_not_ready, is_finished(task))
                found.append((order, LogContainer(container_id, task.id, cluster.task_name(task), node, source.target)))
    found.sort(key=lambda each: each[0])
    return [each for _, each in found]


def _newest(tasks: Iterable[Task]) -> Iterable[tuple[Task, str]]:
    """Of each slot the newest task that has a container, and that container's ID."""
    newest: dict[tuple[int, str], tuple[Task, str]] = {}
    for task in tasks:
        status, slot = task.status.container_status, (task.slot, "" if task.slot else task.node_id)
        if status is not None and status.container_id:
            known = newest.get(slot)
            if known is None or known[0].created_at < task.created_at:
                newest[slot] = (task, status.container_id)
    return newest.values()
