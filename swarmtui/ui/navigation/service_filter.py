"""ServiceFilter: which of the services are shown, where these are not all."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.stack_label import ServiceDependency, stack_of
from swarmtui.swarm.usage import users_of

__all__ = ["ServiceFilter", "of_stack", "users"]


class ServiceFilter(msgspec.Struct, frozen=True):
    """Attributes:
    title: what the services have in common, for the pane's title: "stack shop".
    of: gives those of a snapshot, in any order.
    """

    title: str
    of: Callable[[Cluster], list[Service]]


def of_stack(name: str) -> ServiceFilter:
    """The services of a stack."""

    def services(cluster: Cluster) -> list[Service]:
        return [service for service in cluster.services.values() if stack_of(service) == name]

    return ServiceFilter(f"of stack {name}", services)


def users(thing: ServiceDependency, word: str) -> ServiceFilter:
    """The services that use a secret, config or network.

    Args:
        word: what it is: "secret".
    """
    return ServiceFilter(f"that use {word} {thing.name}", lambda cluster: list(users_of(cluster, thing)))
