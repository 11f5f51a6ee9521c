"""Stats: all live figures that are known at one moment; and of which containers they are wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.stats.figures import Figures
from swarmtui.swarm.stats.track import Track

__all__ = ["MOST_CONTAINERS", "MOST_NODES", "NO_STATS", "Stats", "Subject", "Unreached", "container_of", "subjects_of"]

MOST_CONTAINERS, MOST_NODES = 400, 40
"""What is asked at most: figures of more are for a monitoring system."""


class Subject(msgspec.Struct, frozen=True):
    """A container of which figures are wanted.

    Attributes:
        container_id: its full ID.
        node: where it runs.
    """

    container_id: str
    node: Node


class Unreached(msgspec.Struct, frozen=True):
    """A node that gives no figures.

    Attributes:
        why: what stands in the way, with the layer and what helps.
        again_in: seconds until it is tried again; None when it is not tried again by itself.
    """

    why: str
    again_in: float | None = None


class Stats(msgspec.Struct, frozen=True):
    """Attributes:
    at: when this was put together, by our own clock in seconds.
    figures: the newest of each container, by its ID; what has become old is not there.
    tracks: the last minutes of each container.
    unreached: nodes that give no figures, by their IDs.
    wanted: the containers that are asked for, by their IDs.
    every: seconds from one sample of a container to its next.
    """

    at: float = 0.0
    figures: Mapping[str, Figures] = msgspec.field(default_factory=dict)
    tracks: Mapping[str, Track] = msgspec.field(default_factory=dict)
    unreached: Mapping[str, Unreached] = msgspec.field(default_factory=dict)
    wanted: frozenset[str] = frozenset()
    every: float = 0.0


NO_STATS = Stats()


def container_of(task: Task) -> str:
    """The ID of a task's container while it runs; "" when it has none."""
    status = task.status.container_status
    return status.container_id if status is not None and task.status.state == "running" else ""


def subjects_of(cluster: Cluster, tasks: Iterable[Task]) -> list[Subject]:
    """The containers of tasks on nodes that are ready, each once, as far as that is not too much."""
    found: dict[str, Subject] = {}
    nodes: set[str] = set()
    for task in tasks:
        container_id, node = container_of(task), cluster.nodes.get(task.node_id)
        if not container_id or container_id in found or node is None or not node.is_ready:
            continue
        if node.id not in nodes and len(nodes) >= MOST_NODES:
            continue
        nodes.add(node.id)
        found[container_id] = Subject(container_id, node)
        if len(found) >= MOST_CONTAINERS:
            break
    return list(found.values())
