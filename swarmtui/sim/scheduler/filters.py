"""The scheduler's filters: what keeps a task off a node, and how that is said.

Source: swarmkit manager/scheduler/{filter,pipeline}.go. Missing: CSI volumes.
"""

from __future__ import annotations

from collections.abc import Callable

from swarmtui.sim.objects.objects import Task
from swarmtui.sim.scheduler.constraint import all_met
from swarmtui.sim.scheduler.nodeinfo import NodeInfo, host_ports

Check = Callable[[NodeInfo], bool]

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def _ready(task: Task) -> Check | None:
    return lambda info: info.node.accepts_tasks


def _resources(task: Task) -> Check | None:
    cpus, memory = task.spec.task.cpus, task.spec.task.memory
    if not cpus and not memory:
        return None
    return lambda info: cpus <= info.cpus and memory <= info.memory


def _plugins(task: Task) -> Check | None:
    template = task.spec.task
    needed = [("Volume", name) for name in template.volume_drivers]
    needed += [("Network", network.spec.get("Driver") or "overlay") for network, _ in task.addresses]
    if template.log_driver not in (None, "", "none"):
        needed.append(("Log", str(template.log_driver)))
    if not needed:
        return None
    return lambda info: all(info.node.machine.has_plugin(kind, name) for kind, name in needed)


def _constraints(task: Task) -> Check | None:
    constraints = task.spec.task.constraints
    return (lambda info: all_met(constraints, info.node)) if constraints else None


def _platform(task: Task) -> Check | None:
    platforms = [(_ARCHITECTURES.get(architecture, architecture), os) for architecture, os in task.spec.task.platforms]
    if not platforms:
        return None

    def supported(info: NodeInfo) -> bool:
        machine = info.node.machine
        own = _ARCHITECTURES.get(machine.architecture, machine.architecture)
        return any(architecture in ("", own) and os in ("", machine.os) for architecture, os in platforms)

    return supported


def _host_ports(task: Task) -> Check | None:
    ports = host_ports(task)
    return (lambda info: not any(port in info.ports for port in ports)) if ports else None


def _max_replicas(task: Task) -> Check | None:
    limit = task.spec.task.max_replicas
    return (lambda info: info.of_service.get(task.service_id, 0) < limit) if limit else None


_FILTERS: list[tuple[Callable[[Task], Check | None], str, str]] = [
    (_ready, "1 node not available for new tasks", "{} nodes not available for new tasks"),
    (_resources, "insufficient resources on 1 node", "insufficient resources on {} nodes"),
    (_plugins, "missing plugin on 1 node", "missing plugin on {} nodes"),
    (
        _constraints,
        "scheduling constraints not satisfied on 1 node",
        "scheduling constraints not satisfied on {} nodes",
    ),
    (_platform, "unsupported platform on 1 node", "unsupported platform on {} nodes"),
    (_host_ports, "host-mode port already in use on 1 node", "host-mode port already in use on {} nodes"),
    (_max_replicas, "max replicas per node limit exceed", "max replicas per node limit exceed"),
]


class Pipeline:
    """The filters that apply to one task; it counts which of them refused nodes since the last that passed all."""

    def __init__(self, task: Task) -> None:
        self._checks: list[tuple[int, Check]] = []
        for number, (make, _, _) in enumerate(_FILTERS):
            check = make(task)
            if check is not None:
                self._checks.append((number, check))
        self._failures = [0] * len(_FILTERS)

    def process(self, info: NodeInfo) -> bool:
        """Whether the task may run on a node."""
        for number, check in self._checks:
            if not check(info):
                self._failures[number] += 1
                return False
        if any(self._failures):
            self._failures = [0] * len(_FILTERS)
        return True

    def explain(self) -> str:
        """Why no node was found, the commonest reason first."""
        reasons = [(count, number) for number, count in enumerate(self._failures) if count]
        reasons.sort(key=lambda each: -each[0])
        return "; ".join(
            _FILTERS[number][1] if count == 1 else _FILTERS[number][2].format(count) for count, number in reasons
        )
