"""A task, as the Engine API gives it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import msgspec
from msgspec.structs import force_setattr

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.base import Record, Version
from swarmtui.swarm.objects.cluster_volume import VolumeAttachment
from swarmtui.swarm.objects.task_template import PluginSpec, TaskContainerSpec

__all__ = ["Alike", "ContainerStatus", "Task", "TaskSpec", "TaskStatus"]

MOST_WORDS, MOST_SPECS = 50_000, 20_000
"""So many are remembered at most, for tasks to come."""


class ContainerStatus(Record, frozen=True):
    container_id: str = msgspec.field(name="ContainerID", default="")
    exit_code: int = 0


class TaskStatus(Record, frozen=True):
    """Where a task is, since when, and why. States in order: new, allocated, pending, assigned, accepted, preparing,
    ready, starting, running; then complete, shutdown, failed, rejected, remove, orphaned."""

    timestamp: str = ""
    state: str = "new"
    message: str = ""
    err: str = ""
    container_status: ContainerStatus | None = None


class TaskSpec(Record, frozen=True):
    container_spec: TaskContainerSpec | None = None
    force_update: int = 0
    plugin_spec: PluginSpec | None = None


class Task(Record, frozen=True):
    """One run of a service in one slot (or, of a global service, on one node). Source: Engine API, `GET /tasks`.

    There may be 150,000 of them, so what nothing here needs is left out: its version (nobody can update a task) and the
    number of its process.
    """

    kind: ClassVar[Kind] = Kind.TASK

    id: str = msgspec.field(name="ID", default="")
    created_at: str = ""
    updated_at: str = ""
    spec: TaskSpec = TaskSpec()
    service_id: str = msgspec.field(name="ServiceID", default="")
    slot: int = 0
    node_id: str = msgspec.field(name="NodeID", default="")
    status: TaskStatus = TaskStatus()
    desired_state: str = ""
    job_iteration: Version | None = None
    volumes: tuple[VolumeAttachment, ...] | None = None

    @property
    def image(self) -> str:
        return self.spec.container_spec.image if self.spec.container_spec else ""

    @property
    def plugin(self) -> str:
        """The plugin that it installs, as it is pulled; "" of a task that runs a container."""
        plugin = self.spec.plugin_spec
        return (plugin.remote or plugin.name) if plugin else ""


class Alike:
    """What tasks have alike, as one object for all of them: IDs of services and nodes, words of states, specs.

    A swarm's tasks are most of what is held of it. This takes 400 of their 1,100 bytes away, at 1 µs for each. It lasts
    from answer to answer, so that a task that changes shares with those that did not.
    """

    def __init__(self) -> None:
        self._words: dict[str, str] = {}
        self._specs: dict[tuple[object, ...], TaskSpec] = {}

    def share(self, tasks: Iterable[Task]) -> None:
        """Let these tasks, which nobody else has yet, have it."""
        if len(self._words) > MOST_WORDS or len(self._specs) > MOST_SPECS:
            self._words, self._specs = {}, {}  # of services and nodes that were removed, as it seems
        one, specs = self._words.setdefault, self._specs
        for task in tasks:
            status, container = task.status, task.spec.container_spec
            service_id = one(task.service_id, task.service_id)
            has: tuple[object, ...] = ()
            if container is not None:
                has = (container.image, *container.labels.items()) if container.labels else (container.image,)
            spec = specs.setdefault((service_id, task.spec.force_update, *has), task.spec)
            force_setattr(task, "service_id", service_id)
            force_setattr(task, "node_id", one(task.node_id, task.node_id))
            force_setattr(task, "desired_state", one(task.desired_state, task.desired_state))
            force_setattr(status, "state", one(status.state, status.state))
            force_setattr(status, "message", one(status.message, status.message))
            if spec == task.spec:
                force_setattr(task, "spec", spec)
