"""A rule looks at one object, or at the whole swarm, and yields what it finds.

To add one, see CONTRIBUTING.md. The `!` pane, `swarmtui check` and docs/findings.md show it without further changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.finding import THE_SWARM, Finding, Remedy, Severity, Subject
from swarmtui.swarm.diagnosis.memory import Memory
from swarmtui.swarm.health.services import ServiceHealth, place_is_wanted, service_health
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.failures import Failures, failures_of

__all__ = [
    "Found",
    "NodeScene",
    "Rule",
    "Scene",
    "ServiceScene",
    "SwarmScene",
    "node_rule",
    "service_rule",
    "swarm_rule",
]


@dataclass(frozen=True)
class Scene:
    """What a rule looks at.

    Attributes:
        cluster: the snapshot.
        now: the managers' time, in seconds since 1970.
        memory: what was seen since the program started and the swarm may have forgotten.
    """

    cluster: Cluster
    now: float
    memory: Memory


@dataclass(frozen=True)
class ServiceScene(Scene):
    """One service, with what most rules ask of it."""

    service: Service

    @property
    def subject(self) -> Subject:
        return Subject.of(self.service)

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """Its tasks, newest first in each slot, those the swarm has forgotten among them; () while not known."""
        return self.memory.with_forgotten(self.service.id, self.cluster.tasks_of(self.service.id) or ())

    @cached_property
    def health(self) -> ServiceHealth:
        return service_health(self.cluster, self.service, self.now)

    @cached_property
    def failures(self) -> tuple[Failures, ...]:
        """What failed in each slot and does not count as history yet."""
        return tuple(
            each
            for each in failures_of(self.service, self.tasks)
            if self.now < each.steady_at and place_is_wanted(self.cluster, each)
        )


@dataclass(frozen=True)
class NodeScene(Scene):
    """One node."""

    node: Node

    @property
    def subject(self) -> Subject:
        return Subject.of(self.node)


@dataclass(frozen=True)
class SwarmScene(Scene):
    """The whole swarm: for what no single object tells."""

    @property
    def subject(self) -> Subject:
        return THE_SWARM


SceneT = TypeVar("SceneT", ServiceScene, NodeScene, SwarmScene)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a rule yields: a `Finding` without what the rule's declaration says. Attributes not listed are as there.

    Attributes:
        severity: None for the rule's own.
        subject: None for the object of the scene.
    """

    summary: str
    evidence: tuple[str, ...] = ()
    cause: str = ""
    remedies: tuple[Remedy, ...] = ()
    since: float | None = None
    until: float = math.inf
    severity: Severity | None = None
    subject: Subject | None = None


@dataclass(frozen=True)
class Rule(Generic[SceneT]):
    """One thing that can be wrong.

    Attributes:
        name: "crash-loop"; scripts and monitoring rely on it.
        severity: how urgent its findings are, where one does not say otherwise.
        explanation: what it finds, in a sentence, for docs/findings.md.
        scene: the class of what it looks at.
        look: yields what is wrong in a scene; nothing where all is well.
    """

    name: str
    severity: Severity
    explanation: str
    scene: type[SceneT]
    look: Callable[[SceneT], Iterator[Found]]

    def findings(self, scene: SceneT) -> Iterator[Finding]:
        """What it finds in a scene."""
        for found in self.look(scene):
            yield Finding(
                rule=self.name,
                severity=self.severity if found.severity is None else found.severity,
                subject=found.subject or scene.subject,
                summary=found.summary,
                evidence=found.evidence,
                cause=found.cause,
                remedies=found.remedies,
                since=found.since,
                until=found.until,
            )


def service_rule(
    name: str, severity: Severity, explanation: str
) -> Callable[[Callable[[ServiceScene], Iterator[Found]]], Rule[ServiceScene]]:
    """Declare a rule that looks at one service."""
    return lambda look: Rule(name, severity, explanation, ServiceScene, look)


def node_rule(
    name: str, severity: Severity, explanation: str
) -> Callable[[Callable[[NodeScene], Iterator[Found]]], Rule[NodeScene]]:
    """Declare a rule that looks at one node."""
    return lambda look: Rule(name, severity, explanation, NodeScene, look)


def swarm_rule(
    name: str, severity: Severity, explanation: str
) -> Callable[[Callable[[SwarmScene], Iterator[Found]]], Rule[SwarmScene]]:
    """Declare a rule that looks at the whole swarm."""
    return lambda look: Rule(name, severity, explanation, SwarmScene, look)
