"""Who writes into a log: the tasks of one or several services, and the replicas that these are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.states import is_finished

__all__ = ["Writer", "Writers"]

SHORT_ID = 12


@dataclass(frozen=True)
class Writer:
    """A task that writes.

    Attributes:
        replica: what it is one task of, now or before: "web.1", or "agent.wrk1" of a global service.
        node: its node's name; "" where that is unknown.
        of: the ID of the service, or of the task, whose log it writes into.
        has_slot: whether the replica's name does not say the node.
    """

    replica: str
    node: str = ""
    of: str = ""
    has_slot: bool = False

    @cached_property
    def label(self) -> str:
        """What stands before its lines: "web.1@wrk1"."""
        return f"{self.replica}@{self.node}" if self.node and self.has_slot else self.replica


class Writers:
    """The tasks of some targets. A task that was known once stays known: its lines stay in the log.

    Args:
        targets: services and tasks.
    """

    def __init__(self, targets: Sequence[Target]) -> None:
        self._targets = targets
        self._known: dict[str, Writer] = {}
        self._alive: dict[str, Writer] = {}
        self._learned_of: list[object] = []

    def learn(self, cluster: Cluster) -> bool:
        """Take in the newest snapshot; returns whether a writer is another one than before."""
        of = [self._tasks(cluster, target) for target in self._targets]
        if len(of) == len(self._learned_of) and all(a is b for a, b in zip(of, self._learned_of, strict=True)):
            return False
        self._learned_of, before = [*of], dict(self._known)
        self._alive = {}
        for target, tasks in zip(self._targets, of, strict=True):
            for task in tasks or ():
                node = cluster.node_name(task.node_id) if task.node_id else ""
                writer = Writer(cluster.task_name(task), node, target.id, bool(task.slot))
                self._known[task.id] = writer
                if not is_finished(task):
                    self._alive[task.id] = writer
        return self._known != before

    def _tasks(self, cluster: Cluster, target: Target) -> Iterable[Task] | None:
        return cluster.tasks_of(target.id) if target.kind is Kind.SERVICE else None

    def note(self, target: Target, task_ids: Collection[str]) -> None:
        """Lines of these tasks have come in a target's log; the snapshots may never tell of them."""
        for task_id in task_ids:
            if task_id not in self._known:
                name = target.name if target.kind is Kind.TASK else task_id[:SHORT_ID]
                self._known[task_id] = Writer(name, of=target.id)

    def of(self, task_id: str) -> Writer:
        """Who a task is."""
        return self._known.get(task_id) or Writer(task_id[:SHORT_ID])

    @property
    def alive(self) -> Collection[Writer]:
        """Those that could write now."""
        return self._alive.values()
