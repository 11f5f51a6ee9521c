"""A service, as the Engine API gives it: its spec, its ports, and how its update goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.base import Record, Version
from swarmtui.swarm.objects.task_template import FileTarget, Mount, NetworkReference, TaskTemplate

__all__ = [
    "Empty",
    "EndpointSpec",
    "JobStatus",
    "Port",
    "Replicated",
    "ReplicatedJob",
    "Service",
    "ServiceEndpoint",
    "ServiceMode",
    "ServiceSpec",
    "ServiceStatus",
    "UpdateConfig",
    "UpdateStatus",
]


class Replicated(Record, frozen=True):
    replicas: int | None = None


class ReplicatedJob(Record, frozen=True):
    max_concurrent: int | None = None
    total_completions: int | None = None


class Empty(Record, frozen=True):
    """An object whose presence alone speaks (`{"Global": {}}`)."""


class ServiceMode(Record, frozen=True):
    """Exactly one of the four is set."""

    replicated: Replicated | None = None
    global_: Empty | None = msgspec.field(name="Global", default=None)
    replicated_job: ReplicatedJob | None = None
    global_job: Empty | None = None

    @property
    def name(self) -> str:
        """ "replicated", "global", "replicated-job" or "global-job", as `docker service ls` says it."""
        if self.global_ is not None:
            return "global"
        if self.replicated_job is not None:
            return "replicated-job"
        if self.global_job is not None:
            return "global-job"
        return "replicated"


class Port(Record, frozen=True):
    """A published port. Mode: "ingress" (routing mesh) or "host"."""

    name: str = ""
    protocol: str = "tcp"
    target_port: int = 0
    published_port: int = 0
    publish_mode: str = "ingress"


class EndpointSpec(Record, frozen=True):
    mode: str = ""
    ports: tuple[Port, ...] | None = None


class UpdateConfig(Record, frozen=True):
    """How a rolling update goes. Delay and monitor in nanoseconds; order "stop-first" or "start-first"."""

    parallelism: int = 0
    delay: int = 0
    failure_action: str = ""
    monitor: int = 0
    max_failure_ratio: float = 0.0
    order: str = ""


class ServiceSpec(Record, frozen=True):
    name: str = ""
    labels: dict[str, str] | None = None
    task_template: TaskTemplate = TaskTemplate()
    mode: ServiceMode = ServiceMode()
    update_config: UpdateConfig | None = None
    rollback_config: UpdateConfig | None = None
    endpoint_spec: EndpointSpec | None = None
    networks: tuple[NetworkReference, ...] | None = None


class ServiceEndpoint(Record, frozen=True):
    ports: tuple[Port, ...] | None = None


class UpdateStatus(Record, frozen=True):
    """State: "updating", "paused", "completed", "rollback_started", "rollback_paused" or "rollback_completed"."""

    state: str = ""
    started_at: str = ""
    completed_at: str = ""
    message: str = ""


class ServiceStatus(Record, frozen=True):
    """The manager's own counts (`GET /services?status=true`). It counts tasks of dead nodes as running."""

    running_tasks: int = 0
    desired_tasks: int = 0
    completed_tasks: int = 0


class JobStatus(Record, frozen=True):
    job_iteration: Version = Version()
    last_execution: str = ""


class Service(Record, frozen=True):
    """A service. Source: Engine API, `GET /services?status=true`.

    `previous_spec` is what there is to roll back to: swarm keeps it after a rollback that somebody asked for, and not
    after one of its own (swarmkit manager/orchestrator/update/updater.go, `rollbackUpdate`).
    """

    kind: ClassVar[Kind] = Kind.SERVICE

    id: str = msgspec.field(name="ID", default="")
    version: Version = Version()
    created_at: str = ""
    updated_at: str = ""
    spec: ServiceSpec = ServiceSpec()
    endpoint: ServiceEndpoint = ServiceEndpoint()
    update_status: UpdateStatus | None = None
    service_status: ServiceStatus | None = None
    job_status: JobStatus | None = None
    previous_spec: ServiceSpec | None = None

    @property
    def name(self) -> str:
        return self.spec.name or self.id[:12]

    @property
    def image(self) -> str:
        """The image with tag and digest, "" for a service that runs no container (a plugin)."""
        container = self.spec.task_template.container_spec
        return container.image if container else ""

    @property
    def plugin(self) -> str:
        """The plugin that it installs on its nodes, as it is pulled: "vieux/sshfs:latest"; "" of any other service."""
        plugin = self.spec.task_template.plugin_spec
        return (plugin.remote or plugin.name) if plugin else ""

    @property
    def mounts(self) -> tuple[Mount, ...]:
        container = self.spec.task_template.container_spec
        return (container.mounts or ()) if container else ()

    @property
    def constraints(self) -> tuple[str, ...]:
        placement = self.spec.task_template.placement
        return (placement.constraints or ()) if placement else ()

    @property
    def labels(self) -> Mapping[str, str]:
        return self.spec.labels or {}

    @property
    def secret_ids(self) -> frozenset[str]:
        """IDs of the secrets that its tasks get."""
        container = self.spec.task_template.container_spec
        return frozenset(each.secret_id for each in (container.secrets if container else None) or ())

    @property
    def config_ids(self) -> frozenset[str]:
        """IDs of the configs that its tasks get."""
        container = self.spec.task_template.container_spec
        return frozenset(each.config_id for each in (container.configs if container else None) or ())

    def files_of(self, object_id: str) -> tuple[FileTarget, ...]:
        """The files that a secret or config is in its containers."""
        container = self.spec.task_template.container_spec
        if container is None:
            return ()
        secrets = (each.file for each in container.secrets or () if each.secret_id == object_id)
        configs = (each.file for each in container.configs or () if each.config_id == object_id)
        return tuple(file for file in (*secrets, *configs) if file is not None)

    @property
    def network_ids(self) -> frozenset[str]:
        """IDs (or names) of the networks that its tasks are attached to, the ingress network not among them."""
        given = (*(self.spec.task_template.networks or ()), *(self.spec.networks or ()))
        return frozenset(each.target for each in given)

    @property
    def dependency_ids(self) -> frozenset[str]:
        """IDs (of networks maybe names) of all that services share and it needs."""
        return self.secret_ids | self.config_ids | self.network_ids

    @property
    def ports(self) -> tuple[Port, ...]:
        """What is really published: the engine's choice of ports where the spec left it open."""
        if self.endpoint.ports:
            return self.endpoint.ports
        wanted = self.spec.endpoint_spec
        return (wanted.ports or ()) if wanted else ()
