"""What the scheduler knows of a node: its tasks, what is left of it, and which services fail there.

Source: swarmkit manager/scheduler/nodeinfo.go.
"""

from __future__ import annotations

from swarmtui.sim.objects import states
from swarmtui.sim.objects.objects import Node, Task
from swarmtui.sim.scheduler.genericresource import claim, consume, reclaim, stock

MONITOR_FAILURES = 300.0
MAX_FAILURES = 5

Port = tuple[str, int]


class NodeInfo:
    """A node as the scheduler counts it."""

    __slots__ = ("active", "cpus", "failures", "generic", "memory", "node", "of_service", "ports", "tasks")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.tasks: dict[str, bool] = {}
        """The tasks that take something of it, and whether each counts as active."""
        self.active = 0
        self.of_service: dict[str, int] = {}
        self.cpus = node.machine.cpus
        self.memory = node.machine.memory
        self.generic = stock(node.machine.generic_resources)
        self.ports: dict[Port, None] = {}
        self.failures: dict[tuple[str, int], list[float]] = {}

    def add(self, task: Task) -> None:
        """Count a task, or count it again."""
        wanted = task.desired <= states.COMPLETE
        counted = self.tasks.get(task.id)
        if counted is None:
            self.cpus -= task.spec.task.cpus
            self.memory -= task.spec.task.memory
            self._give(task)
            for port in host_ports(task):
                self.ports[port] = None
        if wanted != bool(counted):
            self._count(task, 1 if wanted else -1)
        self.tasks[task.id] = wanted

    def remove(self, task: Task) -> bool:
        """Count a task no more; whether it was counted."""
        counted = self.tasks.pop(task.id, None)
        if counted is None:
            return False
        if counted:
            self._count(task, -1)
        self.cpus += task.spec.task.cpus
        self.memory += task.spec.task.memory
        reclaim(self.generic, task.assigned)
        for port in host_ports(task):
            self.ports.pop(port, None)
        return True

    def _give(self, task: Task) -> None:
        """What it has already, at the beginning of a term; else what is free of what it reserves."""
        if task.assigned:
            consume(self.generic, task.assigned)
        elif task.spec.task.generic:
            task.assigned = claim(self.generic, task.spec.task.generic)

    def _count(self, task: Task, by: int) -> None:
        self.active += by
        count = self.of_service.get(task.service_id, 0) + by
        if count:
            self.of_service[task.service_id] = count
        else:
            self.of_service.pop(task.service_id, None)

    def failed(self, task: Task, now: float) -> None:
        """Remember that a task failed here, so that others may be preferred."""
        key = task.service_id, task.spec_version
        recent = [when for when in self.failures.get(key, ()) if now - when < MONITOR_FAILURES]
        self.failures[key] = [*recent, now]

    def recent_failures(self, key: tuple[str, int], now: float) -> int:
        """How often tasks of a service's version failed here in the last five minutes."""
        if key not in self.failures:
            return 0
        recent = [when for when in self.failures[key] if now - when <= MONITOR_FAILURES]
        if recent:
            self.failures[key] = recent
        else:
            del self.failures[key]
        return len(recent)

    def rank(self, service_id: str, spec_version: int, now: float) -> tuple[int, int, int]:
        """The smaller, the better: repeated failures, then tasks of the same service, then all tasks."""
        failures = self.recent_failures((service_id, spec_version), now) if self.failures else 0
        return (failures if failures >= MAX_FAILURES else 0, self.of_service.get(service_id, 0), self.active)


def host_ports(task: Task) -> list[Port]:
    """The ports that a task opens on its node itself."""
    return [
        (port["Protocol"], port["PublishedPort"])
        for port in task.spec.ports
        if port["PublishMode"] == "host" and port.get("PublishedPort")
    ]
