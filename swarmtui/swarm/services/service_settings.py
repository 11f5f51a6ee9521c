"""A service's limits and reservations, its update, rollback and restart policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Spec
from swarmtui.swarm.actions.wording import danger, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.change import Path
from swarmtui.swarm.services.container.forms import (
    SetCommand,
    SetContainerOptions,
    SetHealthCheck,
    SetLogDriver,
    SetNameResolution,
)
from swarmtui.swarm.services.form_change import (
    FormChange,
    Setting,
    choice,
    cpus,
    duration,
    memory,
    ratio,
    whole,
)
from swarmtui.swarm.services.replicas import count
from swarmtui.swarm.services.restarts import DEFAULT_POLICY, DEFAULT_RESTART, RollingPolicy
from swarmtui.swarm.specs.fields import field_of, part_of
from swarmtui.swarm.units import cpus_text, rough_size, size_text

__all__ = [
    "SETTINGS",
    "SetEndpointMode",
    "SetResources",
    "SetRestartPolicy",
    "SetRollbackPolicy",
    "SetStopGracePeriod",
    "SetUpdatePolicy",
]


JOBS = frozenset({"ReplicatedJob", "GlobalJob"})


@dataclass(frozen=True)
class SetResources(FormChange):
    """Change what a service's tasks may use at most, and what is kept free for them."""

    name: ClassVar[str] = names.SET_RESOURCES
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "limits and reservations"
    path: ClassVar[Path] = ("TaskTemplate", "Resources")
    form: ClassVar[tuple[Setting, ...]] = (
        cpus("CPU limit", ("Limits", "NanoCPUs"), "--limit-cpu"),
        memory("memory limit", ("Limits", "MemoryBytes"), "--limit-memory"),
        whole("process limit", ("Limits", "Pids"), "--limit-pids", "processes and threads", zero=False),
        cpus("CPU reserved", ("Reservations", "NanoCPUs"), "--reserve-cpu"),
        memory("memory reserved", ("Reservations", "MemoryBytes"), "--reserve-memory"),
    )

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        nano, size = _most(cluster, "nano_cpus"), _most(cluster, "memory_bytes")
        for key, what, of_it, text, most, largest in (
            ("NanoCPUs", "CPU", "", cpus_text, nano, cpus_text(nano)),
            ("MemoryBytes", "memory", " of memory", size_text, size, rough_size(size)),
        ):
            limit = field_of(after, *self.path, "Limits", key) or 0
            reserved = field_of(after, *self.path, "Reservations", key) or 0
            if most and limit > most:
                yield note(f"No node has {text(limit)}{of_it}: the limit has no effect. The largest has {largest}.")
            if most and reserved > most:
                yield warning(f"No node has {text(reserved)}{of_it}. The largest has {largest}.")
            if limit and reserved > limit:
                yield warning(f"More {what} is reserved than a task may use: {text(reserved)} against {text(limit)}.")


def _most(cluster: Cluster, what: str) -> int:
    """What the largest node has."""
    return max((int(getattr(node.description.resources, what)) for node in cluster.nodes.values()), default=0)


def _rolling(prefix: str, actions: tuple[str, ...]) -> tuple[Setting, ...]:
    return (
        whole("parallelism", ("Parallelism",), f"--{prefix}-parallelism", "how many at a time; 0 for all at once"),
        duration("delay", ("Delay",), f"--{prefix}-delay", "between tasks: 10s or 1m30s"),
        choice("order", ("Order",), f"--{prefix}-order", ("stop-first", "start-first")),
        choice("on failure", ("FailureAction",), f"--{prefix}-failure-action", actions),
        duration("monitor", ("Monitor",), f"--{prefix}-monitor", "how long a new task is watched: 5s"),
        ratio("failures", ("MaxFailureRatio",), f"--{prefix}-max-failure-ratio", "failures allowed: 0 to 1"),
    )


class RollingChange(FormChange):
    """Base of the changes of how tasks are replaced one after another."""

    may_be_empty: ClassVar[bool] = False

    @classmethod
    def check_service(cls, raw: Mapping[str, Any]) -> None:
        if set(part_of(raw["Spec"], "Mode")) & JOBS:
            name = Target.of_json(Kind.SERVICE, raw).name
            raise NotPossible(f"{name} is a job: its tasks are not replaced one after another.")

    @classmethod
    def texts_of(cls, spec: Spec) -> tuple[str, ...]:
        return tuple(text or default for text, default in zip(super().texts_of(spec), cls._defaults(spec), strict=True))

    @classmethod
    def _defaults(cls, spec: Spec) -> tuple[str, ...]:
        """Where there is a policy, what it leaves out is 0; where there is none, it is the engine's default."""
        usual = {**DEFAULT_POLICY, "Delay": 0}
        if field_of(spec, *cls.path) is not None:
            usual["Parallelism"] = 0
        return tuple(setting.text_of(usual[setting.path[0]]) for setting in cls.form)

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        policy = RollingPolicy.of(after, self.path[0])
        desired = count(cluster, service).desired
        if desired and desired > 1 and policy.all_at_once(desired) and policy.order == "stop-first":
            yield warning(f"All {desired} tasks of {service.name} will stop together: an outage each time.")
        if policy.failure_action == "continue":
            yield warning("An image that does not run will replace every task anyway.")


@dataclass(frozen=True)
class SetUpdatePolicy(RollingChange):
    """Change how a service's tasks are replaced in an update."""

    name: ClassVar[str] = names.SET_UPDATE_POLICY
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "update policy"
    path: ClassVar[Path] = ("UpdateConfig",)
    form: ClassVar[tuple[Setting, ...]] = _rolling("update", ("pause", "continue", "rollback"))


@dataclass(frozen=True)
class SetRollbackPolicy(RollingChange):
    """Change how a service's tasks are replaced in a rollback."""

    name: ClassVar[str] = names.SET_ROLLBACK_POLICY
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "rollback policy"
    path: ClassVar[Path] = ("RollbackConfig",)
    form: ClassVar[tuple[Setting, ...]] = _rolling("rollback", ("pause", "continue"))


@dataclass(frozen=True)
class SetRestartPolicy(FormChange):
    """Change when a task that has ended is followed by another."""

    name: ClassVar[str] = names.SET_RESTART_POLICY
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "restart policy"
    path: ClassVar[Path] = ("TaskTemplate", "RestartPolicy")
    form: ClassVar[tuple[Setting, ...]] = (
        choice("condition", ("Condition",), "--restart-condition", ("any", "on-failure", "none")),
        duration("delay", ("Delay",), "--restart-delay", "before a new task: 5s"),
        whole("attempts", ("MaxAttempts",), "--restart-max-attempts", "how often; 0 for no limit", zero=True),
        duration("window", ("Window",), "--restart-window", "window for attempts: 2m; 0 for ever"),
    )

    @classmethod
    def of(cls, raw: Mapping[str, Any], texts: tuple[str, ...]) -> Self:
        """Where there is no policy yet, docker writes its defaults down beside what is set."""
        action = super().of(raw, texts)
        if field_of(raw["Spec"], *cls.path) is not None:
            return action
        given = {place: value for place, value in action.settings if value is not None}
        usual: dict[Path, Any] = {(key,): value for key, value in DEFAULT_RESTART.items()}
        return replace(action, settings=tuple({**usual, **given}.items()))

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        if field_of(after, *self.path, "Condition") == "none":
            yield warning(f"A task of {service.name} that ends is not replaced.")
        elif field_of(after, *self.path, "MaxAttempts"):
            yield note("Once the attempts are used up, a task that ends is not replaced.")


@dataclass(frozen=True)
class SetStopGracePeriod(FormChange):
    """Change how long a container may take to stop before it is killed."""

    name: ClassVar[str] = names.SET_STOP_GRACE_PERIOD
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "stop grace period"
    path: ClassVar[Path] = ("TaskTemplate", "ContainerSpec")
    form: ClassVar[tuple[Setting, ...]] = (
        duration("grace period", ("StopGracePeriod",), "--stop-grace-period", "until it is killed; default 10s"),
    )

    @classmethod
    def of(cls, raw: Mapping[str, Any], texts: tuple[str, ...]) -> Self:
        """It can be set, and not be taken out again: docker's option makes 0 of that, which kills at once."""
        if not texts[0].strip() and field_of(raw["Spec"], *cls.path, "StopGracePeriod") is not None:
            raise NotPossible("A grace period can be changed but not unset: 10s is the default.")
        return super().of(raw, texts)

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        if field_of(after, *self.path, "StopGracePeriod") == 0:
            yield warning(f"Containers of {service.name} are killed at once: they cannot shut down cleanly.")


@dataclass(frozen=True)
class SetEndpointMode(FormChange):
    """Change what the name of a service stands for on its networks."""

    name: ClassVar[str] = names.SET_ENDPOINT_MODE
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "endpoint mode"
    path: ClassVar[Path] = ("EndpointSpec",)
    form: ClassVar[tuple[Setting, ...]] = (choice("mode", ("Mode",), "--endpoint-mode", ("vip", "dnsrr")),)
    may_be_empty: ClassVar[bool] = False

    @classmethod
    def texts_of(cls, spec: Spec) -> tuple[str, ...]:
        return tuple(text or "vip" for text in super().texts_of(spec))

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        if self.texts_of(after) == ("vip",):
            yield note(f"{service.name} gets one virtual address: connections to it are spread over its tasks.")
            return
        if any(port.publish_mode != "host" for port in service.ports):
            yield danger("dnsrr excludes ports published through the ingress network: the engine will refuse this.")
        yield warning(f"The name {service.name} stands for the addresses of its tasks: clients must look it up again.")


SETTINGS: tuple[type[FormChange], ...] = (
    SetEndpointMode,
    SetResources,
    SetUpdatePolicy,
    SetRollbackPolicy,
    SetRestartPolicy,
    SetStopGracePeriod,
    SetCommand,
    SetHealthCheck,
    SetNameResolution,
    SetContainerOptions,
    SetLogDriver,
)
"""All of them: each has a form of its own, and judges what the editor changes in its part of a spec."""
