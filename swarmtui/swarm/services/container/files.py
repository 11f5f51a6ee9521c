"""The secrets and configs that a service's containers get as files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Spec
from swarmtui.swarm.actions.wording import note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.natural import natural
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.change import Path, ValueChange
from swarmtui.swarm.services.lines_change import LinesChange
from swarmtui.swarm.short_text import listed
from swarmtui.swarm.specs.fields import field_of, list_of, with_field
from swarmtui.swarm.specs.merge import Entry, placed
from swarmtui.swarm.syntax.references import FileReference, read_file_reference
from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = ["SetConfigs", "SetSecrets"]


@dataclass(frozen=True)
class FilesChange(ValueChange, LinesChange):
    """Base of the changes of which secrets or configs are files in the containers.

    Class attributes:
        kind: which of the two.
        directory: where a file is whose name is no whole path.
    """

    verb: ClassVar[str] = "Change"
    kind: ClassVar[Kind]
    directory: ClassVar[str]

    @classmethod
    def entries_of(cls, spec: Spec) -> list[Entry]:
        return [(cls._line_of(each), each) for each in list_of(spec, *cls.path)]

    @classmethod
    def _word(cls) -> str:
        """As the API begins its names: "Secret"."""
        return cls.kind.word.capitalize()

    @classmethod
    def _line_of(cls, raw: object) -> str | None:
        """The line for a reference; None where it would be read as another one."""
        name = raw.get(f"{cls._word()}Name") if isinstance(raw, Mapping) else None
        if not isinstance(raw, Mapping) or not isinstance(name, str) or not isinstance(raw.get("File"), Mapping):
            return None
        if raw.keys() - {"File", f"{cls._word()}Name", f"{cls._word()}ID"}:
            return None
        try:
            reference = FileReference.of(name, raw["File"])
            return reference.text if read_file_reference(reference.text) == reference else None
        except Unreadable:
            return None

    @classmethod
    def check(cls, line: str) -> str:
        try:
            return read_file_reference(line.strip()).text
        except Unreadable as error:
            raise NotPossible(f"'{line}': {error}.") from error

    @classmethod
    def read(cls, line: str, cluster: Cluster | None = None) -> tuple[str, ...]:
        checked = cls.check(line)
        known = cluster.objects(cls.kind) if cluster is not None else None
        if known is not None and (source := read_file_reference(checked).source) not in cls.choices(cluster):
            raise NotPossible(f"The swarm has no {cls.kind.word} {source}.")
        return (checked,)

    @classmethod
    def choices(cls, cluster: Cluster | None) -> tuple[str, ...]:
        known = cluster.objects(cls.kind) if cluster is not None else None
        return tuple(sorted((each.name for each in (known or {}).values()), key=natural))

    @classmethod
    def key_of(cls, line: str) -> str:
        return str(read_file_reference(line).file()["Name"])

    @classmethod
    def with_lines(cls, raw: Mapping[str, Any], lines: Sequence[str], cluster: Cluster | None = None) -> Self:
        spec = raw["Spec"]
        if not isinstance(field_of(spec, *cls.path[:-1]), Mapping):
            raise NotPossible(f"This service runs no container: it has no {cls.kind.value}.")
        ids = cls._ids(spec, cluster)

        def made(line: str) -> dict[str, Any]:
            reference = read_file_reference(line)
            if reference.source not in ids:
                raise NotPossible(f"The swarm has no {cls.kind.word} {reference.source}, or it is not known yet.")
            word = cls._word()
            return {
                "File": reference.file(),
                f"{word}ID": ids[reference.source],
                f"{word}Name": reference.source,
            }

        after = placed(cls.entries_of(spec), lines, cls.key_of, made)
        return cls(Target.of_json(Kind.SERVICE, raw), spec, after)

    @classmethod
    def _ids(cls, spec: Spec, cluster: Cluster | None) -> dict[str, str]:
        """By name: what the swarm has, and what the service uses already."""
        known = cluster.objects(cls.kind) if cluster is not None else None
        ids = {each.name: each.id for each in (known or {}).values()}
        for _, entry in cls.entries_of(spec):
            if isinstance(entry, Mapping):
                ids[str(entry.get(f"{cls._word()}Name"))] = str(entry.get(f"{cls._word()}ID"))
        return ids

    # -------------------------------------------------------------------------------- the docker command

    @property
    def no_command(self) -> str:
        """docker/cli command/service/update.go, `getUpdatedSecrets` and `getUpdatedConfigs`: all files of a name go."""
        kept = [entry for line, entry in self.entries_of(self.spec) if line is None]
        names_kept = {entry.get(f"{self._word()}Name") for entry in kept if isinstance(entry, Mapping)}
        if names_kept.isdisjoint(self._names_gone):
            return ""
        return f"docker removes all files of a {self.kind.word} together"

    @property
    def _names_gone(self) -> list[str]:
        return list(dict.fromkeys(read_file_reference(line).source for line in self.leaving))

    def options(self, show: Callable[[str], str]) -> list[str]:
        gone, added = self._names_gone, self.added
        word = self.kind.word
        removed = [part for name in gone for part in (f"--{word}-rm", name)]
        come = [line for line in self.lines_of(self.after) if line in added or read_file_reference(line).source in gone]
        return [*removed, *(part for line in come for part in (f"--{word}-add", line))]

    @classmethod
    def masked_line(cls, line: str) -> str:
        return line  # names, not what they hold

    def entry_text(self, path: Path, value: Any) -> str:
        return self._line_of(value) or super().entry_text(path, value)

    def value(self, spec: Spec) -> str:
        return self.text_of_lines(spec)

    def text_of(self, raw: object) -> str:
        return self.value(with_field({}, self.path, raw))

    # -------------------------------------------------------------------------------- what it means

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        before, now = (self._paths(self.lines_of(spec)) for spec in (self.spec, after))
        if gone := [path for path in before if path not in now]:
            yield warning(f"The containers no longer have {listed(gone)}.")
        if come := [path for path in now if path not in before]:
            yield note(f"New in the containers: {listed(come)}.")

    def _paths(self, lines: Iterable[str]) -> list[str]:
        """Where the files are in the containers. Source: moby daemon/container_operations_unix.go."""
        files = map(self.key_of, lines)
        return [file if file.startswith("/") else f"{self.directory}/{file}" for file in files]


@dataclass(frozen=True)
class SetSecrets(FilesChange):
    """Change which secrets a service's containers get."""

    name: ClassVar[str] = names.SET_SECRETS
    field: ClassVar[str] = "secrets"
    noun: ClassVar[str] = "secret"
    example: ClassVar[str] = "key, source=key,target=tls.key,uid=100,mode=0400"
    path: ClassVar[Path] = ("TaskTemplate", "ContainerSpec", "Secrets")
    kind: ClassVar[Kind] = Kind.SECRET
    directory: ClassVar[str] = "/run/secrets"


@dataclass(frozen=True)
class SetConfigs(FilesChange):
    """Change which configs a service's containers get."""

    name: ClassVar[str] = names.SET_CONFIGS
    field: ClassVar[str] = "configs"
    noun: ClassVar[str] = "config"
    example: ClassVar[str] = "conf, source=conf,target=/etc/nginx.conf,mode=0440"
    path: ClassVar[Path] = ("TaskTemplate", "ContainerSpec", "Configs")
    kind: ClassVar[Kind] = Kind.CONFIG
    directory: ClassVar[str] = ""
