"""What the tasks of a node have reserved."""

from __future__ import annotations

from collections import Counter

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.judgement.capacity import Demand
from swarmtui.swarm.objects.node import GenericAmount, GenericResource, Resources
from swarmtui.swarm.tasks.states import holds_a_place

__all__ = ["reserved_on"]


def reserved_on(cluster: Cluster, node_id: str) -> tuple[Resources, int]:
    """What tasks with a place on a node have reserved, by their services' specs; and of how many that is unknown."""
    nano, size, unknown = 0, 0, 0
    generic = Counter[str]()
    for task in cluster.tasks_on(node_id):
        if not holds_a_place(task):
            continue
        service = cluster.services.get(task.service_id)
        if service is None:
            unknown += 1
            continue
        demand = Demand.of(service)
        nano += demand.nano_cpus
        size += demand.memory_bytes
        for kind, amount in demand.generic:
            generic[kind] += amount
    amounts = (GenericAmount(kind, amount) for kind, amount in generic.items())
    declared = tuple(GenericResource(discrete_resource_spec=each) for each in amounts)
    return Resources(nano, size, declared or None), unknown
