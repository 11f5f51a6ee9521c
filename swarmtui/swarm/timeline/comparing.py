"""What happened between two snapshots, except to their tasks: by kind, only what is not the same object as before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.timeline.event import Event
from swarmtui.swarm.timeline.files import file_events, file_past, network_events
from swarmtui.swarm.timeline.nodes import node_events, node_past
from swarmtui.swarm.timeline.services import service_events, service_past

__all__ = ["LISTS", "between", "past_of"]

Objects = Mapping[str, Any]
Between = Callable[[Any, Any, Cluster, float], Iterator[Event]]
Past = Callable[[Any, Cluster, float], Iterator[Event]]

_FILES: tuple[Between, Past] = (
    lambda before, after, cluster, now: file_events(before, after, now),
    lambda thing, cluster, now: file_past(thing, now),
)

_RULES: Mapping[Kind, tuple[Between, Past]] = {
    Kind.NODE: (
        lambda before, after, cluster, now: node_events(before, after, now),
        lambda thing, cluster, now: node_past(thing, now),
    ),
    Kind.SERVICE: (service_events, service_past),
    Kind.SECRET: _FILES,
    Kind.CONFIG: _FILES,
    Kind.NETWORK: (
        lambda before, after, cluster, now: network_events(before, after, now),
        lambda thing, cluster, now: network_events(None, thing, now),
    ),
}

LISTS = tuple(_RULES)
"""The kinds that are compared by their lists."""


def between(kind: Kind, before: Objects, after: Objects, cluster: Cluster, now: float) -> Iterator[Event]:
    """What happened between two sights of a kind's list.

    Args:
        cluster: the later snapshot.
        now: the managers' time, in seconds since 1970.
    """
    events, _ = _RULES[kind]
    for key, thing in after.items():
        if before.get(key) is not thing:
            yield from events(before.get(key), thing, cluster, now)
    for key, thing in before.items():
        if key not in after:
            yield from events(thing, None, cluster, now)


def past_of(kind: Kind, objects: Objects, cluster: Cluster, now: float) -> Iterator[Event]:
    """What the swarm keeps of the past of a kind's objects."""
    _, past = _RULES[kind]
    for thing in objects.values():
        yield from past(thing, cluster, now)
