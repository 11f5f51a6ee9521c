"""FreeCapacity: how many more tasks of a service the nodes of a snapshot can take, by all filters but the volumes'.

The rules are swarmkit's (manager/scheduler/filter.go, nodeinfo.go): what tasks reserve is taken off what a node has, a
host port is there once, and a service may have a limit per node. Tasks are given places one by one, one a node first,
so that what one service takes is not there for the next. Where two services want the same last places, the scheduler
may serve the other one first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.services.constraints import Obstacle, obstacle

__all__ = ["Demand", "FreeCapacity"]

ANY_NUMBER = 1 << 30

HostPort = tuple[str, int]


class Demand(msgspec.Struct, frozen=True):
    """What each task of a service takes of its node.

    Attributes:
        nano_cpus, memory_bytes: what it reserves.
        ports: fixed ports in host mode, with their protocols.
        most: how many of them a node may have; 0 for any number.
        generic: how much of each kind of generic resource it reserves.
    """

    nano_cpus: int = 0
    memory_bytes: int = 0
    ports: frozenset[HostPort] = frozenset()
    most: int = 0
    generic: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, service: Service) -> Demand:
        template, endpoint = service.spec.task_template, service.spec.endpoint_spec
        reserved = template.resources.reservations if template.resources is not None else None
        published = endpoint.ports if endpoint is not None else None
        most = template.placement.max_replicas if template.placement is not None else 0
        if reserved is None and not published and most <= 0:
            return NOTHING
        return cls(
            reserved.nano_cpus if reserved is not None else 0,
            reserved.memory_bytes if reserved is not None else 0,
            frozenset(
                (port.protocol, port.published_port)
                for port in published or ()
                if port.publish_mode == "host" and port.published_port
            ),
            max(most, 0),
            tuple(reserved.generic.items()) if reserved is not None else (),
        )

    @property
    def limited(self) -> bool:
        """Whether a node can be full of such tasks."""
        return bool(self.nano_cpus > 0 or self.memory_bytes > 0 or self.generic or self.ports or self.most)


NOTHING = Demand()


@dataclass
class _Used:
    """What is taken of a node: of what it has, and how many tasks of each service were given a place."""

    nano_cpus: int = 0
    memory_bytes: int = 0
    ports: set[HostPort] = field(default_factory=set)
    generic: Counter[str] = field(default_factory=Counter)
    given: dict[str, int] = field(default_factory=dict)

    def add(self, demand: Demand, number: int) -> None:
        """Take as much more of it as so many tasks need."""
        self.nano_cpus += demand.nano_cpus * number
        self.memory_bytes += demand.memory_bytes * number
        self.ports |= demand.ports
        for kind, amount in demand.generic:
            self.generic[kind] += amount * number


class FreeCapacity:
    """The places that are left, counted down as they are given away.

    Args:
        cluster: the swarm's nodes as they will be; the tasks that it has.
        gone: the tasks that will not be there.
        services: the services as they are, by ID: what those tasks reserve that stay.
    """

    def __init__(self, cluster: Cluster, gone: Iterable[Task], services: Mapping[str, Service]) -> None:
        self._cluster = cluster
        self._gone: dict[str, Counter[str]] = {}
        for task in gone:
            self._gone.setdefault(task.node_id, Counter())[task.service_id] += 1
        self._services = services
        self._held: dict[str, Demand] = {}
        self._asked: dict[str, tuple[Service, Demand]] = {}
        self._used: dict[str, _Used] = {}
        self._eligible: dict[object, _Eligible] = {}

    # -------------------------------------------------------------------------------- asking

    def free_on(self, service: Service, node: Node) -> int:
        """How many more tasks of a service fit on a node that meets all else."""
        return self._room(service, node)[0]

    def nodes_for(self, service: Service) -> Iterator[Node]:
        """The nodes that could take a task of the service, whatever tasks they have."""
        return iter(self._eligible_for(service))

    def has_one_for(self, service: Service) -> bool:
        """Whether any node can take one more task of the service."""
        return any(self.free_on(service, node) > 0 for node in self.nodes_for(service))

    def obstacles(self, service: Service, apart_from: Container[str] = ()) -> Counter[Obstacle]:
        """How many nodes cannot take one more task of the service, and what keeps it off them.

        Args:
            apart_from: the IDs of nodes that are not counted.
        """
        found: Counter[Obstacle] = Counter()
        able = {node.id for node in self.nodes_for(service)}
        for node in self._cluster.nodes.values():
            if node.id in apart_from:
                continue
            reason = self._room(service, node)[1] if node.id in able else obstacle(service, node)
            if reason is not None:
                found[reason] += 1
        return found

    # -------------------------------------------------------------------------------- giving away

    def place(self, service: Service, number: int) -> int:
        """Give as many tasks of a service places as there are places for, at most so many; how many got one."""
        nodes = self.nodes_for(service)
        if not self._wanted(service).limited:
            return number if number and next(nodes, None) is not None else 0
        placed, rooms = 0, list[tuple[Node, int]]()
        for node in nodes:
            if placed == number:
                return placed
            room = self.free_on(service, node)
            if room > 0:
                placed += self._give(service, node, 1)
                rooms.append((node, room - 1))
        while placed < number and (rooms := [(node, room) for node, room in rooms if room > 0]):
            share = max((number - placed) // len(rooms), 1)
            for place, (node, room) in enumerate(rooms[: number - placed]):
                given = self._give(service, node, min(room, share))
                placed, rooms[place] = placed + given, (node, room - given)
        return placed

    def take(self, service: Service, node: Node) -> bool:
        """Give one task a place on this very node; whether there is one."""
        if self.free_on(service, node) <= 0:
            return False
        self._give(service, node, 1)
        return True

    def _give(self, service: Service, node: Node, number: int) -> int:
        used = self._used_on(node)
        used.add(self._wanted(service), number)
        used.given[service.id] = used.given.get(service.id, 0) + number
        return number

    # -------------------------------------------------------------------------------- counting

    def _eligible_for(self, service: Service) -> _Eligible:
        template = service.spec.task_template
        # What `obstacle` looks at: services that are alike in it share the search.
        key = (template.placement, template.resources, template.log_driver, service.mounts)
        known = self._eligible.get(repr(key))
        if known is None:
            known = self._eligible[repr(key)] = _Eligible(
                node for node in self._cluster.nodes.values() if obstacle(service, node) is None
            )
        return known

    def _room(self, service: Service, node: Node) -> tuple[int, Obstacle | None]:
        """How many more fit, and what keeps off the next where none does."""
        demand = self._wanted(service)
        if not demand.limited:
            return ANY_NUMBER, None
        used, has = self._used_on(node), node.description.resources
        room = ANY_NUMBER
        if demand.nano_cpus > 0:
            room = (has.nano_cpus - used.nano_cpus) // demand.nano_cpus
        if demand.memory_bytes > 0:
            room = min(room, (has.memory_bytes - used.memory_bytes) // demand.memory_bytes)
        if demand.generic:
            declared = has.generic
            for kind, amount in demand.generic:
                if amount > 0:
                    room = min(room, (declared.get(kind, 0) - used.generic[kind]) // amount)
        if room <= 0:
            return 0, Obstacle.RESERVED
        if demand.ports:
            if demand.ports & used.ports:
                return 0, Obstacle.PORT
            room = 1
        if demand.most:
            gone = self._gone.get(node.id)
            here = self._cluster.standing_on(node.id).get(service.id, 0) - (gone[service.id] if gone else 0)
            room = min(room, demand.most - here - used.given.get(service.id, 0))
            if room <= 0:
                return 0, Obstacle.FULL
        return room, None

    def _used_on(self, node: Node) -> _Used:
        known = self._used.get(node.id)
        if known is None:
            known = self._used[node.id] = _Used()
            gone, held, services = self._gone.get(node.id), self._held, self._services
            nano_cpus = memory_bytes = 0
            for service_id, number in self._cluster.standing_on(node.id).items():
                demand = held.get(service_id)
                if demand is None:
                    service = services.get(service_id)
                    demand = held[service_id] = NOTHING if service is None else Demand.of(service)
                if demand is NOTHING:
                    continue
                if gone is not None:
                    number -= gone[service_id]
                if number > 0:
                    nano_cpus += demand.nano_cpus * number
                    memory_bytes += demand.memory_bytes * number
                    if demand.ports:
                        known.ports |= demand.ports
                    for kind, amount in demand.generic:
                        known.generic[kind] += amount * number
            known.nano_cpus, known.memory_bytes = nano_cpus, memory_bytes
        return known

    def _wanted(self, service: Service) -> Demand:
        """Of the tasks that are to come."""
        known = self._asked.get(service.id)
        if known is None or known[0] is not service:
            known = self._asked[service.id] = (service, Demand.of(service))
        return known[1]


class _Eligible:
    """The nodes that a search has found so far; it continues only when more are wanted."""

    def __init__(self, search: Iterator[Node]) -> None:
        self._search = search
        self._found: list[Node] = []

    def __iter__(self) -> Iterator[Node]:
        place = 0
        while True:
            while place < len(self._found):
                yield self._found[place]
                place += 1
            node = next(self._search, None)
            if node is None:
                return
            self._found.append(node)
