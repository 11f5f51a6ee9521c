"""The ingress network: the routing mesh of published ports. A swarm has one, or none while it is being replaced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.consequences import Consequence, danger

__all__ = ["HOW_TO_CREATE", "lacks_ingress", "of_missing_ingress"]

HOW_TO_CREATE = "press n in the networks and turn on ingress"


def lacks_ingress(cluster: Cluster) -> bool:
    """Whether the swarm is known to have no ingress network."""
    return cluster.networks is not None and not any(each.ingress for each in cluster.networks.values())


def of_missing_ingress(cluster: Cluster, modes: Iterable[str]) -> Iterator[Consequence]:
    """What publishing ports means while there is none. Source: swarmkit manager/controlapi/service.go,
    `CreateService` and `UpdateService` ("service needs ingress network, but no ingress network is present").

    Args:
        modes: those of the ports to be published.
    """
    if lacks_ingress(cluster) and any(mode != "host" for mode in modes):
        yield danger(
            "The swarm has no ingress network: the engine will refuse ports in ingress mode."
            f" Create one first: {HOW_TO_CREATE}."
        )
