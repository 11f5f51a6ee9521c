"""Occupancy: what the tasks on each node take of it, kept from snapshot to snapshot.

The rules are swarmkit's (manager/scheduler/nodeinfo.go): a task takes what it reserves, and its fixed ports in host
mode, until it has ended, also while it is being stopped. Tasks do not tell what they reserve; their services do, so
that during an update of the reservation the old tasks are counted as if they were new.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.judgement.capacity import Demand
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.states import is_leaving, is_placed

__all__ = ["HostPort", "Occupancy", "Taken"]

HostPort = tuple[str, int]
"""Protocol and number."""


@dataclass
class Taken:
    """What is taken of one node.

    Attributes:
        nano_cpus, memory_bytes: what tasks reserve.
        ports: host ports in use, with the ID of the service that has each.
        leaving_cpus, leaving_memory: the part of it that tasks have which are being stopped.
        leaving_ports: the ports that only such tasks have.
        generic, leaving_generic: the same of each kind of generic resource.
    """

    nano_cpus: int = 0
    memory_bytes: int = 0
    ports: dict[HostPort, str] = field(default_factory=dict)
    leaving_cpus: int = 0
    leaving_memory: int = 0
    leaving_ports: set[HostPort] = field(default_factory=set)
    generic: dict[str, int] = field(default_factory=dict)
    leaving_generic: dict[str, int] = field(default_factory=dict)

    def add(self, demand: Demand, service_id: str, *, leaving: bool) -> None:
        self.nano_cpus += demand.nano_cpus
        self.memory_bytes += demand.memory_bytes
        if leaving:
            self.leaving_cpus += demand.nano_cpus
            self.leaving_memory += demand.memory_bytes
        for kind, amount in demand.generic:
            self.generic[kind] = self.generic.get(kind, 0) + amount
            if leaving:
                self.leaving_generic[kind] = self.leaving_generic.get(kind, 0) + amount
        for port in demand.ports:
            if not leaving:
                self.leaving_ports.discard(port)
            elif port not in self.ports:
                self.leaving_ports.add(port)
            self.ports.setdefault(port, service_id)


@dataclass
class Occupancy:
    """Counts the tasks of a node when asked for, and again only when they, or what services reserve, have changed."""

    _services: Mapping[str, Service] | None = None
    _of_service: dict[str, tuple[Service, Demand]] = field(default_factory=dict)
    _demands: dict[str, Demand] = field(default_factory=dict)
    _known: dict[str, tuple[Mapping[str, tuple[Task, ...]], dict[str, Demand], Taken]] = field(default_factory=dict)

    def on(self, cluster: Cluster, node: Node) -> Taken:
        """What is taken of a node. Nobody may change what is given."""
        demands, groups = self._demands_of(cluster.services), cluster.groups_on(node.id)
        known = self._known.get(node.id)
        if known is not None and known[0] is groups and known[1] is demands:
            return known[2]
        taken = Taken()
        for service_id in demands.keys() & groups.keys() if len(demands) < len(groups) else groups:
            demand = demands.get(service_id)
            if demand is None:
                continue
            for task in groups[service_id]:
                if is_placed(task):
                    taken.add(demand, service_id, leaving=is_leaving(task))
        if len(self._known) > 2 * len(cluster.nodes) + 64:
            self._known.clear()
        self._known[node.id] = (groups, demands, taken)
        return taken

    def _demands_of(self, services: Mapping[str, Service]) -> dict[str, Demand]:
        """What the tasks of each service take that takes anything; the very same while that has not changed."""
        if services is self._services:
            return self._demands
        self._services = services
        fresh = dict[str, tuple[Service, Demand]]()
        for service_id, service in services.items():
            known = self._of_service.get(service_id)
            fresh[service_id] = known if known and known[0] is service else (service, Demand.of(service))
        self._of_service = fresh
        demands = {
            service_id: demand
            for service_id, (_, demand) in fresh.items()
            if demand.nano_cpus > 0 or demand.memory_bytes > 0 or demand.ports or demand.generic
        }
        if demands != self._demands:
            self._demands = demands
        return self._demands
