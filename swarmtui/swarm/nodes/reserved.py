"""What the tasks of a node have reserved."""

from __future__ import annotations

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.judgement.capacity import Demand
from swarmtui.swarm.objects.node import Resources
from swarmtui.swarm.tasks.states import holds_a_place

__all__ = ["reserved_on"]


def reserved_on(cluster: Cluster, node_id: str) -> tuple[Resources, int]:
    """What tasks with a place on a node have reserved, by their services' specs; and of how many that is unknown."""
    nano, size, unknown = 0, 0, 0
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
    return Resources(nano, size), unknown
