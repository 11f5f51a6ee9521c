"""The managers' store: every object, its indexes, its versions. Source: swarmkit manager/state/store.

A change is made to the object and then told to the store, which gives it the next raft index and queues it for the
watchers (swarmkit's WatchQueue). They are served after the present timer or request has done its work.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from swarmtui.sim.clock import Clock
from swarmtui.sim.objects.objects import Blob, ClusterVolume, Network, Node, Object, Service, Swarm, Task

Slots = dict[int | str, list[Task]]

_Named = Blob | Network | ClusterVolume

Handler = Callable[[Any], None]


class Store:
    """All objects of one swarm."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.index = 0
        self.swarm: Swarm | None = None
        self.nodes: dict[str, Node] = {}
        self.services: dict[str, Service] = {}
        self.tasks: dict[str, Task] = {}
        self.networks: dict[str, Network] = {}
        self.secrets: dict[str, Blob] = {}
        self.configs: dict[str, Blob] = {}
        self.volumes: dict[str, ClusterVolume] = {}
        self._slots: dict[str, Slots] = {}
        self._on_node: dict[str, dict[str, Task]] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._sorted: list[Task] | None = None
        self.queue: deque[tuple[str, Any]] = deque()
        """What the watchers have not heard of yet: ("task+" made, "task~" changed, "task-" gone, …) and the object."""
        self.listeners: dict[str, list[Handler]] = {}
        """Who hears of a change at once, such as the log of events."""

    # --- versions and news ---

    def _touch(self, thing: Object, what: str) -> None:
        self.index += 1
        thing.version = self.index
        thing.updated = self._clock.now()
        thing.cached = None
        self._tell(what, thing)

    def _tell(self, what: str, thing: Object) -> None:
        self.queue.append((what, thing))
        for listener in self.listeners.get(what, ()):
            listener(thing)

    def _create(self, table: dict[str, Any], thing: Object, what: str) -> None:
        table[thing.id] = thing
        thing.created = self._clock.now()
        self._touch(thing, what)

    # --- tasks ---

    def create_task(self, task: Task) -> None:
        self._enter(task)
        self._create(self.tasks, task, "task+")

    def restore_task(self, task: Task) -> None:
        """Put in a task that has been there for long: nobody is told (see populate)."""
        self._enter(task)
        self.tasks[task.id] = task
        self.index += 1
        task.version = self.index

    def _enter(self, task: Task) -> None:
        self._slots.setdefault(task.service_id, {}).setdefault(task.place, []).append(task)
        if task.node_id:
            self._on_node.setdefault(task.node_id, {})[task.id] = task
        self._sorted = None

    def assign(self, task: Task, node_id: str) -> None:
        """Say where a task is to run; `update_task` has to follow."""
        task.node_id = node_id
        self._on_node.setdefault(node_id, {})[task.id] = task

    def update_task(self, task: Task) -> None:
        if task.id in self.tasks:
            self._touch(task, "task~")

    def delete_task(self, task: Task) -> None:
        if self.tasks.pop(task.id, None) is None:
            return
        self._sorted = None
        slots = self._slots[task.service_id]
        slots[task.place].remove(task)
        if not slots[task.place]:
            del slots[task.place]
            if not slots:
                del self._slots[task.service_id]
        if task.node_id:
            self._on_node[task.node_id].pop(task.id, None)
        self.index += 1
        self._tell("task-", task)

    def slots(self, service_id: str) -> Slots:
        """A service's tasks by slot (or node, for global services). Do not change it."""
        return self._slots.get(service_id, {})

    def tasks_of(self, service_id: str) -> Iterator[Task]:
        for slot in list(self.slots(service_id).values()):
            yield from tuple(slot)

    def tasks_on(self, node_id: str) -> list[Task]:
        return list(self._on_node.get(node_id, {}).values())

    def all_tasks(self) -> list[Task]:
        """In the order of their IDs, as the real store lists them."""
        if self._sorted is None:
            self._sorted = sorted(self.tasks.values(), key=_by_id)
        return self._sorted

    # --- services ---

    def create_service(self, service: Service) -> None:
        self._names["service", service.spec.name.lower()] = service.id
        self._create(self.services, service, "service+")

    def update_service(self, service: Service) -> None:
        if service.id in self.services:
            self._touch(service, "service~")

    def delete_service(self, service: Service) -> None:
        del self.services[service.id]
        del self._names["service", service.spec.name.lower()]
        service.removed = True
        self.index += 1
        self._tell("service-", service)

    # --- nodes, the swarm ---

    def create_node(self, node: Node) -> None:
        self._create(self.nodes, node, "node+")

    def update_node(self, node: Node) -> None:
        if node.id in self.nodes:
            self._touch(node, "node~")

    def delete_node(self, node: Node) -> None:
        del self.nodes[node.id]
        self.index += 1
        self._tell("node-", node)

    def create_swarm(self, swarm: Swarm) -> None:
        self.swarm = swarm
        swarm.created = self._clock.now()
        self._touch(swarm, "swarm+")

    def update_swarm(self) -> None:
        assert self.swarm is not None
        self._touch(self.swarm, "swarm~")

    # --- secrets, configs, networks, cluster volumes ---

    def create_named(self, kind: str, thing: _Named) -> None:
        """Put in a "secret", "config", "network" or "volume"; the name has to be free."""
        self._names[kind, thing.name.lower()] = thing.id
        self._create(self.table(kind), thing, kind + "+")

    def update_named(self, kind: str, thing: _Named) -> None:
        self._touch(thing, kind + "~")

    def delete_named(self, kind: str, thing: _Named) -> None:
        del self.table(kind)[thing.id]
        del self._names[kind, thing.name.lower()]
        self.index += 1
        self._tell(kind + "-", thing)

    def table(self, kind: str) -> dict[str, Any]:
        """The objects of a kind, by ID."""
        tables: dict[str, dict[str, Any]] = {
            "node": self.nodes,
            "service": self.services,
            "task": self.tasks,
            "network": self.networks,
            "secret": self.secrets,
            "config": self.configs,
            "volume": self.volumes,
        }
        return tables[kind]

    def named(self, kind: str, name: str) -> str | None:
        """The ID of the service, secret, config or network of that name."""
        return self._names.get((kind, name.lower()))


def _by_id(task: Task) -> str:
    return task.id
