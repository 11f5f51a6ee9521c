"""A node that tasks leave: which are still there, which have gone and where they run again, and what holds up the rest.

For a node that is drained, or down. Which tasks were taken off it is told by the time of the node's last change, as far
as Swarm still lists them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.occupancy import Occupancy
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.rollout.scaling import HeldUp, held_up
from swarmtui.swarm.rollout.slots import ENDS, place_of
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.tasks.ending import cause_of
from swarmtui.swarm.tasks.failures import entered
from swarmtui.swarm.tasks.states import holds_a_place, is_finished, is_leaving, rank

__all__ = ["Departure", "Drain", "Leaving", "drain_of"]


class Departure(IntEnum):
    """How far a task is on its way; what asks for attention first."""

    FAILED = 0
    WAITING = 1
    STOPPING = 2
    STARTING = 3
    STAYING = 4
    MOVED = 5
    STOPPED = 6
    """It is gone, and no other is started: of a global service, or of a slot that is no longer wanted."""


@dataclass(frozen=True)
class Leaving:
    """A task of a node, and what became of it.

    Attributes:
        name: "web.3".
        task: the task on the node.
        successor: the newest task in its slot, elsewhere; None where there is none.
        node: the name of the successor's node; "" for none.
        stage: how far it is.
        trouble: what went wrong or holds it up.
        since: when it got to its stage, in seconds since 1970.
    """

    name: str
    task: Task
    successor: Task | None
    node: str
    stage: Departure
    trouble: str = ""
    since: float | None = None

    @property
    def shown(self) -> Task:
        """The task whose log tells most."""
        return self.successor or self.task


@dataclass(frozen=True)
class Drain:
    """What goes on on a node.

    Attributes:
        node: the node.
        tasks: its tasks, those in trouble first.
        held_up: what keeps tasks that wait off the other nodes, by the names of their services.
        complete: whether all tasks are known.
        now: the managers' time that this was made at, in seconds since 1970.
    """

    node: Node
    tasks: tuple[Leaving, ...]
    held_up: dict[str, HeldUp]
    complete: bool
    now: float

    @property
    def is_leaving(self) -> bool:
        """Whether tasks may not stay on it."""
        return self.node.spec.availability == "drain" or not self.node.is_ready

    @property
    def settled(self) -> bool:
        """Whether nothing is still on its way, and nothing in trouble."""
        return all(each.stage in (Departure.MOVED, Departure.STOPPED) for each in self.tasks)

    @property
    def headline(self) -> str:
        """ "wrk1 is drained: 5 of 7 tasks have left, 4 of 6 run elsewhere"."""
        name, stages = self.node.name, Counter(each.stage for each in self.tasks)
        here = stages[Departure.STAYING] + stages[Departure.STOPPING]
        if not self.is_leaving:
            state = {"pause": "paused"}.get(self.node.spec.availability, self.node.spec.availability)
            return f"{name} is {state}, not drained: {counted(here, 'task')} here"
        state = "drained" if self.node.is_ready else self.node.status.state
        if not self.tasks:
            return f"{name} is {state} and empty, as far as Swarm lists its tasks"
        have = "has" if len(self.tasks) == 1 else "have"
        left = f"{len(self.tasks) - here} of {counted(len(self.tasks), 'task')} {have} left"
        return f"{name} is {state}: {left}" + (f", {self._elsewhere(stages)}" if self._moving(stages) else "")

    def _moving(self, stages: Counter[Departure]) -> int:
        """How many are to run elsewhere, of those that have left."""
        return sum(stages[each] for each in (*_COMING, Departure.MOVED))

    def _elsewhere(self, stages: Counter[Departure]) -> str:
        moving = self._moving(stages)
        rest = [f"{stages[stage]} {word}" for stage, word in _COMING.items() if stages[stage]]
        return f"{stages[Departure.MOVED]} of {moving} run elsewhere" + (f" ({', '.join(rest)})" if rest else "")


_COMING = {Departure.FAILED: "failing", Departure.WAITING: "waiting for a node", Departure.STARTING: "starting"}


def drain_of(cluster: Cluster, node: Node, now: float, occupancy: Occupancy) -> Drain:
    """Tell what goes on on a node.

    Args:
        now: the managers' time, in seconds since 1970.
        occupancy: kept from one look to the next.
    """
    tasks, waits = list[Leaving](), dict[str, HeldUp]()
    for service_id, group in cluster.groups_on(node.id).items():
        service = cluster.services.get(service_id)
        if service is None:
            continue
        known = cluster.tasks_of(service_id) or ()
        found = held_up(cluster, service, known, occupancy) if _may_wait(group, node) else None
        if found is not None:
            waits[service.name] = found
        tasks += _Look(cluster, service, node, known, found).leaving(group)
    tasks.sort(key=lambda each: each.stage)
    waiting = {each.name.rpartition(".")[0] for each in tasks if each.stage is Departure.WAITING}
    waits = {name: each for name, each in waits.items() if name in waiting}
    return Drain(node, tuple(tasks), waits, cluster.tasks_complete, now)


def _may_wait(group: Sequence[Task], node: Node) -> bool:
    return any(_was_taken_off(task, node) for task in group)


def _was_taken_off(task: Task, node: Node) -> bool:
    """Whether it was told to go since the node last changed. What was never there has nothing to leave."""
    if rank(task.status.state) < rank("assigned"):
        return False
    return is_leaving(task) and task.updated_at.rstrip("Z") >= node.updated_at.rstrip("Z")


@dataclass(frozen=True)
class _Look:
    """What is the same for all tasks of a service on the node."""

    cluster: Cluster
    service: Service
    node: Node
    known: Sequence[Task]
    waits: HeldUp | None

    def leaving(self, group: Sequence[Task]) -> Iterator[Leaving]:
        """The newest of each slot that is on the node, or was taken off it.

        Args:
            group: the service's tasks on the node, newest first in each slot.
        """
        seen = set[tuple[int, str]]()
        for task in group:
            place = place_of(task)
            if place in seen:
                continue
            if holds_a_place(task):
                seen.add(place)
                yield self._made(task, None, Departure.STAYING, "", entered(task))
            elif _was_taken_off(task, self.node):
                seen.add(place)
                yield (
                    self._of_gone(task)
                    if self._is_gone(task)
                    else self._made(task, None, Departure.STOPPING, "", seconds_of(task.updated_at))
                )

    def _is_gone(self, task: Task) -> bool:
        return is_finished(task) or not self.node.is_ready

    def _of_gone(self, task: Task) -> Leaving:
        """A task that runs here no more, with what came after it."""
        if not self.service.spec.mode.name.startswith("replicated"):
            return self._made(task, None, Departure.STOPPED, "", entered(task))
        slot = [each for each in self.known if each.slot == task.slot and each.id != task.id]
        after = [each for each in slot if each.created_at.rstrip("Z") >= task.created_at.rstrip("Z")]
        successor = next((each for each in after if holds_a_place(each)), after[0] if after else None)
        if successor is None:
            return self._made(task, None, Departure.STOPPED, "", entered(task))
        state = successor.status.state
        if state in ENDS:
            return self._made(task, successor, Departure.FAILED, cause_of(successor), entered(successor))
        if not holds_a_place(successor):
            return self._made(task, None, Departure.STOPPED, "", entered(task))
        if state == "running":
            return self._made(task, successor, Departure.MOVED, "", entered(successor))
        if state == "pending" and self.waits is not None:
            return self._made(task, successor, Departure.WAITING, f"pending: {self.waits.why}", entered(successor))
        trouble = f"{state}: {successor.status.err}" if successor.status.err else ""
        return self._made(task, successor, Departure.STARTING, trouble, entered(successor))

    def _made(self, task: Task, successor: Task | None, stage: Departure, trouble: str, since: float | None) -> Leaving:
        node = self.cluster.node_name(successor.node_id) if successor is not None and successor.node_id else ""
        return Leaving(self.cluster.task_name(task), task, successor, node, stage, trouble, since)
