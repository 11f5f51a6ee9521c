"""What became of the tasks of a node that is away: moved where, waiting, lost, and whose data stayed behind."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.occupancy import Occupancy
from swarmtui.swarm.diagnosis.scheduling import survey
from swarmtui.swarm.diagnosis.scheduling_text import why
from swarmtui.swarm.judgement.local_data import LeftBehind, data_left_behind
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.tasks.states import holds_a_place, is_placed, is_standing, is_waiting

__all__ = ["Lost", "lost_with"]


class Lost(msgspec.Struct, frozen=True):
    """The tasks of one service that were on a node.

    Attributes:
        service: whose tasks they are.
        moved: the tasks that run in their place now, or are about to.
        waiting: the names of the slots for which no node takes a task: "db.1".
        reason: why none does; "" when that is not known.
        unreplaced: how many have nothing in their place: a global service's, and those that Swarm has not got to.
        left: the tasks that run without the data that stayed on the node.
    """

    service: Service
    moved: tuple[Task, ...]
    waiting: tuple[str, ...]
    reason: str
    unreplaced: int
    left: tuple[LeftBehind, ...]

    def lines(self, cluster: Cluster) -> Iterator[str]:
        name = self.service.name
        if self.waiting:
            reason = f": {self.reason}" if self.reason else ""
            yield f"{listed(self.waiting, 3)} could not move{reason}"
        if self.moved:
            nodes = listed({cluster.node_name(task.node_id) for task in self.moved}, 4)
            yield f"{counted(len(self.moved), f'task of {name}', f'tasks of {name}')} moved to {nodes}"
        if self.unreplaced and self.service.spec.mode.name.startswith("global"):
            yield f"{name} had its task there, as on every node"
        elif self.unreplaced:
            yield f"{counted(self.unreplaced, f'task of {name}', f'tasks of {name}')} not replaced yet"
        for each in self.left:
            yield each.text(cluster)


def lost_with(cluster: Cluster, node: Node, occupancy: Occupancy) -> list[Lost]:
    """What was on a node, by service; tasks that had ended before are not told. In the order of names."""
    found = list[Lost]()
    for service_id, tasks in cluster.groups_on(node.id).items():
        service = cluster.services.get(service_id)
        there = [task for task in tasks if is_placed(task)]
        if service is not None and there:
            found.append(_lost(cluster, service, node, there, occupancy))
    return sorted(found, key=lambda each: each.service.name)


def _lost(cluster: Cluster, service: Service, node: Node, there: list[Task], occupancy: Occupancy) -> Lost:
    slots = {task.slot for task in there if task.slot}
    others = [
        task
        for task in cluster.tasks_of(service.id) or ()
        if task.slot in slots and task.node_id != node.id and holds_a_place(task)
    ]
    moved = {task.slot: task for task in others if is_standing(task)}
    waits = {task.slot: task for task in others if is_waiting(task) and task.slot not in moved}
    return Lost(
        service,
        tuple(moved.values()),
        tuple(cluster.task_name(task) for task in waits.values()),
        why(survey(cluster, service, occupancy)) if waits else "",
        len(slots - moved.keys() - waits.keys()) or sum(not task.slot for task in there),
        tuple(each for each in data_left_behind(cluster, service) if each.was_on == node.id),
    )
