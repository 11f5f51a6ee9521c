"""Memory: what was seen since the program started and the swarm may have forgotten since.

A swarm keeps a few ended tasks for each slot (its task history limit, 5 unless changed, also 0), and no moment at which
a node went down. What has been seen counts as evidence all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from swarmtui.swarm.cluster import Cluster, in_slot_order
from swarmtui.swarm.diagnosis.clocks import Clocks
from swarmtui.swarm.diagnosis.occupancy import Occupancy
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.tasks.states import FAILURES, holds_a_place

if TYPE_CHECKING:
    from swarmtui.swarm.images.answer import ImageAnswer
    from swarmtui.swarm.images.tag_list import TagList
    from swarmtui.swarm.nodes.node_evidence import NodeEvidence
    from swarmtui.swarm.tasks.container_evidence import ContainerEvidence

__all__ = ["Memory"]

MOST_OF_A_SERVICE = 50
"""Failed tasks that are remembered of one service at most; then the oldest go."""
AGE = 3600.0
"""Seconds after which a failure is forgotten here, too."""


@dataclass
class Memory:
    """Remembers failed tasks and the state changes of nodes.

    Attributes:
        node_changes: by node, the moments in seconds since 1970 at which it was seen to stop or begin being ready.
        occupancy: what the tasks on each node take of it.
        clocks: how far each node's clock is off.
        waiting: IDs of the services with tasks that wait for a node.
        containers: what containers told that somebody has looked at, by their IDs.
        nodes: what nodes' own engines told that somebody has looked at, by their IDs.
        images: what registries said that somebody has had asked, by the image.
        tags: what registries said of their tags that somebody has had asked, by the repository.
        rotating_since: since when at the latest the swarm's root CA is being rotated, in seconds since 1970; None while
            it is not.
    """

    node_changes: dict[str, list[float]] = field(default_factory=dict)
    occupancy: Occupancy = field(default_factory=Occupancy)
    clocks: Clocks = field(default_factory=Clocks)
    waiting: set[str] = field(default_factory=set)
    containers: dict[str, ContainerEvidence] = field(default_factory=dict)
    nodes: dict[str, NodeEvidence] = field(default_factory=dict)
    images: dict[str, ImageAnswer] = field(default_factory=dict)
    tags: dict[str, TagList] = field(default_factory=dict)
    rotating_since: float | None = None
    _states: dict[str, tuple[str, str]] = field(default_factory=dict)
    _since: dict[str, float] = field(default_factory=dict)
    _nodes: Mapping[str, Node] | None = None
    _groups: dict[str, tuple[Task, ...]] = field(default_factory=dict)
    _unread: dict[str, tuple[tuple[Task, ...] | None, tuple[Task, ...]]] = field(default_factory=dict)
    _failed: dict[str, dict[str, Task]] = field(default_factory=dict)

    def observe(self, cluster: Cluster, now: float) -> None:
        """Take in a snapshot, except for its tasks: those are read afterwards, a service with each `read`."""
        if cluster.nodes is not self._nodes:
            self._nodes = cluster.nodes
            for node in cluster.nodes.values():
                self._observe_node(node, now)
        self._observe_rotation(cluster, now)
        for service_id, group in cluster.tasks_by_service.items():
            if (before := self._groups.get(service_id)) is not group:
                self._groups[service_id] = group
                self._unread[service_id] = (
                    self._unread[service_id][0] if service_id in self._unread else before,
                    group,
                )
        if len(self._groups) > len(cluster.tasks_by_service):
            for service_id in self._groups.keys() - cluster.tasks_by_service.keys():
                del self._groups[service_id]
                self._unread.pop(service_id, None)
                self._failed.pop(service_id, None)
                self.waiting.discard(service_id)

    def read(self, now: float) -> bool:
        """Read the tasks of one service that have changed. Returns whether there were any."""
        if not self._unread:
            return False
        service_id, (before, group) = self._unread.popitem()
        self._observe_tasks(service_id, before or (), group, now)
        return True

    def in_state_since(self, node: Node) -> float | None:
        """Since when a node has its state and availability at the latest, in seconds since 1970.

        Swarm keeps no such moment. A node's object is written when its state changes (swarmkit manager/dispatcher), so
        its last change is not before that.
        """
        written = seconds_of(node.updated_at)
        seen = self._since.get(node.id)
        return written if seen is None else seen if written is None else min(seen, written)

    def with_forgotten(self, service_id: str, tasks: tuple[Task, ...]) -> tuple[Task, ...]:
        """A service's tasks with those that failed and that the swarm has forgotten, in the order of a snapshot."""
        failed = self._failed.get(service_id)
        if not failed:
            return tasks
        known = {task.id for task in tasks}
        forgotten = [task for task in failed.values() if task.id not in known]
        return tuple(in_slot_order([*tasks, *forgotten])) if forgotten else tasks

    def _observe_rotation(self, cluster: Cluster, now: float) -> None:
        """The swarm's object is written when a rotation begins, so it began no later than it was written last."""
        swarm = cluster.swarm
        if swarm is None or not swarm.root_rotation_in_progress:
            self.rotating_since = None
        elif self.rotating_since is None:
            self.rotating_since = min(now, seconds_of(swarm.updated_at) or now)

    def _observe_node(self, node: Node, now: float) -> None:
        state = (node.status.state, node.spec.availability)
        before = self._states.get(node.id)
        if before == state:
            return
        self._states[node.id] = state
        if before is None:
            return
        self._since[node.id] = now
        if (before[0] == "ready") != (state[0] == "ready"):
            self.node_changes.setdefault(node.id, []).append(now)
            del self.node_changes[node.id][:-MOST_OF_A_SERVICE]

    def _observe_tasks(self, service_id: str, before: tuple[Task, ...], group: tuple[Task, ...], now: float) -> None:
        """Of `before` all has been read: what stands in it too, the very same object, tells nothing new."""
        read = set(map(id, before))
        fresh = [task for task in group if id(task) not in read] if read else group
        self.clocks.look(fresh)
        if any(task.status.state == "pending" and holds_a_place(task) for task in group):
            self.waiting.add(service_id)
        else:
            self.waiting.discard(service_id)
        ended = [task for task in group if task.status.state in FAILURES]
        if not ended:
            return
        failed = {**self._failed.get(service_id, {}), **{task.id: task for task in ended}}
        newest = sorted(failed.values(), key=lambda task: task.status.timestamp)[-MOST_OF_A_SERVICE:]
        self._failed[service_id] = {
            task.id: task for task in newest if (at := seconds_of(task.status.timestamp)) and now - at < AGE
        }
