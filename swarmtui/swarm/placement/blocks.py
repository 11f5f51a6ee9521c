"""The blocks of a grid: where each task of a service stands, and in which state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.history import Slot, slots_of
from swarmtui.swarm.tasks.states import FAILURES, is_finished, is_leaving, is_placed, is_waiting

__all__ = ["NOTHING", "NO_NODE", "Block", "Blocks", "Ground", "blocks_of", "total"]

NO_NODE = ""
"""In place of a node's ID: of tasks that have no node, or whose node is no longer in the swarm."""


class Block(Enum):
    """What a task is shown as; the value is the word for it. They are drawn in this order."""

    RUNNING = "running"
    STARTING = "starting"
    WAITING = "waiting"
    """It has no place on a node yet."""
    STOPPING = "stopping"
    FAILED = "failed"
    """It failed, and the task that is to replace it has not begun."""
    UNKNOWN = "unknown"
    """Its node is not ready: it may run or not."""


Blocks = Mapping[Block, int]
"""How many there are of each, in the order of `Block`; none of them 0."""

NOTHING: Blocks = {}


@dataclass(frozen=True)
class Ground:
    """The nodes that tasks stand on.

    Attributes:
        known: the IDs of all nodes.
        silent: those of the nodes that are not ready.
    """

    known: frozenset[str]
    silent: frozenset[str]

    @classmethod
    def of(cls, cluster: Cluster) -> Ground:
        return cls(frozenset(cluster.nodes), cluster.nodes_not_ready)

    def answers(self, node_id: str) -> bool:
        """Whether what a node reports of its tasks can be trusted."""
        return node_id in self.known and node_id not in self.silent


def blocks_of(cluster: Cluster, service_id: str, ground: Ground) -> Mapping[str, Blocks]:
    """A service's tasks by the ID of the node that they stand on (NO_NODE for none)."""
    found: dict[str, dict[Block, int]] = {}
    for node_id, block in _all(cluster, service_id, ground):
        place = node_id if node_id in ground.known else NO_NODE
        counts = found.setdefault(place, {})
        counts[block] = counts.get(block, 0) + 1
    return {place: _in_order(counts) for place, counts in found.items()}


def total(blocks: Iterable[Blocks]) -> Blocks:
    """All of them together."""
    counts: dict[Block, int] = {}
    for each in blocks:
        for block, number in each.items():
            counts[block] = counts.get(block, 0) + number
    return _in_order(counts)


def _in_order(counts: dict[Block, int]) -> Blocks:
    return counts if len(counts) == 1 else {block: counts[block] for block in Block if block in counts}


def _all(cluster: Cluster, service_id: str, ground: Ground) -> Iterator[tuple[str, Block]]:
    """A block for each task that is not history, with its node."""
    tasks = cluster.tasks_of(service_id) or ()
    if all(task.status.state == task.desired_state == "running" for task in tasks):  # by far the most services
        for task in tasks:
            yield task.node_id, Block.RUNNING if ground.answers(task.node_id) else Block.UNKNOWN
        return
    for slot in slots_of(cluster, service_id) or ():
        yield from _of_slot(slot, ground)


def _of_slot(slot: Slot, ground: Ground) -> Iterator[tuple[str, Block]]:
    """A block for what a slot has now, and one for each task before it that has not ended."""
    current = slot.current
    if len(slot.tasks) > 1 and current.desired_state == "ready" and (failed := _failed_before(slot)) is not None:
        yield failed.node_id, Block.FAILED
    elif (block := _by_state(current, ground)) is not None:
        yield current.node_id, block
    for task in slot.tasks:
        if task is not current and is_placed(task) and (block := _by_state(task, ground)) is not None:
            yield task.node_id, block


def _failed_before(slot: Slot) -> Task | None:
    """The task whose failure the current one waits out; None where it waits for something else."""
    before = slot.earlier[0]
    return before if before.status.state in FAILURES else None


def _by_state(task: Task, ground: Ground) -> Block | None:
    """What a task is shown as that is not history; None for one that has ended as it should."""
    if is_finished(task):
        return Block.FAILED if task.status.state in FAILURES else None
    if is_placed(task) and not ground.answers(task.node_id):
        return Block.UNKNOWN
    if is_leaving(task):
        return Block.STOPPING if is_placed(task) else None
    if task.status.state == "running":
        return Block.RUNNING
    return Block.WAITING if is_waiting(task) else Block.STARTING
