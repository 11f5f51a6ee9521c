"""Finding: one thing that is wrong, with its evidence, its likely cause, and the commands that help."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.swarm import Swarm

__all__ = ["Finding", "Remedy", "Severity", "Subject", "object_of"]


class Severity(IntEnum):
    """How urgent a finding is. The words are those of monitoring systems, since `swarmtui check` speaks to them."""

    NOTE = 0
    """Nothing fails. It will hurt one day, or hides a mistake."""
    WARNING = 1
    """Something is worse than it should be, or would not survive the next failure."""
    CRITICAL = 2
    """Users notice it now, or the swarm cannot be changed."""

    @property
    def word(self) -> str:
        """ "critical"."""
        return self.name.lower()

    @property
    def sign(self) -> str:
        """What stands before such a finding, on the screen and in a report."""
        return {Severity.CRITICAL: "✖", Severity.WARNING: "▲", Severity.NOTE: "·"}[self]


class Subject(msgspec.Struct, frozen=True):
    """The object that a finding or a remedy is about.

    Attributes:
        kind: what sort of object; SWARM for what concerns all of it.
        id: its full ID; "" of the swarm.
        name: its name, for people.
    """

    kind: Kind
    id: str
    name: str

    @classmethod
    def of(cls, thing: Node | Service | Swarm) -> Subject:
        return THE_SWARM if isinstance(thing, Swarm) else cls(thing.kind, thing.id, thing.name)

    @property
    def target(self) -> Target:
        """The object as it is inspected, or its log is opened; its version is not needed there."""
        return Target(self.kind, self.id, self.name, 0)

    @property
    def text(self) -> str:
        """ "service web", "node wrk1", "swarm"."""
        return self.kind.word if self.kind is Kind.SWARM else f"{self.kind.word} {self.name}"


THE_SWARM = Subject(Kind.SWARM, "", "the swarm")


class Remedy(msgspec.Struct, frozen=True):
    """Something that a user can do about a finding.

    Attributes:
        command: the name of the command that does it ("service.scale"), or of the view that shows more ("logs").
        subject: the object that it is done to; it need not be the finding's own.
        text: what it does, as a button says it: "Roll back web to shop/web:1.6".
        values: what the command's dialog begins with, by the name of its field; () for what it begins with anyway.
    """

    command: str
    subject: Subject
    text: str
    values: tuple[tuple[str, str], ...] = ()

    @property
    def given(self) -> Mapping[str, str]:
        """`values` as a mapping."""
        return dict(self.values)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        rule: the name of the rule that found it: "crash-loop". It never changes: scripts and monitoring rely on it.
        severity: how urgent it is.
        subject: the object that it is about.
        summary: what is wrong, the most telling words first: "crash loop: 6 failures in 2 min, exit 137 (killed)".
        evidence: what it was seen by, a line each, with names and numbers; it may hold text from outside.
        cause: the likely cause, in a sentence or two; "" when it is not known.
        remedies: what helps, the nearest first.
        since: when it began, in seconds since 1970 by the managers' clock; None when that is not known.
        until: the moment at which it may change though nothing else does.
    """

    rule: str
    severity: Severity
    subject: Subject
    summary: str
    evidence: tuple[str, ...] = ()
    cause: str = ""
    remedies: tuple[Remedy, ...] = ()
    since: float | None = None
    until: float = field(default=math.inf, compare=False)

    @property
    def key(self) -> tuple[str, str, str]:
        """What stays the same while its numbers change."""
        return (self.rule, self.subject.kind.value, self.subject.id)


def object_of(cluster: Cluster, subject: Subject) -> object:
    """The newest of the object that a finding or a remedy is about; None when it is gone."""
    if subject.kind is Kind.SWARM:
        return cluster.swarm
    return (cluster.objects(subject.kind) or {}).get(subject.id)
