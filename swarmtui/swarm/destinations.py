"""Where you can go from an object, and the ways that several kinds of objects share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Named
from swarmtui.swarm.natural import natural
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.stack_label import ServiceDependency, stack_of
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.usage import users_of

__all__ = ["Destination", "of_dependency", "to_networks", "to_nodes", "to_stack", "to_things"]


class Destination(msgspec.Struct, frozen=True):
    """Somewhere to go.

    Attributes:
        kind: of the object; TASK stands for the tasks of a node or service.
        id: of the object, of a stack its name; of tasks, that of the node or service.
        text: "network shop_front".
    """

    kind: Kind
    id: str
    text: str


def to_things(things: Iterable[Named]) -> Iterator[Destination]:
    """To each of these, in their order."""
    for thing in things:
        yield Destination(thing.kind, thing.id, f"{thing.kind.word} {thing.name}")


def to_stack(thing: Service | ServiceDependency) -> Iterator[Destination]:
    """To the stack that something is of."""
    name = stack_of(thing)
    if name:
        yield Destination(Kind.STACK, name, f"stack {name}")


def to_nodes(cluster: Cluster, tasks: Iterable[Task]) -> Iterator[Destination]:
    """To the nodes that tasks are on, by name."""
    ids = {task.node_id for task in tasks if task.node_id in cluster.nodes}
    yield from to_things(sorted((cluster.nodes[each] for each in ids), key=lambda each: natural(each.name)))


def to_networks(cluster: Cluster, service: Service) -> Iterator[Destination]:
    """To the networks that a service is on, by name."""
    for network in sorted((cluster.networks or {}).values(), key=lambda each: natural(each.name)):
        if any(user.id == service.id for user in users_of(cluster, network)):
            yield from to_things([network])


def of_dependency(cluster: Cluster, thing: ServiceDependency) -> Iterator[Destination]:
    """From what services share: to its stack, and to who uses it."""
    yield from to_stack(thing)
    yield from to_things(users_of(cluster, thing))
