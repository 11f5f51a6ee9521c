"""What each slot of a service has got to in its update: the task from before it, the one from it, and what holds it up.

Source: swarmkit manager/orchestrator/update/updater.go. The updater makes one task for a slot. It watches that one for
the monitor period once it runs; what the slot's restarts bring afterwards is not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.services.rollout import fresh_tasks
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.tasks.ending import cause_of
from swarmtui.swarm.tasks.failures import Failures, entered, failures_of
from swarmtui.swarm.tasks.states import holds_a_place, is_finished, is_leaving

__all__ = ["ENDS", "SlotRollout", "Stage", "place_of", "slots_of"]

_OVER = ("completed", "rollback_completed")

ENDS = frozenset({"failed", "rejected", "complete", "orphaned"})
"""The ends of a task that the updater takes for a failure, less those that somebody asks for."""


class Stage(IntEnum):
    """How far a slot is; what asks for attention first."""

    FAILED = 0
    HELD_UP = 1
    REPLACING = 2
    MONITORED = 3
    WAITING = 4
    DONE = 5
    KEPT = 6
    LEAVING = 7
    """Fewer are wanted: its last task is stopping."""

    @property
    def is_new(self) -> bool:
        """Whether the slot runs a task of the new spec that follows no failure."""
        return self in (Stage.MONITORED, Stage.DONE, Stage.KEPT)


@dataclass(frozen=True)
class SlotRollout:
    """A slot in an update; of a global service, a node.

    Attributes:
        key: the slot's number, or its node's ID.
        name: "web.3".
        node: the name of the node of the new task, before that of the old one.
        old: the newest task from before the update; None when Swarm no longer lists any.
        first: the task that the updater made for the slot; None while it has made none.
        new: the newest task of the new spec; None where there is none.
        stage: how far the slot is.
        trouble: what went wrong or holds it up: "exit 1 (error)"; "" for nothing.
        since: when it got to its stage, in seconds since 1970.
    """

    key: str
    name: str
    node: str
    old: Task | None
    first: Task | None
    new: Task | None
    stage: Stage
    trouble: str = ""
    since: float | None = None

    @property
    def shown(self) -> Task | None:
        """The task whose log tells most: the newest of the new spec, else the old one."""
        return self.new or self.old


def slots_of(cluster: Cluster, service: Service, now: float, monitor: float) -> tuple[SlotRollout, ...] | None:
    """Each slot of a service that has an update, those in trouble first; None while its tasks are not known.

    Args:
        now: the engine's time, in seconds since 1970.
        monitor: seconds for which the updater watches a new task.
    """
    tasks, status = cluster.tasks_of(service.id), service.update_status
    if tasks is None or status is None:
        return None
    groups: dict[tuple[int, str], list[Task]] = {}
    for task in tasks:
        groups.setdefault(place_of(task), []).append(task)
    fresh = fresh_tasks(service, tasks)
    failures = {place_of(each.current): each for each in failures_of(service, tasks) if each.own}
    look = _Look(cluster, fresh, status.started_at, now, monitor, over=status.state in _OVER)
    slots = [look.at(group, failures.get(place)) for place, group in groups.items() if _is_there(group)]
    return tuple(sorted(slots, key=lambda slot: slot.stage))  # stable: by slot within a stage


def place_of(task: Task) -> tuple[int, str]:
    """What tasks of the same slot have in common; of a global service, of the same node."""
    return (task.slot, "" if task.slot else task.node_id)


def _is_there(group: Sequence[Task]) -> bool:
    """Whether a slot is still wanted: something is to run in it, or its last task has failed for good."""
    newest = group[0]
    return any(map(holds_a_place, group)) or (newest.status.state in ENDS and newest.desired_state != "remove")


@dataclass(frozen=True)
class _Look:
    """What is the same for all slots."""

    cluster: Cluster
    fresh: frozenset[str]
    started_at: str
    now: float
    monitor: float
    over: bool

    def at(self, group: Sequence[Task], failures: Failures | None) -> SlotRollout:
        """One slot.

        Args:
            group: its tasks, newest first.
            failures: of the new spec in it.
        """
        fresh = [task for task in group if task.id in self.fresh]
        made = [task for task in fresh if self._is_of_update(task)]  # a rollback finds tasks of its spec from before
        new = next((task for task in fresh if task in made or holds_a_place(task)), None)
        old = next((task for task in group if task.id not in self.fresh), None)
        first = made[-1] if made else None
        task = new or old
        stage, since = self._stage(first, new, failures)
        return SlotRollout(
            key=str(group[0].slot or group[0].node_id),
            name=self.cluster.task_name(group[0]),
            node=self._node(new) or self._node(old),
            old=old,
            first=first,
            new=new,
            stage=stage,
            trouble=_trouble(task, failures) if task is not None and stage <= Stage.HELD_UP else "",
            since=since,
        )

    def _is_of_update(self, task: Task) -> bool:
        return not self.started_at or task.created_at.rstrip("Z") >= self.started_at.rstrip("Z")

    def _node(self, task: Task | None) -> str:
        return self.cluster.node_name(task.node_id) if task is not None and task.node_id else ""

    def _stage(self, first: Task | None, new: Task | None, failures: Failures | None) -> tuple[Stage, float | None]:
        if new is None:
            return (Stage.KEPT if self.over else Stage.WAITING), None
        since = entered(new)
        if is_finished(new) or is_leaving(new):
            return Stage.FAILED, since
        if failures is not None and self.now < failures.steady_at:
            return Stage.FAILED, failures.last
        if new.status.state != "running":
            if new.status.err:
                return Stage.HELD_UP, since
            return Stage.REPLACING, seconds_of(new.created_at)
        if first is None:
            return Stage.KEPT, since
        watched = new is first and since is not None and self.now < since + self.monitor and not self.over
        return (Stage.MONITORED if watched else Stage.DONE), since


def _trouble(task: Task, failures: Failures | None) -> str:
    if failures is not None:
        cause = cause_of(failures.newest)
        return cause if failures.count == 1 else f"{counted(failures.count, 'failure')}, {cause}"
    if is_finished(task):
        return cause_of(task)
    return f"{task.status.state}: {task.status.err}" if task.status.err else ""
