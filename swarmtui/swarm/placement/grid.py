"""The grid: services as rows, nodes as columns, kept from snapshot to snapshot.

Only what has changed is looked at: a service's tasks are sorted into blocks when they are other ones than before, and
what a node has reserved is added up when somebody looks at that node.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.occupancy import Occupancy, Taken
from swarmtui.swarm.natural import natural
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.placement.blocks import NOTHING, Blocks, Ground, blocks_of, total
from swarmtui.swarm.placement.grouping import BY_ROLE, Group, Grouping, groupings
from swarmtui.swarm.tasks.states import is_waiting

__all__ = ["Grid", "Placement", "Row"]

OfService = Mapping[str, Blocks]
"""The blocks of one service, by node."""


@dataclass(frozen=True)
class Row:
    """A service.

    Attributes:
        id, name: of the service; its tasks may outlast it.
        blocks: by node.
    """

    id: str
    name: str
    blocks: OfService

    def on(self, node_id: str) -> Blocks:
        """What stands on a node; NO_NODE for what has none."""
        return self.blocks.get(node_id, NOTHING)


@dataclass(frozen=True, eq=False)
class Grid:
    """Who runs where, at one moment.

    Attributes:
        cluster: the snapshot that it is made from.
        groups: of nodes, from left to right.
        rows: the services by name.
    """

    cluster: Cluster
    groups: tuple[Group, ...]
    rows: tuple[Row, ...]
    occupancy: Occupancy = field(repr=False)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes, from left to right."""
        return tuple(node for group in self.groups for node in group.nodes)

    @cached_property
    def blocks(self) -> Blocks:
        """Those of all services on all nodes."""
        return total(blocks for row in self.rows for blocks in row.blocks.values())

    def taken(self, node: Node) -> Taken:
        """What the tasks on a node have reserved of it."""
        return self.occupancy.on(self.cluster, node)

    def why_waiting(self, row: Row) -> str:
        """Why a service's tasks wait, as the scheduler says it; "" where it says nothing or none waits."""
        tasks = self.cluster.tasks_of(row.id) or ()
        return next((task.status.err for task in tasks if is_waiting(task) and task.status.err), "")


@dataclass
class Placement:
    """Makes the grid of each snapshot from the one before.

    Attributes:
        grouping: of the nodes.
    """

    grouping: Grouping = BY_ROLE
    _occupancy: Occupancy = field(default_factory=Occupancy)
    _ground: Ground | None = None
    _nodes: Mapping[str, Node] | None = None
    _groups: tuple[Grouping, tuple[Group, ...]] = (BY_ROLE, ())
    _known: dict[str, tuple[tuple[Task, ...], Service | None, Row]] = field(default_factory=dict)
    _grid: Grid | None = None

    def grid(self, cluster: Cluster) -> Grid:
        """The grid of a snapshot; the very same one while nothing in it has changed."""
        before, grouping = self._grid, self._groups[0]
        if before is not None and grouping == self.grouping and _same(before.cluster, cluster):
            return before
        if cluster.nodes is not self._nodes or grouping != self.grouping:
            self._nodes = cluster.nodes
            self._groups = (self.grouping, self.grouping.groups(cluster.nodes.values()))
        ground = Ground.of(cluster)
        if ground != self._ground:
            self._known.clear()
            self._ground = ground
        self._grid = Grid(cluster, self._groups[1], self._rows(cluster, ground), self._occupancy)
        return self._grid

    def regroup(self, cluster: Cluster) -> None:
        """Group the nodes in the next way."""
        ways = groupings(tuple(cluster.nodes.values()))
        at = ways.index(self.grouping) if self.grouping in ways else -1
        self.grouping = ways[(at + 1) % len(ways)]

    def _rows(self, cluster: Cluster, ground: Ground) -> tuple[Row, ...]:
        fresh: dict[str, tuple[tuple[Task, ...], Service | None, Row]] = {}
        for service_id in cluster.services.keys() | cluster.tasks_by_service.keys():
            tasks, service = cluster.tasks_of(service_id) or (), cluster.services.get(service_id)
            known = self._known.get(service_id)
            if known is not None and known[0] is tasks and known[1] is service:
                fresh[service_id] = known
            else:
                row = Row(service_id, cluster.service_name(service_id), blocks_of(cluster, service_id, ground))
                if service is not None or row.blocks:
                    fresh[service_id] = (tasks, service, row)
        self._known = fresh
        return tuple(sorted((row for _, _, row in fresh.values()), key=lambda row: (natural(row.name), row.id)))


def _same(before: Cluster, now: Cluster) -> bool:
    """Whether two snapshots have the same in a grid."""
    return before is now or (
        before.nodes is now.nodes
        and before.services is now.services
        and before.tasks_by_service is now.tasks_by_service
        and before.tasks_complete == now.tasks_complete
    )
