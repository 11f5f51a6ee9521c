"""Containers that somebody attaches to a network of the swarm.

Source: moby daemon/container_operations.go, daemon/cluster/networks.go (AttachNetwork). On an engine each attachment is
a task, too; here it is none, so nobody finds it among the swarm's tasks.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from swarmtui.sim.agent.container import Container
from swarmtui.sim.agent.local_networks import Endpoint
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.objects.ids import Identities
from swarmtui.sim.objects.objects import Network
from swarmtui.sim.objects.spec import JSON

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine
    from swarmtui.sim.cluster import Cluster


def of_swarm(cluster: Cluster, machine: Machine, name: str) -> Network | None:
    """A network of the swarm that a machine is in, by ID or name; its own of that name comes before."""
    if any(name in (each.id, each.name) for each in machine.networks.values()):
        return None
    known = cluster.store.networks.values() if machine.node_id and not machine.fault else ()
    return next((each for each in known if name in (each.id, each.name) and not each.node_local), None)


def attach(container: Container, network: Network, asked: JSON) -> None:
    """Let a container be on a network of the swarm whenever it runs; ApiError where that may not be."""
    if not network.spec.get("Attachable"):
        raise ApiError(
            403,
            f"Could not attach to network {network.name}: rpc error: code = PermissionDenied desc = network "
            f"{network.name} not manually attachable",
        )
    container.attached[network.id] = (network, Endpoint(0, asked))
    if container.alive:
        _take(container)


def started(cluster: Cluster, machine: Machine, container: Container, mode: str) -> None:
    """A container is about to start: it gets its addresses.

    Args:
        mode: the network that it was made with.
    """
    network = of_swarm(cluster, machine, mode) if mode else None
    if network is not None and network.id not in container.attached:
        attach(container, network, {})
    _take(container)


def _take(container: Container) -> None:
    for network, end in container.attached.values():
        if not end.address:
            end.address = network.take() or 0


def ended(container: Container) -> None:
    """A container runs no more: its addresses are free."""
    for network, end in container.attached.values():
        network.used.discard(end.address)
        end.address = 0


def detach(container: Container, network_id: str) -> bool:
    """Take a container from a network of the swarm; False where it was not on it."""
    found = container.attached.pop(network_id, None)
    if found is not None:
        found[0].used.discard(found[1].address)
    return found is not None


def users(cluster: Cluster, network: Network) -> list[str]:
    """Who keeps a network by being attached to it, as the managers call them: tasks."""
    return [
        f"task {Identities(random.Random(str(each.container_id))).object()}"
        for machine in cluster.machines.values()
        for each in machine.storage.containers.values()
        if each.alive and network.id in each.attached
    ]
