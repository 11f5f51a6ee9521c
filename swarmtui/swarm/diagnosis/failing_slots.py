"""The slots of a service in which tasks fail, told apart by what sort of failure it is, and words on them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum

from swarmtui.swarm.diagnosis import remedies
from swarmtui.swarm.diagnosis.finding import Remedy
from swarmtui.swarm.diagnosis.pull_problems import pull_problem
from swarmtui.swarm.diagnosis.rule import ServiceScene
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.tasks.ending import cause_of, exit_code_of
from swarmtui.swarm.tasks.failures import Failures
from swarmtui.swarm.units import age, size_text

__all__ = [
    "Sort",
    "began",
    "evidence_of",
    "likely_cause",
    "never_ran",
    "on_node",
    "slots_of_sort",
    "sort_of",
    "ways_back",
    "worst_of",
]

MOST_LINES = 3
"""Slots that are named in the evidence."""


class Sort(Enum):
    """What sort of failure ended a task."""

    IMAGE = "its image could not be pulled"
    UNHEALTHY = "its health check failed"
    REJECTED = "its node could not even create the container"
    ENDED = "its program ended, or could not be started"


def sort_of(task: Task) -> Sort:
    """What sort of failure ended a task."""
    if task.status.state == "rejected":
        return Sort.IMAGE if pull_problem(task) is not None else Sort.REJECTED
    return Sort.UNHEALTHY if "unhealthy container" in task.status.err else Sort.ENDED


def slots_of_sort(scene: ServiceScene, sort: Sort) -> tuple[Failures, ...]:
    """The slots whose newest failure is of a sort and where swarm still tries, or has tried with success since."""
    return _sorted.of(scene).get(sort, ())


class _Sorted:
    """The slots of the scene that was asked about last: several rules look at it one after another."""

    def __init__(self) -> None:
        self._kept: tuple[ServiceScene, dict[Sort, tuple[Failures, ...]]] | None = None

    def of(self, scene: ServiceScene) -> dict[Sort, tuple[Failures, ...]]:
        kept = self._kept
        if kept is None or kept[0] is not scene:
            found: dict[Sort, list[Failures]] = {}
            for each in scene.failures:
                if not each.gave_up:
                    found.setdefault(sort_of(each.newest), []).append(each)
            kept = self._kept = (scene, {sort: tuple(slots) for sort, slots in found.items()})
        return kept[1]


_sorted = _Sorted()


def worst_of(slots: Sequence[Failures]) -> Failures:
    return max(slots, key=lambda each: (each.count, each.last))


def began(slots: Sequence[Failures]) -> float:
    """When the first of the failures in a row was, in seconds since 1970."""
    return min(each.last - each.seconds for each in slots)


def on_node(scene: ServiceScene, task: Task) -> str:
    """ "web.3 on wrk1"; of a global service, whose tasks are called by their node, "agent.wrk1"."""
    name = scene.cluster.task_name(task)
    return f"{name} on {scene.cluster.node_name(task.node_id)}" if task.node_id and task.slot else name


def evidence_of(scene: ServiceScene, slots: Sequence[Failures]) -> Iterator[str]:
    """A line for each of the worst slots."""
    for each in sorted(slots, key=lambda slot: (slot.count, slot.last), reverse=True)[:MOST_LINES]:
        last = age(scene.now - each.last)
        done = each.newest.status.state == "complete"
        times = f"{each.count} {'ends' if done else 'failures'} in a row, last" if each.count > 1 else ""
        times = f"{times or ('ended' if done else 'failed')} {last} ago"
        yield f"{on_node(scene, each.newest)}: {times}: {cause_of(each.newest)}"
        status = each.newest.status.container_status
        told = scene.memory.containers.get(status.container_id) if status is not None else None
        if told is not None:
            yield from told.lines(scene.cluster.task_name(each.newest))
    if len(slots) > MOST_LINES:
        yield f"and {counted(len(slots) - MOST_LINES, 'other task')}"


def never_ran(task: Task) -> bool:
    """Whether the program of a failed task was never started, so that it has written no log."""
    return task.status.state == "rejected" or task.status.err.startswith("starting container failed")


def ways_back(service: Service) -> tuple[Remedy, ...]:
    """Another image: the one before where there is one, or any."""
    back = (remedies.roll_back(service),) if service.previous_spec is not None else ()
    return (*back, remedies.change_image(service))


_EXITS = {
    0: "The program ends by itself without an error. A service's program has to stay in the foreground.",
    1: "The program ends with an error of its own. Its log says which.",
    2: "The program ends with an error of its own, often a wrong option. Its log says which.",
    125: "The engine could not start the container.",
    126: "The command is there but cannot be executed: it lacks the permission, or was built for another platform.",
    127: "The command does not exist in the image, or not in its PATH.",
    130: "The program was interrupted (SIGINT), and not by swarm.",
    134: "The program aborted itself.",
    139: "The program crashed: it used memory that is not its own. That is a fault in the program or its image.",
    143: "Something asked the program to stop, and it was not swarm.",
}
"""What the exit code of a task that swarm did not stop most likely means. 137 depends on the service's limit."""

_ERRORS = tuple(
    (re.compile(pattern, re.IGNORECASE), cause)
    for pattern, cause in (
        (
            r"port is already allocated|address already in use",
            "The host port is taken on that node, by another container or by a program outside of docker.",
        ),
        (r"exec format error", "The image is built for another processor than that of the node."),
        (
            r"executable file not found|exec: .*no such file or directory",
            "The command does not exist in the image, or not in its PATH.",
        ),
        (r"exec: .*permission denied", "The command is there but not executable."),
        (
            r"bind source path does not exist|source path not found",
            "A bind mount's path is missing on that node. It has to exist on each node that may run the task.",
        ),
        (
            r"ip addresses may be exhausted|no available (?:ipv4 )?address|could not find an available IP",
            "The subnet of the service's network has no address left.",
        ),
        (r"network \S+ not found|could not find network", "A network of the service is missing on that node."),
        (
            r"error while mounting volume|failed to mount local volume|VolumeDriver\.|error looking up volume plugin",
            "A volume cannot be mounted: its driver or its storage does not answer on that node.",
        ),
        (r"cannot allocate memory", "The node is out of memory."),
        (r"no space left on device", "The node's disk is full."),
    )
)
"""Errors of the engine (moby daemon and libnetwork, runc) that tell what is missing."""


def likely_cause(service: Service, task: Task) -> str:
    """The likely cause of a task's end, in a sentence or two; "" when nothing tells."""
    if sort_of(task) is Sort.UNHEALTHY:
        return "Its health check fails, so swarm stops the task and starts another."
    known = next((cause for text, cause in _ERRORS if text.search(task.status.err)), "")
    code = exit_code_of(task)
    if known or code is None:
        return known
    return _killed(service) if code == 137 else _EXITS.get(code, "")


def _killed(service: Service) -> str:
    requirements = service.spec.task_template.resources
    limits = requirements.limits if requirements is not None else None
    if limits is not None and limits.memory_bytes:
        return (
            f"The kernel killed the program: most likely it used more memory than its limit of"
            f" {size_text(limits.memory_bytes)}. A docker kill ends the same way."
        )
    return (
        "The kernel killed the program: most likely it used more memory than its node has, since the service has no"
        " limit. A docker kill ends the same way."
    )
