"""Which services use a secret, a config or a network: an index, since there may be thousands of each."""

from __future__ import annotations

from collections.abc import Mapping

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.natural import natural
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.stack_label import ServiceDependency

__all__ = ["Usage", "publishers_of", "usage_of", "users_of"]

NOBODY: tuple[Service, ...] = ()


class Usage:
    """Services by what they refer to.

    Args:
        services: all of the swarm's, by ID.
    """

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._by_reference: dict[str, list[Service]] = {}
        for service in services.values():
            for reference in service.dependency_ids:
                self._by_reference.setdefault(reference, []).append(service)
        for group in self._by_reference.values():
            group.sort(key=lambda service: natural(service.name))

    def of(self, thing: ServiceDependency) -> tuple[Service, ...]:
        """The services that refer to it, by name. (Networks may be referred to by their name as well.)"""
        found = self._by_reference.get(thing.id, NOBODY) if thing.id else NOBODY
        if not isinstance(thing, Network) or not thing.name:
            return tuple(found)
        by_name = self._by_reference.get(thing.name, NOBODY)
        return tuple(
            sorted({each.id: each for each in (*found, *by_name)}.values(), key=lambda each: natural(each.name))
        )


class _Newest:
    """The index of the newest services that were asked about: every view of a snapshot wants the same one."""

    def __init__(self) -> None:
        self._kept: tuple[Mapping[str, Service], Usage] | None = None

    def of(self, services: Mapping[str, Service]) -> Usage:
        kept = self._kept
        if kept is None or kept[0] is not services:
            kept = (services, Usage(services))
            self._kept = kept
        return kept[1]


_newest = _Newest()


def usage_of(cluster: Cluster) -> Usage:
    """The index of a snapshot's services; made once as long as they are the same."""
    return _newest.of(cluster.services)


def publishers_of(cluster: Cluster) -> tuple[Service, ...]:
    """The services that publish a port through the ingress network, by name."""
    found = [
        service for service in cluster.services.values() if any(port.publish_mode != "host" for port in service.ports)
    ]
    return tuple(sorted(found, key=lambda service: natural(service.name)))


def users_of(cluster: Cluster, thing: ServiceDependency) -> tuple[Service, ...]:
    """The services that need a secret, config or network, by name: of the ingress network, those that publish ports
    through it."""
    if isinstance(thing, Network) and thing.ingress:
        return publishers_of(cluster)
    return usage_of(cluster).of(thing)
