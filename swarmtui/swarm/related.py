"""Where one can go from an object: what it belongs to, what it uses, what uses it, where it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects import Node, Service, Task
from swarmtui.swarm.shared import Network, StoredConfig, StoredSecret, stack_of
from swarmtui.swarm.stacks import Stack
from swarmtui.swarm.states import holds_a_place
from swarmtui.swarm.usage import users_of

__all__ = ["Place", "related"]

T = TypeVar("T", StoredSecret, StoredConfig)


@dataclass(frozen=True)
class Place:
    """Somewhere to go.

    Attributes:
        kind: of the object; TASK stands for the tasks of a node or service.
        id: of the object, of a stack its name; of tasks, that of the node or service.
        text: "network shop_front".
    """

    kind: Kind
    id: str
    text: str


def related(cluster: Cluster, item: object) -> tuple[Place, ...]:
    """Where one can go from an object of a snapshot; nearest first."""
    for sort, places in SORTS:
        if isinstance(item, sort):
            return tuple(dict.fromkeys(places(cluster, item)))
    return ()


def _of_service(cluster: Cluster, service: Service) -> Iterator[Place]:
    yield from _stack_of(service)
    yield Place(Kind.TASK, service.id, f"tasks of {service.name}")
    yield from _nodes(cluster, (t for t in cluster.tasks_of(service.id) or () if holds_a_place(t)))
    yield from _networks_of(cluster, service)
    for secret in _named(cluster.secrets, service.secret_ids):
        yield Place(Kind.SECRET, secret.id, f"secret {secret.name}")
    for config in _named(cluster.configs, service.config_ids):
        yield Place(Kind.CONFIG, config.id, f"config {config.name}")


def _of_task(cluster: Cluster, task: Task) -> Iterator[Place]:
    service = cluster.services.get(task.service_id)
    if service is not None:
        yield Place(Kind.SERVICE, service.id, f"service {service.name}")
    yield from _nodes(cluster, [task])
    if service is not None:
        yield from _stack_of(service)
        yield from _networks_of(cluster, service)


def _of_node(cluster: Cluster, node: Node) -> Iterator[Place]:
    yield Place(Kind.TASK, node.id, f"tasks on {node.name}")
    ids = {task.service_id for task in cluster.tasks_on(node.id) if holds_a_place(task)}
    yield from _services(cluster.services[each] for each in ids if each in cluster.services)


def _of_stack(cluster: Cluster, stack: Stack) -> Iterator[Place]:
    yield from _services(stack.services)
    yield from (Place(Kind.NETWORK, each.id, f"network {each.name}") for each in stack.networks)
    yield from (Place(Kind.SECRET, each.id, f"secret {each.name}") for each in stack.secrets)
    yield from (Place(Kind.CONFIG, each.id, f"config {each.name}") for each in stack.configs)


def _of_shared(cluster: Cluster, thing: StoredSecret | StoredConfig | Network) -> Iterator[Place]:
    yield from _stack_of(thing)
    yield from _services(users_of(cluster, thing))


SORTS: tuple[tuple[type | tuple[type, ...], Callable[..., Iterator[Place]]], ...] = (
    (Service, _of_service),
    (Task, _of_task),
    (Node, _of_node),
    (Stack, _of_stack),
    ((StoredSecret, StoredConfig, Network), _of_shared),
)


def _stack_of(thing: Service | StoredSecret | StoredConfig | Network) -> Iterator[Place]:
    name = stack_of(thing)
    if name:
        yield Place(Kind.STACK, name, f"stack {name}")


def _services(services: Iterable[Service]) -> Iterator[Place]:
    for service in sorted(services, key=lambda each: each.name):
        yield Place(Kind.SERVICE, service.id, f"service {service.name}")


def _nodes(cluster: Cluster, tasks: Iterable[Task]) -> Iterator[Place]:
    ids = {task.node_id for task in tasks if task.node_id in cluster.nodes}
    for node in sorted((cluster.nodes[each] for each in ids), key=lambda each: each.name):
        yield Place(Kind.NODE, node.id, f"node {node.name}")


def _networks_of(cluster: Cluster, service: Service) -> Iterator[Place]:
    for network in sorted((cluster.networks or {}).values(), key=lambda each: each.name):
        if network.id in service.network_ids or network.name in service.network_ids:
            yield Place(Kind.NETWORK, network.id, f"network {network.name}")


def _named(known: Mapping[str, T] | None, ids: frozenset[str]) -> list[T]:
    return sorted(((known or {})[each] for each in ids if each in (known or {})), key=lambda each: each.name)
