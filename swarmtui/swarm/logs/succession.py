"""Succession: the log of a task goes on in that of the task which replaces it."""

from __future__ import annotations

from dataclasses import dataclass

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Target
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.tasks.history import slot_of
from swarmtui.swarm.tasks.kind import TASK
from swarmtui.swarm.tasks.states import is_finished
from swarmtui.swarm.timeline.slot_life import Life, SlotLife, slot_life, state_in
from swarmtui.swarm.timeline.timeline import Timeline

__all__ = ["Handover", "Succession"]


@dataclass(frozen=True)
class Handover:
    """A task has ended, and another one in its slot writes.

    Attributes:
        to: the task that replaced it.
        words: how the old one ended, and where the new one is.
    """

    to: Target
    words: str


class Succession:
    """Tells when a task's slot has gone on to another task.

    Args:
        target: the task.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._service_id = ""
        self._slot = ""
        self.ended_before = False
        """It had ended already when it was first seen here."""

    def handover(self, cluster: Cluster, timeline: Timeline, now: float) -> Handover | None:
        """Who writes instead of the task; None while it lives itself, or nobody does.

        Args:
            now: the managers' time, in seconds since 1970.
        """
        if not self._slot and not self._find(cluster):
            return None
        life = slot_life(cluster, timeline, self._service_id, self._slot)
        old = life.of(self._target.id)
        if old is None or old.ended is None:
            return None
        silent, new = _next_writer(life, old)
        return None if new is None else Handover(TASK.target(cluster, new.task), _words(old, silent, new, cluster, now))

    def _find(self, cluster: Cluster) -> bool:
        task = next((each for each in cluster.all_tasks() if each.id == self._target.id), None)
        if task is None:
            return False
        self._service_id, self._slot = task.service_id, slot_of(cluster, task)
        self.ended_before = is_finished(task)
        return True


def _next_writer(life: SlotLife, old: Life) -> tuple[int, Life | None]:
    """How many tasks after one never wrote anything, and the first after them that does; None while none does."""
    later = life.lives[: next(place for place, each in enumerate(life.lives) if each is old)]
    silent = 0
    for each in reversed(later):
        if not each.forgotten and _writes(each.task):
            return silent, each
        if each.ended is None:  # it may write yet
            return silent, None
        silent += 1
    return silent, None


def _writes(task: Task) -> bool:
    """Whether it has a container, or had one."""
    status = task.status.container_status
    return task.status.state == "running" or (status is not None and bool(status.container_id))


def _words(old: Life, silent: int, new: Life, cluster: Cluster, now: float) -> str:
    name, where = cluster.task_name(old.task), cluster.node_name(old.task.node_id)
    between = f" {counted(silent, 'task')} after it wrote nothing that is left." if silent else ""
    return (
        f"{name} on {where} {state_in(old, cluster, now).words}.{between}"
        f" Its replacement on {cluster.node_name(new.task.node_id)}:"
    )
