"""The scheduler's filters: what keeps a task off a node, and how that is said.

Source: swarmkit manager/scheduler/{filter,pipeline}.go.
"""

from __future__ import annotations

from collections.abc import Callable

from swarmtui.sim.objects.objects import Task
from swarmtui.sim.scheduler.constraint import all_met
from swarmtui.sim.scheduler.genericresource import has_enough
from swarmtui.sim.scheduler.nodeinfo import NodeInfo, host_ports
from swarmtui.sim.scheduler.volumes import VolumeSet

Check = Callable[[NodeInfo], bool]

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def _ready(task: Task) -> Check | None:
    return lambda info: info.node.accepts_tasks


def _resources(task: Task) -> Check | None:
    cpus, memory, generic = task.spec.task.cpus, task.spec.task.memory, task.spec.task.generic
    if not cpus and not memory and not generic:
        return None
    return lambda info: (
        cpus <= info.cpus and memory <= info.memory and all(has_enough(info.generic, each) for each in generic)
    )


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
_VOLUMES = (
    "cannot fulfill requested CSI volume mounts on 1 node",
    "cannot fulfill requested CSI volume mounts on {} nodes",
)
_SENTENCES = [*((one, several) for _, one, several in _FILTERS), _VOLUMES]


class Pipeline:
    """The filters that apply to one task; it counts which of them refused nodes since the last that passed all."""

    def __init__(self, task: Task, volumes: VolumeSet) -> None:
        self._checks: list[tuple[int, Check]] = []
        for number, (make, _, _) in enumerate(_FILTERS):
            check = make(task)
            if check is not None:
                self._checks.append((number, check))
        on_node = volumes.check(task)
        if on_node is not None:
            self._checks.append((len(_FILTERS), lambda info: on_node(info.node)))
        self._failures = [0] * len(_SENTENCES)

    def process(self, info: NodeInfo) -> bool:
        """Whether the task may run on a node."""
        for number, check in self._checks:
            if not check(info):
                self._failures[number] += 1
                return False
        if any(self._failures):
            self._failures = [0] * len(_SENTENCES)
        return True

    def explain(self) -> str:
        """Why no node was found, the commonest reason first."""
        reasons = [(count, number) for number, count in enumerate(self._failures) if count]
        reasons.sort(key=lambda each: -each[0])
        return "; ".join(
            _SENTENCES[number][0] if count == 1 else _SENTENCES[number][1].format(count) for count, number in reasons
        )
