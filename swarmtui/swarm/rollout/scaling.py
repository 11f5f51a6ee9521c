"""A service on its way to the number of tasks that it is to have: each slot that comes or goes, and what holds it up.

For a service that is scaled, whose tasks are placed again, or that is short of tasks for another reason, while no
update is under way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.occupancy import Occupancy
from swarmtui.swarm.diagnosis.scheduling import Survey, survey
from swarmtui.swarm.diagnosis.scheduling_text import lines_by_node, why
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.rollout.slots import ENDS, SlotRollout, Stage, place_of
from swarmtui.swarm.services.replicas import count
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.tasks.ending import cause_of
from swarmtui.swarm.tasks.failures import Failures, entered, failures_of
from swarmtui.swarm.tasks.states import holds_a_place, is_finished, is_leaving

__all__ = ["HeldUp", "Scaling", "held_up", "scaling_of"]

MOST_LINES = 3
"""Lines that tell node by node why a task waits."""


@dataclass(frozen=True)
class HeldUp:
    """What keeps the next task of a service from a node.

    Attributes:
        why: "no node has gpu=true"; the scheduler's own sentence where a snapshot knows no reason.
        by_node: the same node by node, the nearest nodes first.
    """

    why: str
    by_node: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scaling:
    """How far a service is from the number of tasks that it is to have.

    Attributes:
        service: whose tasks they are.
        running: how many run, on nodes that are ready; None while that is not known.
        wanted: how many are to run; None likewise.
        slots: each slot that is there, comes or goes, those in trouble first; None while the tasks are not known.
        held_up: what keeps the tasks that wait off the nodes; None where none waits.
        now: the managers' time that this was made at, in seconds since 1970.
    """

    service: Service
    running: int | None
    wanted: int | None
    slots: tuple[SlotRollout, ...] | None
    held_up: HeldUp | None
    now: float

    @property
    def goes_on(self) -> bool:
        """Whether tasks are still to come or to go."""
        short = self.running is not None and self.wanted is not None and self.running != self.wanted
        return short or any(slot.stage is not Stage.DONE for slot in self.slots or ())

    @property
    def headline(self) -> str:
        """ "web 3 of 5 running: 1 pending, 1 starting; 2 stopping"."""
        if self.running is None or self.wanted is None:
            return f"{self.service.name}: the number of its tasks is not known yet"
        text = f"{self.service.name} {self.running} of {self.wanted} running"
        stages = Counter(slot.stage for slot in self.slots or ())
        coming = [f"{stages[stage]} {word}" for stage, word in _COMING.items() if stages[stage]]
        if missing := self._missing(stages):
            coming.append(f"{missing} not created yet")
        leaving = f"{stages[Stage.LEAVING]} stopping" if stages[Stage.LEAVING] else ""
        return "; ".join(part for part in (f"{text}: {', '.join(coming)}" if coming else text, leaving) if part)

    def _missing(self, stages: Counter[Stage]) -> int:
        """How many slots have no task at all yet."""
        if self.slots is None or self.wanted is None:
            return 0
        return max(self.wanted - (len(self.slots) - stages[Stage.LEAVING]), 0)


_COMING = {Stage.FAILED: "failing", Stage.HELD_UP: "held up", Stage.REPLACING: "starting"}


def scaling_of(cluster: Cluster, service: Service, now: float, occupancy: Occupancy) -> Scaling:
    """How far a service is from the number of tasks that it is to have.

    Args:
        now: the managers' time, in seconds since 1970.
        occupancy: kept from one look to the next.
    """
    replicas = count(cluster, service)
    tasks = cluster.tasks_of(service.id)
    if tasks is None:
        return Scaling(service, replicas.running, replicas.desired, None, None, now)
    waits = held_up(cluster, service, tasks, occupancy)
    groups: dict[tuple[int, str], list[Task]] = {}
    for task in tasks:
        groups.setdefault(place_of(task), []).append(task)
    failures = {place_of(each.current): each for each in failures_of(service, tasks)}
    look = _Look(cluster, now, waits)
    slots = [slot for place, group in groups.items() for slot in look.at(group, failures.get(place))]
    slots.sort(key=lambda slot: slot.stage)
    return Scaling(service, replicas.running, replicas.desired, tuple(slots), waits, now)


def held_up(cluster: Cluster, service: Service, tasks: Sequence[Task], occupancy: Occupancy) -> HeldUp | None:
    """What keeps those of a service's tasks off the nodes that wait for one; None where none waits.

    Args:
        tasks: the service's.
    """
    waiting = [task for task in tasks if task.status.state == "pending" and holds_a_place(task)]
    if not waiting:
        return None
    own = [cluster.nodes[task.node_id] for task in waiting if task.node_id in cluster.nodes]
    found: Survey = survey(cluster, service, occupancy, own or None)
    said = next((task.status.err for task in waiting if task.status.err), "")
    return HeldUp(
        why(found) or said or "the scheduler has not reached it yet", tuple(lines_by_node(found))[:MOST_LINES]
    )


@dataclass(frozen=True)
class _Look:
    """What is the same for all slots."""

    cluster: Cluster
    now: float
    waits: HeldUp | None

    def at(self, group: Sequence[Task], failures: Failures | None) -> Iterator[SlotRollout]:
        """One slot; none where nothing is wanted and nothing is left to stop.

        Args:
            group: its tasks, newest first.
        """
        task = next((task for task in group if holds_a_place(task)), group[0])
        found = self._stage(task, failures)
        if found is None:
            return
        stage, trouble, since = found
        yield SlotRollout(
            key=str(task.slot or task.node_id),
            name=self.cluster.task_name(task),
            node=self.cluster.node_name(task.node_id) if task.node_id else "",
            old=None,
            first=None,
            new=task,
            stage=stage,
            trouble=trouble,
            since=since,
        )

    def _stage(self, task: Task, failures: Failures | None) -> tuple[Stage, str, float | None] | None:
        """The stage, what is wrong, and since when; None for a slot that is over."""
        state, since = task.status.state, entered(task)
        if not holds_a_place(task):
            if state in ENDS and task.desired_state != "remove":
                return Stage.FAILED, cause_of(task), since
            answers = task.node_id not in self.cluster.nodes_not_ready
            if is_leaving(task) and not is_finished(task) and answers:
                return Stage.LEAVING, "", seconds_of(task.updated_at)
            return None
        if failures is not None and self.now < failures.steady_at:
            cause = cause_of(failures.newest)
            return (
                Stage.FAILED,
                cause if failures.count == 1 else f"{counted(failures.count, 'failure')}, {cause}",
                since,
            )
        if task.node_id in self.cluster.nodes_not_ready and state == "running":
            node = self.cluster.nodes[task.node_id]
            return Stage.HELD_UP, f"{node.name} is {node.status.state}", since
        if state == "running":
            return Stage.DONE, "", since
        if state == "pending" and self.waits is not None:
            return Stage.HELD_UP, f"pending: {self.waits.why}", since
        if task.status.err:
            return Stage.HELD_UP, f"{state}: {task.status.err}", since
        return Stage.REPLACING, "", seconds_of(task.created_at)
