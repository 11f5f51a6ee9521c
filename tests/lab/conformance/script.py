"""The calls that are made on both swarms, in order: each leaves the swarm as the next one needs it."""

from __future__ import annotations

from collections.abc import Iterator

from . import calls_containers, calls_made, calls_objects, calls_services, calls_swarm, calls_tables
from .calls import Call


def calls() -> Iterator[Call]:
    """All calls, in order."""
    yield from (*calls_swarm.SYSTEM, *calls_swarm.SWARM, *calls_swarm.WORKER, *calls_swarm.NODES)
    yield from calls_objects.CREATED
    yield from (*calls_services.CREATED, *calls_services.SERVICES, *calls_services.REFUSED, *calls_services.TASKS)
    yield from (*calls_objects.OBJECTS, *calls_objects.NETWORKS)
    yield from calls_tables.calls()
    yield from (*calls_containers.CONTAINERS, *calls_containers.STORED)
    yield from (*calls_containers.LOGS, *calls_containers.EVENTS)
    yield from calls_made.MADE  # an engine remembers 64 events: these would push out those of nodes
    yield from (*calls_services.REMOVED, *calls_objects.REMOVED)
    yield from (*calls_swarm.LEFT, *calls_swarm.FRESH, *calls_swarm.BACK)
