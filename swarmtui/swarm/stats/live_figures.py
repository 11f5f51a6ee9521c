"""LiveFigures: what is used by tasks, services and nodes of one snapshot, as far as it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.stats.figures import Total, total_of
from swarmtui.swarm.stats.stats import MOST_CONTAINERS, NO_STATS, Stats, Unreached, container_of
from swarmtui.swarm.stats.track import Track

__all__ = ["LiveFigures"]

UNKNOWN = Total()
KEPT = 2_000
"""Totals that are kept to be compared with the next."""


@dataclass(frozen=True, eq=False)
class LiveFigures:
    """
    Attributes:
        cluster: the snapshot.
        stats: what is known of its containers.
    """

    cluster: Cluster
    stats: Stats = NO_STATS
    _totals: dict[str, Total] = field(default_factory=dict, repr=False)
    _before: Mapping[str, Total] = field(default_factory=dict, repr=False)

    def then(self, cluster: Cluster, stats: Stats) -> LiveFigures:
        """The next ones. A total that says the same stays the same object."""
        before = {**self._before, **self._totals} if len(self._before) < KEPT else self._totals
        return LiveFigures(cluster, stats, _before=before)

    def of_task(self, task: Task) -> Total:
        """What a task's container uses. Its limit is one that is set: without one, engines tell the node's memory."""
        return self._total(task.id, lambda: self._of_one(task))

    def of_service(self, service_id: str) -> Total:
        """What all tasks of a service use together."""
        return self._total(service_id, lambda: self._sum(self.cluster.tasks_of(service_id) or ()))

    def of_node(self, node_id: str) -> Total:
        """What the swarm's tasks on a node use together; other programs and containers there are not counted."""
        return self._total(node_id, lambda: self._sum(self.cluster.tasks_on(node_id)))

    def _total(self, key: str, make: Callable[[], Total]) -> Total:
        known = self._totals.get(key)
        if known is None:
            known, before = make(), self._before.get(key)
            known = self._totals[key] = before if before == known and before is not None else known
        return known

    def _of_one(self, task: Task) -> Total:
        known = self.stats.figures.get(container_of(task))
        if known is None:
            return UNKNOWN
        node = self.cluster.nodes.get(task.node_id)
        has = node.description.resources.memory_bytes if node is not None else 0
        if known.limit is not None and 0 < has <= known.limit * 1.01:
            known = replace(known, limit=None)
        return Total(known, 1, 1)

    def _sum(self, tasks: Sequence[Task]) -> Total:
        if len(tasks) > 10 * MOST_CONTAINERS:  # as many are never asked for, and looking would take its time
            return UNKNOWN
        ids = [container_id for task in tasks if (container_id := container_of(task))]
        return total_of(self.stats.figures.get(container_id) for container_id in ids)

    def tracks_of(self, tasks: Sequence[Task]) -> list[Track]:
        """The last minutes of tasks, as far as they are known."""
        tracks = (self.stats.tracks.get(container_of(task)) for task in tasks)
        return [track for track in tracks if track is not None]

    def unreached(self, tasks: Sequence[Task]) -> dict[str, Unreached]:
        """Nodes of tasks that give no figures, by their names."""
        ids = dict.fromkeys(task.node_id for task in tasks if container_of(task))
        return {
            self.cluster.node_name(each): self.stats.unreached[each] for each in ids if each in self.stats.unreached
        }

    @property
    def known(self) -> int:
        """Of how many of the containers that are asked for there are figures."""
        return len(self.stats.figures)

    @property
    def words(self) -> str:
        """How far it is with them, for a title."""
        wanted, silent = len(self.stats.wanted), len(self.stats.unreached)
        refusing = f", none from {silent} node{'s' if silent > 1 else ''}" if silent else ""
        if not self.known:
            return f"fetching figures …{refusing}" if wanted else "live figures: no container runs"
        return f"live figures{refusing}"
