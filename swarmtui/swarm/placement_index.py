"""Which tasks are on which node, kept along a chain of snapshots.

Tasks are held by service. Turning 150,000 of them round for every snapshot takes a tenth of a second and more, though
from one to the next only a few services change: so the index is made from the one before, by what differs.
"""

from __future__ import annotations

from collections.abc import Mapping

from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.states import is_standing

__all__ = ["PlacementIndex"]

ByService = Mapping[str, tuple[Task, ...]]
ByNode = dict[str, dict[str, tuple[Task, ...]]]
"""By node and then by service."""


class PlacementIndex:
    """Remembers the newest index. The snapshots of one swarm share it; any thread may ask.

    It holds one pair of values, which is replaced as a whole: whoever asks for an older snapshot gets an index made
    from whatever pair is there, and only loses time.
    """

    def __init__(self) -> None:
        self._known: tuple[ByService, ByNode] = ({}, {})
        self._standing: dict[str, tuple[Mapping[str, tuple[Task, ...]], Mapping[str, int]]] = {}

    def of(self, tasks: ByService) -> Mapping[str, Mapping[str, tuple[Task, ...]]]:
        """The tasks by node and by service. Nobody may change what is given."""
        before, index = self._known
        if before is not tasks:
            index = _after(before, tasks, index) if before else _index(tasks)
            self._known = (tasks, index)
        return index

    def standing(self, tasks: ByService, node_id: str) -> Mapping[str, int]:
        """How many tasks of each service have their place on a node; counted again only when its tasks have changed."""
        groups = self.of(tasks).get(node_id, _NONE)
        known = self._standing.get(node_id)
        if known is None or known[0] is not groups:
            counts = {service_id: sum(map(is_standing, group)) for service_id, group in groups.items()}
            known = self._standing[node_id] = (groups, {key: number for key, number in counts.items() if number})
        return known[1]


_NONE: Mapping[str, tuple[Task, ...]] = {}


def _index(tasks: ByService) -> ByNode:
    """The whole index."""
    index: ByNode = {}
    for service_id, group in tasks.items():
        for node_id, here in _by_node(group).items():
            index.setdefault(node_id, {})[service_id] = here
    return index


def _after(before: ByService, tasks: ByService, index: ByNode) -> ByNode:
    """The index after some services' tasks have changed. Nodes whose tasks are the same keep their very mapping."""
    fresh = dict(index)
    own: set[str] = set()
    for service_id in before.keys() | tasks.keys():
        old, new = before.get(service_id, ()), tasks.get(service_id, ())
        if old is new:
            continue
        groups = _by_node(new)
        for node_id in {task.node_id for task in old if task.node_id} | groups.keys():
            group, known = groups.get(node_id), fresh.get(node_id, _NONE).get(service_id)
            if group == known:
                continue
            if node_id not in own:
                own.add(node_id)
                fresh[node_id] = dict(fresh.get(node_id, _NONE))
            if group is None:
                del fresh[node_id][service_id]
            else:
                fresh[node_id][service_id] = group
    return fresh


def _by_node(tasks: tuple[Task, ...]) -> dict[str, tuple[Task, ...]]:
    """Most nodes have one task of a service, if any, so that to add to a tuple costs less than to fill a list."""
    groups: dict[str, tuple[Task, ...]] = {}
    for task in tasks:
        if task.node_id:
            known = groups.get(task.node_id)
            groups[task.node_id] = (task,) if known is None else (*known, task)
    return groups
