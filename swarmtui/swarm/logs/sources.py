"""Why a log has no (more) lines. The engine does not say it.

Measured on engine 20.10: a followed log continues in silence when its task has ended, when its service is removed, and
when a node of its tasks is dead (moby/moby#37336, #38640).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.short_text import listed
from swarmtui.swarm.tasks.ending import cause_of
from swarmtui.swarm.tasks.history import slot_of
from swarmtui.swarm.tasks.states import FAILURES, is_finished, is_leaving

__all__ = ["LogObstacle", "LogSource"]


@dataclass(frozen=True)
class LogObstacle:
    """Attributes:
    words: what keeps lines from coming.
    final: whether it stays so.
    """

    words: str
    final: bool


class LogSource:
    """A service or a task whose log is read, as the snapshots know it.

    Args:
        target: which.
    """

    def __init__(self, target: Target) -> None:
        self.target = self._target = target
        self._service_id = target.id if target.kind is Kind.SERVICE else ""

    def obstacle(self, cluster: Cluster) -> LogObstacle | None:
        """What keeps lines from coming; None for nothing that is known."""
        if self._target.kind is Kind.SERVICE:
            if self._target.id not in cluster.services:
                return LogObstacle("the service was removed", final=True)
            return _silent_nodes(cluster, _missed(cluster, cluster.tasks_of(self._target.id) or ()))
        task = self._task(cluster)
        if task is not None and is_finished(task):
            why = f", {cause_of(task)}" if task.status.state in FAILURES and cause_of(task) else ""
            return LogObstacle(f"the task has ended: {task.status.state}{why}", final=True)
        if task is not None:
            return _silent_nodes(cluster, [task])
        gone = cluster.tasks_complete or bool(self._service_id and cluster.tasks_of(self._service_id) is not None)
        return LogObstacle("the task is gone from the swarm", final=True) if gone else None

    def tasks(self, cluster: Cluster) -> Sequence[Task]:
        """Those of the service, as far as they are known; or the task."""
        if self._target.kind is Kind.SERVICE:
            return cluster.tasks_of(self._target.id) or ()
        task = self._task(cluster)
        return () if task is None else (task,)

    def _task(self, cluster: Cluster) -> Task | None:
        """The task; its service is looked for once, among all."""
        tasks = cluster.tasks_of(self._service_id) or () if self._service_id else cluster.all_tasks()
        found = next((task for task in tasks if task.id == self._target.id), None)
        if found is not None:
            self._service_id = found.service_id
        return found


def _missed(cluster: Cluster, tasks: Sequence[Task]) -> Iterator[Task]:
    """The tasks that may write lines. When its node is lost, Swarm gives up a task that may well run on there; it is
    missed until its successor runs.
    """
    running = {slot_of(cluster, task) for task in tasks if task.status.state == "running" and not is_leaving(task)}
    for task in tasks:
        if not is_finished(task) and not (is_leaving(task) and slot_of(cluster, task) in running):
            yield task


def _silent_nodes(cluster: Cluster, tasks: Iterable[Task]) -> LogObstacle | None:
    silent = cluster.nodes_not_ready
    if not silent:
        return None
    names = {cluster.node_name(task.node_id) for task in tasks if task.node_id in silent}
    return LogObstacle(f"no lines from {listed(names)}: not ready", final=False) if names else None
