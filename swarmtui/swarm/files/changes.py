"""Secrets and configs: to make and to remove them. What is in one never changes: a new one takes its place.

What a secret holds is in a `Secret` from the moment it was typed or read until it is sent; so is what a config holds,
since people put passwords in those too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Creation, Impact, Progress, Removal, Target
from swarmtui.swarm.actions.wording import argument, docker, gone, impact_of, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_names import check_name, labels_text, taken_names
from swarmtui.swarm.objects.file import SecretFile
from swarmtui.swarm.objects.stack_label import stack_of
from swarmtui.swarm.secret import Secret
from swarmtui.swarm.short_text import counted, listed
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
            f"A {kind.word} must be smaller than {limit // 1024} KiB ({limit} bytes); this is {size} bytes.",
            "Put large files in an image or a volume.",
        )


@dataclass(frozen=True)
class _CreateFile(Creation):
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
        consequences = [note(f"No service uses a new {word} yet. Its content can never be changed.")]
        if self.target.name in taken_names(cluster, self.kind):
            consequences.append(warning(f"A {word} with this name now exists: the engine will refuse this."))
        if self.kind is Kind.CONFIG:
            consequences.append(
                note("Anyone with access to a manager can read it. Use a secret for what must stay hidden.")
            )
        else:
            consequences.append(note("Only the tasks of services that use it can read it again."))
        return impact_of(consequences)

    def progress(self, cluster: Cluster) -> Progress:
        if self.target.name in taken_names(cluster, self.kind):
            return Progress(f"{self.target.name} was created", settled=True)
        return Progress.waiting(self.target)


@dataclass(frozen=True)
class CreateSecret(_CreateFile):
    """Make a secret."""

    name: ClassVar[str] = names.CREATE_SECRET
    kind: ClassVar[Kind] = Kind.SECRET


@dataclass(frozen=True)
class CreateConfig(_CreateFile):
    """Make a config."""

    name: ClassVar[str] = names.CREATE_CONFIG
    kind: ClassVar[Kind] = Kind.CONFIG


# ------------------------------------------------------------------------------------------------ removal


@dataclass(frozen=True)
class _RemoveFile(Removal):
    """Remove a secret or a config. The engine refuses that while a service uses it."""

    verb: ClassVar[str] = "Remove"
    kind: ClassVar[Kind]

    target: Target

    @classmethod
    def of(cls, thing: SecretFile, cluster: Cluster | None = None) -> Self:
        """Remove one.

        Args:
            cluster: to see who uses it; None where that has been dealt with.

        Raises:
            NotPossible: services use it.
        """
        refuse_if_used(cluster, thing)
        return cls(Target.of(thing))

    @property
    def title(self) -> str:
        return f"Remove the {self.kind.word} {self.target.name}"

    @property
    def docker_command(self) -> str:
        return docker(self.kind.word, "rm", argument(self.target))

    def impact(self, cluster: Cluster) -> Impact:
        thing = _files(cluster, self.kind).get(self.target.id)
        return gone(self.target) if thing is None else impact_of(self._consequences(cluster, thing))

    def _consequences(self, cluster: Cluster, thing: SecretFile) -> Iterator[Consequence]:
        users = users_of(cluster, thing)
        if users:
            names = listed([service.name for service in users])
            yield warning(f"{names} use{'s' if len(users) == 1 else ''} it: the engine will refuse this.")
        else:
            yield note("No service uses it now.")
        lost = "Its content is lost: a secret cannot be read back." if self.kind is Kind.SECRET else ""
        yield warning(f"{lost or 'Its content is lost.'} A service that needs it for a rollback cannot be rolled back.")
        if stack_of(thing):
            yield note(f"It belongs to the stack {stack_of(thing)}: its next deploy may create it again.")

    def progress(self, cluster: Cluster) -> Progress:
        if self.target.id in _files(cluster, self.kind):
            return Progress.waiting()
        return Progress(f"the {self.kind.word} {self.target.name} is gone", settled=True)


def _files(cluster: Cluster, kind: Kind) -> Mapping[str, SecretFile]:
    return cluster.objects(kind) or {}


def refuse_if_used(cluster: Cluster | None, thing: SecretFile) -> None:
    """Say before anything is asked what the engine would say after it.

    Raises:
        NotPossible: services use it; with their names.
    """
    users = users_of(cluster, thing) if cluster is not None else ()
    if users:
        word = thing.kind.word
        raise NotPossible(
            f"The {word} {thing.name} is used by {counted(len(users), 'service')}:"
            f" {listed([service.name for service in users])}.",
            "r rotates it to a new one; then the old one can be removed.",
        )


@dataclass(frozen=True)
class RemoveSecret(_RemoveFile):
    """Remove a secret."""

    name: ClassVar[str] = names.REMOVE_SECRET
    kind: ClassVar[Kind] = Kind.SECRET


@dataclass(frozen=True)
class RemoveConfig(_RemoveFile):
    """Remove a config."""

    name: ClassVar[str] = names.REMOVE_CONFIG
    kind: ClassVar[Kind] = Kind.CONFIG
