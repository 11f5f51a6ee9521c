"""Specs as the orchestrators read them: the JSON that `GET` gives, and what is worked out of it once.

A spec never changes: an update makes a new one. Tasks share the spec of their service, which is what lets 150,000 of
them fit into memory.
"""

from __future__ import annotations

import signal
from typing import Any

import msgspec

from swarmtui.sim.scheduler.constraint import Constraint, parse

JSON = dict[str, Any]

SECOND = 1_000_000_000

encode = msgspec.json.encode


class RestartPolicy:
    """When a task that ended is followed by another. Defaults: swarmkit api/defaults/service.go."""

    __slots__ = ("condition", "delay", "max_attempts", "window")

    def __init__(self, raw: JSON | None) -> None:
        raw = raw or {}
        self.condition: str = raw.get("Condition", "any")
        self.delay: float = raw.get("Delay", 5 * SECOND) / SECOND
        self.max_attempts: int = raw.get("MaxAttempts", 0)
        self.window: float = raw.get("Window", 0) / SECOND


class UpdateConfig:
    """How a rolling update (or rollback) goes from task to task."""

    __slots__ = ("delay", "failure_action", "max_failure_ratio", "monitor", "order", "parallelism")

    def __init__(self, raw: JSON | None) -> None:
        given = raw or {}
        self.parallelism: int = given.get("Parallelism", 1)
        self.delay: float = given.get("Delay", 0) / SECOND
        self.monitor: float = (given.get("Monitor") or 5 * SECOND) / SECOND
        self.failure_action: str = given.get("FailureAction", "pause")
        self.max_failure_ratio: float = given.get("MaxFailureRatio", 0.0)
        self.order: str = given.get("Order", "stop-first")


class TaskSpec:
    """A task template: what runs, where it may run, and when it is started again."""

    __slots__ = (
        "constraints",
        "container",
        "cpus",
        "encoded",
        "generic",
        "image",
        "log_driver",
        "max_replicas",
        "memory",
        "networks",
        "platforms",
        "preferences",
        "raw",
        "restart",
        "volume_drivers",
    )

    def __init__(self, raw: JSON, networks: list[JSON]) -> None:
        """`networks` are the service's own, which count where the template names none."""
        self.raw = raw
        self.container: JSON = raw["ContainerSpec"]
        self.image: str = self.container.get("Image", "")
        placement = raw.get("Placement") or {}
        self.constraints: list[Constraint] = parse(placement.get("Constraints") or [])
        self.preferences: list[str] = [
            each["Spread"]["SpreadDescriptor"] for each in placement.get("Preferences") or [] if each.get("Spread")
        ]
        self.platforms: list[tuple[str, str]] = [
            (each.get("Architecture", ""), each.get("OS", "")) for each in placement.get("Platforms") or []
        ]
        self.max_replicas: int = placement.get("MaxReplicas", 0)
        reserved = (raw.get("Resources") or {}).get("Reservations") or {}
        self.cpus: int = reserved.get("NanoCPUs", 0)
        self.memory: int = reserved.get("MemoryBytes", 0)
        self.generic: list[JSON] = reserved.get("GenericResources") or []
        self.restart = RestartPolicy(raw.get("RestartPolicy"))
        self.networks: list[str] = [each.get("Target", "") for each in raw.get("Networks") or networks]
        self.log_driver: str | None = (raw.get("LogDriver") or {}).get("Name")
        self.volume_drivers = _volume_drivers(self.container)
        self.encoded: bytes = encode({key: value for key, value in raw.items() if key != "Runtime"})

    @property
    def healthcheck(self) -> JSON | None:
        """The health check of the spec, which goes before that of the image."""
        check: JSON | None = self.container.get("Healthcheck")
        return check

    @property
    def stop_signal(self) -> int:
        """The number of the signal that asks it to stop; SIGTERM where the spec names none, or none that exists."""
        named = str(self.container.get("StopSignal") or "SIGTERM").upper()
        if named.isdigit():
            return int(named)
        found = getattr(signal, f"SIG{named.removeprefix('SIG')}", signal.SIGTERM)
        return int(found) if isinstance(found, signal.Signals) else int(signal.SIGTERM)

    @property
    def stop_grace(self) -> float:
        """Seconds a container has between being asked to stop and being killed."""
        return float(self.container.get("StopGracePeriod", 10 * SECOND)) / SECOND


class ServiceSpec:
    """A service's spec, with its mode taken apart."""

    __slots__ = (
        "encoded",
        "endpoint",
        "labels",
        "max_concurrent",
        "mode",
        "name",
        "ports",
        "raw",
        "replicas",
        "rollback",
        "task",
        "total_completions",
        "update",
    )

    def __init__(self, raw: JSON, previous: ServiceSpec | None = None) -> None:
        self.raw = raw
        self.name: str = raw["Name"]
        self.labels: dict[str, str] = raw["Labels"]
        template = raw["TaskTemplate"]
        networks = raw.get("Networks") or []
        same = previous is not None and previous.task.raw == template and previous.raw.get("Networks", []) == networks
        self.task: TaskSpec = previous.task if same and previous is not None else TaskSpec(template, networks)
        self.endpoint: JSON | None = raw.get("EndpointSpec")
        self.ports: list[JSON] = list((self.endpoint or {}).get("Ports") or [])
        self.update = UpdateConfig(raw.get("UpdateConfig"))
        self.rollback = UpdateConfig(raw.get("RollbackConfig"))
        mode = raw["Mode"]
        self.mode: str = next(MODES[key] for key in mode)
        self.replicas: int = (mode.get("Replicated") or {}).get("Replicas", 0)
        job = mode.get("ReplicatedJob") or {}
        self.max_concurrent: int = job.get("MaxConcurrent", 0)
        self.total_completions: int = job.get("TotalCompletions", 0)
        self.encoded: bytes = encode(raw)

    @property
    def is_job(self) -> bool:
        return self.mode.endswith("-job")

    @property
    def is_global(self) -> bool:
        """Whether each node has its own task, which has no slot number."""
        return self.mode.startswith("global")

    @property
    def vip(self) -> bool:
        """Whether the service has a virtual IP on each of its networks."""
        return bool((self.endpoint or {}).get("Mode", "vip") == "vip")


MODES = {
    "Replicated": "replicated",
    "Global": "global",
    "ReplicatedJob": "replicated-job",
    "GlobalJob": "global-job",
}


def _volume_drivers(container: JSON) -> list[str]:
    """The volume plugins that the mounts need."""
    names = [
        (((mount.get("VolumeOptions") or {}).get("DriverConfig")) or {}).get("Name", "")
        for mount in container.get("Mounts") or []
        if mount.get("Type") == "volume"
    ]
    return [name for name in names if name not in ("", "local")]
