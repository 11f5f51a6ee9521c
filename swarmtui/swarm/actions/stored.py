"""Secrets and configs: to make and to remove them. What is in one never changes: a new one takes its place.

What a secret holds is in a `Secret` from the moment it was typed or read until it is sent; so is what a config holds,
since people put passwords in those too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Creation, Finding, Impact, Progress, Removal, Target
from swarmtui.swarm.actions.wording import argument, docker, gone, impact_of, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.description import counted, listed
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.secret import Secret
from swarmtui.swarm.shared import StoredConfig, StoredSecret, stack_of
from swarmtui.swarm.shared_names import check_name, labels_text, taken_names
from swarmtui.swarm.usage import users_of

__all__ = [
    "LIMITS",
    "Content",
    "CreateConfig",
    "CreateSecret",
    "RemoveConfig",
    "RemoveSecret",
    "check_size",
    "refuse_if_used",
    "stored_kind",
    "target_stored",
]

LIMITS = {Kind.SECRET: 500 * 1024, Kind.CONFIG: 1000 * 1024}
"""Bytes that one must hold less than. Source: swarmkit api/validation/secrets.go (MaxSecretSize) and manager/
controlapi/config.go (MaxConfigSize)."""

TYPED = "-"


@dataclass(frozen=True)
class Content:
    """What a secret or config is to hold.

    Attributes:
        encoded: in base64, as the Engine API takes it.
        size: in bytes, before that.
        source: the path of the file that it was read from; "-" for what was typed.
    """

    encoded: Secret
    size: int
    source: str = TYPED


def stored_kind(thing: StoredSecret) -> Kind:
    """A config is a kind of stored secret here (they have the same fields), so the kind must be asked for."""
    return Kind.CONFIG if isinstance(thing, StoredConfig) else Kind.SECRET


def target_stored(thing: StoredSecret) -> Target:
    return Target(stored_kind(thing), thing.id, thing.name, thing.version.index)


def check_size(kind: Kind, size: int) -> None:
    """Tell whether a secret or config may be so large.

    Raises:
        NotPossible: it is empty, or too large.
    """
    if size == 0:
        raise NotPossible(f"A {kind.word} cannot be empty.")
    limit = LIMITS[kind]
    if size >= limit:
        raise NotPossible(
            f"A {kind.word} holds less than {limit // 1024} KiB ({limit} bytes); this is {size} bytes.",
            "Put large files into an image or a volume.",
        )


@dataclass(frozen=True)
class _CreateStored(Creation):
    """Make a secret or a config.

    Attributes:
        target: its kind and name.
        content: what it is to hold.
        labels: its labels.
        templating: the driver that fills in placeholders ("golang"); "" for none.
    """

    verb: ClassVar[str] = "Create"
    kind: ClassVar[Kind]

    target: Target
    content: Content
    labels: tuple[tuple[str, str], ...] = ()
    templating: str = ""

    @classmethod
    def of(
        cls,
        name: str,
        content: Content,
        labels: tuple[tuple[str, str], ...] = (),
        *,
        taken: frozenset[str] = frozenset(),
    ) -> Self:
        """Make one.

        Raises:
            NotPossible: name or size are not allowed, or the name is taken.
        """
        check_name(cls.kind, name, taken)
        check_size(cls.kind, content.size)
        return cls(Target(cls.kind, "", name, 0), content, labels)

    @property
    def title(self) -> str:
        return f"Create the {self.kind.word} {self.target.name}"

    @property
    def docker_command(self) -> str:
        template = ("--template-driver", self.templating) if self.templating else ()
        source = self.content.source if self.content.source.isprintable() else TYPED
        return docker(self.kind.word, "create", *template, *labels_text(self.labels), self.target.name, source)

    def body(self) -> Mapping[str, Any]:
        content: dict[str, Any] = {
            "Name": self.target.name,
            "Labels": dict(self.labels),
            "Data": self.content.encoded.reveal(),
        }
        return {**content, "Templating": {"Name": self.templating}} if self.templating else content

    def impact(self, cluster: Cluster) -> Impact:
        word = self.kind.word
        findings = [note(f"No service uses a new {word} until it is told to; what it holds can never be changed.")]
        if self.target.name in taken_names(cluster, self.kind):
            findings.append(warning(f"There is a {word} of this name by now: the engine will refuse this."))
        if self.kind is Kind.CONFIG:
            findings.append(note("Whoever can ask a manager can read it. What must stay hidden belongs in a secret."))
        else:
            findings.append(note("The swarm never gives it out again, except to the tasks of services that use it."))
        return impact_of(findings)

    def progress(self, cluster: Cluster) -> Progress:
        if self.target.name in taken_names(cluster, self.kind):
            return Progress(f"{self.target.name} is there", settled=True)
        return Progress("waiting for the engine", settled=False)


@dataclass(frozen=True)
class CreateSecret(_CreateStored):
    """Make a secret."""

    name: ClassVar[str] = "secret.create"
    label: ClassVar[str] = "Create a secret"
    kind: ClassVar[Kind] = Kind.SECRET


@dataclass(frozen=True)
class CreateConfig(_CreateStored):
    """Make a config."""

    name: ClassVar[str] = "config.create"
    label: ClassVar[str] = "Create a config"
    kind: ClassVar[Kind] = Kind.CONFIG


# ------------------------------------------------------------------------------------------------ removal


@dataclass(frozen=True)
class _RemoveStored(Removal):
    """Remove a secret or a config. The engine refuses that while a service uses it."""

    verb: ClassVar[str] = "Remove"
    kind: ClassVar[Kind]

    target: Target

    @classmethod
    def of(cls, thing: StoredSecret, cluster: Cluster | None = None) -> Self:
        """Remove one.

        Args:
            cluster: to see who uses it; None where that has been dealt with.

        Raises:
            NotPossible: services use it.
        """
        refuse_if_used(cluster, thing)
        return cls(target_stored(thing))

    @property
    def title(self) -> str:
        return f"Remove the {self.kind.word} {self.target.name}"

    @property
    def docker_command(self) -> str:
        return docker(self.kind.word, "rm", argument(self.target))

    def impact(self, cluster: Cluster) -> Impact:
        thing = _stored(cluster, self.kind).get(self.target.id)
        return gone(self.target) if thing is None else impact_of(self._findings(cluster, thing))

    def _findings(self, cluster: Cluster, thing: StoredSecret) -> Iterator[Finding]:
        users = users_of(cluster, thing)
        if users:
            names = listed([service.name for service in users])
            yield warning(f"{names} use{'s' if len(users) == 1 else ''} it: the engine will refuse this.")
        else:
            yield note("No service uses it now.")
        lost = "What it holds is lost: nobody can read a secret back." if self.kind is Kind.SECRET else ""
        yield warning(f"{lost or 'What it holds is lost.'} A service whose rollback needs it cannot be rolled back.")
        if stack_of(thing):
            yield note(f"It belongs to the stack {stack_of(thing)}, whose next deploy may make it anew.")

    def progress(self, cluster: Cluster) -> Progress:
        if self.target.id in _stored(cluster, self.kind):
            return Progress("waiting for the engine", settled=False)
        return Progress(f"the {self.kind.word} {self.target.name} is gone", settled=True)


def _stored(cluster: Cluster, kind: Kind) -> Mapping[str, StoredSecret]:
    return (cluster.configs if kind is Kind.CONFIG else cluster.secrets) or {}


def refuse_if_used(cluster: Cluster | None, thing: StoredSecret) -> None:
    """Say before anything is asked what the engine would say after it.

    Raises:
        NotPossible: services use it; with their names.
    """
    users = users_of(cluster, thing) if cluster is not None else ()
    if users:
        word = stored_kind(thing).word
        raise NotPossible(
            f"The {word} {thing.name} is used by {counted(len(users), 'service')}:"
            f" {listed([service.name for service in users])}.",
            "r puts a new one in its place; only then can the old one be removed.",
        )


@dataclass(frozen=True)
class RemoveSecret(_RemoveStored):
    """Remove a secret."""

    name: ClassVar[str] = "secret.remove"
    label: ClassVar[str] = "Remove a secret"
    kind: ClassVar[Kind] = Kind.SECRET


@dataclass(frozen=True)
class RemoveConfig(_RemoveStored):
    """Remove a config."""

    name: ClassVar[str] = "config.remove"
    label: ClassVar[str] = "Remove a config"
    kind: ClassVar[Kind] = Kind.CONFIG
