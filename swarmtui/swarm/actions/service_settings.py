"""A service's limits and reservations, its update, rollback and restart policies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from swarmtui.swarm.actions.action import Finding, Spec
from swarmtui.swarm.actions.forms import (
    FormChange,
    Setting,
    choice,
    cpus,
    cpus_text,
    duration,
    memory,
    ratio,
    whole,
)
from swarmtui.swarm.actions.raw import field_of
from swarmtui.swarm.actions.restarts import RollingPolicy
from swarmtui.swarm.actions.service_change import Path
from swarmtui.swarm.actions.wording import note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects import Service
from swarmtui.swarm.replicas import count
from swarmtui.swarm.syntax.quantities import size_text

__all__ = ["SetResources", "SetRestartPolicy", "SetRollbackPolicy", "SetUpdatePolicy"]


@dataclass(frozen=True)
class SetResources(FormChange):
    """Change what a service's tasks may use at most, and what is kept free for them."""

    name: ClassVar[str] = "service.limits"
    verb: ClassVar[str] = "Change"
    label: ClassVar[str] = "Change a service's limits and reservations"
    field: ClassVar[str] = "limits and reservations"
    path: ClassVar[Path] = ("TaskTemplate", "Resources")
    form: ClassVar[tuple[Setting, ...]] = (
        cpus("CPU limit", ("Limits", "NanoCPUs"), "--limit-cpu"),
        memory("memory limit", ("Limits", "MemoryBytes"), "--limit-memory"),
        whole("process limit", ("Limits", "Pids"), "--limit-pids", "processes and threads", zero=False),
        cpus("CPU reserved", ("Reservations", "NanoCPUs"), "--reserve-cpu"),
        memory("memory reserved", ("Reservations", "MemoryBytes"), "--reserve-memory"),
    )

    def findings(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Finding]:
        for key, text, most in (
            ("NanoCPUs", cpus_text, _most(cluster, "nano_cpus")),
            ("MemoryBytes", size_text, _most(cluster, "memory_bytes")),
        ):
            what = "CPUs" if key == "NanoCPUs" else "memory"
            limit = field_of(after, *self.path, "Limits", key) or 0
            reserved = field_of(after, *self.path, "Reservations", key) or 0
            if most and limit > most:
                yield note(
                    f"No node has {text(limit)} of {what}: the limit limits nothing. The largest has {text(most)}."
                )
            if most and reserved > most:
                yield warning(f"No node has {text(reserved)} of {what} to reserve. The largest has {text(most)}.")
            if limit and reserved > limit:
                yield warning(f"More {what} is reserved than a task may use: {text(reserved)} against {text(limit)}.")


def _most(cluster: Cluster, what: str) -> int:
    """What the largest node has."""
    return max((int(getattr(node.description.resources, what)) for node in cluster.nodes.values()), default=0)


def _rolling(prefix: str, actions: tuple[str, ...]) -> tuple[Setting, ...]:
    return (
        whole("parallelism", ("Parallelism",), f"--{prefix}-parallelism", "how many at a time; 0 for all at once"),
        duration("delay", ("Delay",), f"--{prefix}-delay", "between two: 10s or 1m30s"),
        choice("order", ("Order",), f"--{prefix}-order", ("stop-first", "start-first")),
        choice("on failure", ("FailureAction",), f"--{prefix}-failure-action", actions),
        duration("monitor", ("Monitor",), f"--{prefix}-monitor", "how long a new task is watched: 5s"),
        ratio("failures", ("MaxFailureRatio",), f"--{prefix}-max-failure-ratio", "the share that is borne: 0 to 1"),
    )


DEFAULTS = ("1", "0s", "stop-first", "pause", "5s", "0")
"""What the engine does where a service has no policy (swarmkit api/defaults/service.go)."""


class RollingChange(FormChange):
    """Base of the changes of how tasks are replaced one after another."""

    may_be_empty: ClassVar[bool] = False

    @classmethod
    def texts_of(cls, spec: Spec) -> tuple[str, ...]:
        return tuple(text or default for text, default in zip(super().texts_of(spec), cls._defaults(spec), strict=True))

    @classmethod
    def _defaults(cls, spec: Spec) -> tuple[str, ...]:
        """Where there is a policy, what it leaves out is 0; where there is none, it is the engine's default."""
        return DEFAULTS if field_of(spec, *cls.path) is None else ("0", "0s", "stop-first", "pause", "5s", "0")

    def findings(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Finding]:
        policy = RollingPolicy.of(after, self.path[0])
        desired = count(cluster, service).desired
        if desired and desired > 1 and policy.all_at_once(desired) and policy.order == "stop-first":
            yield warning(f"All {desired} tasks of {service.name} will stop together: an outage each time.")
        if policy.failure_action == "continue":
            yield warning("An image that does not run will replace every task all the same.")


@dataclass(frozen=True)
class SetUpdatePolicy(RollingChange):
    """Change how a service's tasks are replaced in an update."""

    name: ClassVar[str] = "service.update-policy"
    verb: ClassVar[str] = "Change"
    label: ClassVar[str] = "Change a service's update policy"
    field: ClassVar[str] = "update policy"
    path: ClassVar[Path] = ("UpdateConfig",)
    form: ClassVar[tuple[Setting, ...]] = _rolling("update", ("pause", "continue", "rollback"))


@dataclass(frozen=True)
class SetRollbackPolicy(RollingChange):
    """Change how a service's tasks are replaced in a rollback."""

    name: ClassVar[str] = "service.rollback-policy"
    verb: ClassVar[str] = "Change"
    label: ClassVar[str] = "Change a service's rollback policy"
    field: ClassVar[str] = "rollback policy"
    path: ClassVar[Path] = ("RollbackConfig",)
    form: ClassVar[tuple[Setting, ...]] = _rolling("rollback", ("pause", "continue"))


@dataclass(frozen=True)
class SetRestartPolicy(FormChange):
    """Change when a task that has ended is followed by another."""

    name: ClassVar[str] = "service.restart-policy"
    verb: ClassVar[str] = "Change"
    label: ClassVar[str] = "Change a service's restart policy"
    field: ClassVar[str] = "restart policy"
    path: ClassVar[Path] = ("TaskTemplate", "RestartPolicy")
    form: ClassVar[tuple[Setting, ...]] = (
        choice("condition", ("Condition",), "--restart-condition", ("any", "on-failure", "none")),
        duration("delay", ("Delay",), "--restart-delay", "before a new task: 5s"),
        whole("attempts", ("MaxAttempts",), "--restart-max-attempts", "how often; 0 for no end", zero=True),
        duration("window", ("Window",), "--restart-window", "in which attempts count: 2m; 0 for ever"),
    )

    def findings(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Finding]:
        if field_of(after, *self.path, "Condition") == "none":
            yield warning(f"A task of {service.name} that ends is not followed by another.")
        elif field_of(after, *self.path, "MaxAttempts"):
            yield note("Once the attempts are used up, a task that ends is not followed by another.")
