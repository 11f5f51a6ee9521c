"""What a service's containers mount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Spec
from swarmtui.swarm.actions.wording import warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.masking import MASK, masked_value
from swarmtui.swarm.fingerprint import canonical
from swarmtui.swarm.judgement.local_data import local_mounts
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task_template import Mount as MountOfService
from swarmtui.swarm.services.change import Path, ValueChange
from swarmtui.swarm.services.container.mount_needs import needs_of
from swarmtui.swarm.services.lines_change import LinesChange
from swarmtui.swarm.services.restarts import as_it_will_be
from swarmtui.swarm.short_text import listed
from swarmtui.swarm.specs.fields import field_of, list_of
from swarmtui.swarm.specs.merge import Entry, placed
from swarmtui.swarm.syntax.comma_separated import read_settings, settings_text
from swarmtui.swarm.syntax.mounts import Mount, read_mount
from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.swarm.tasks.states import holds_a_place

__all__ = ["SetMounts"]


@dataclass(frozen=True)
class SetMounts(ValueChange, LinesChange):
    """Change what a service's containers mount."""

    name: ClassVar[str] = names.SET_MOUNTS
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "mounts"
    noun: ClassVar[str] = "mount"
    example: ClassVar[str] = "data:/var/lib/data, /srv:/srv:ro, type=tmpfs,target=/tmp"
    path: ClassVar[Path] = ("TaskTemplate", "ContainerSpec", "Mounts")

    @classmethod
    def entries_of(cls, spec: Spec) -> list[Entry]:
        return [(_line_of(each), each) for each in list_of(spec, *cls.path)]

    @classmethod
    def check(cls, line: str) -> str:
        try:
            return read_mount(line.strip()).line
        except Unreadable as error:
            raise NotPossible(f"'{cls.masked_line(line)}': {error}.") from error

    @classmethod
    def key_of(cls, line: str) -> str:
        return read_mount(line).target

    @classmethod
    def masked_line(cls, line: str) -> str:
        """A volume's driver may take a password among its options."""
        if "volume-opt" not in line:
            return line
        try:
            settings = read_settings(line)
        except Unreadable:
            return masked_value("", line)
        shown = [(key, _shown_option(value) if key == "volume-opt" else value) for key, value in settings]
        return line if shown == settings else settings_text(shown)

    @classmethod
    def beginning(cls, line: str) -> str:
        return cls.masked_line(line).replace(MASK, "")

    @classmethod
    def with_lines(cls, raw: Mapping[str, Any], lines: Sequence[str], cluster: Cluster | None = None) -> Self:
        if not isinstance(field_of(raw["Spec"], *cls.path[:-1]), Mapping):
            raise NotPossible("This service runs no container: it mounts nothing.")
        after = placed(cls.entries_of(raw["Spec"]), lines, cls.key_of, lambda line: read_mount(line).spec())
        return cls(Target.of_json(Kind.SERVICE, raw), raw["Spec"], after)

    @property
    def no_command(self) -> str:
        """docker/cli command/service/update.go, `updateMounts`: by their targets, what is added in place of what is
        there."""
        added = {self.key_of(line): read_mount(line).spec() for line in self.added}
        before = list_of(self.spec, *self.path)
        stay = [each for each in before if _target(each) not in {*added, *self._targets_gone}]
        if any(not isinstance(each, Mapping) for each in before) or _counted([*stay, *added.values()]) != _counted(
            self.new or []
        ):
            return "docker changes mounts by their targets, and some of these have one in common"
        return ""

    @property
    def _targets_gone(self) -> list[str]:
        kept = {self.key_of(line) for line in self.lines_of(self.after)}
        return [target for target in dict.fromkeys(map(self.key_of, self.leaving)) if target not in kept]

    def options(self, show: Callable[[str], str]) -> list[str]:
        removed = [word for target in self._targets_gone for word in ("--mount-rm", target)]
        added = (show(read_mount(line).text) for line in self.added)
        return [*removed, *(word for each in added for word in ("--mount-add", each))]

    def entry_text(self, path: Path, value: Any) -> str:
        line = _line_of(value)
        return super().entry_text(path, value) if line is None else self.masked_line(line)

    def value(self, spec: Spec) -> str:
        return self.text_of_lines(spec)

    def text_of(self, raw: object) -> str:
        return self.value({"TaskTemplate": {"ContainerSpec": {"Mounts": raw}}})

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        later = as_it_will_be(service, after)
        yield from needs_of(cluster, _new(service.mounts, later.mounts))
        yield from _left_behind(cluster, service, later)


def _shown_option(option: str) -> str:
    name, equals, value = option.partition("=")
    return f"{name}={masked_value(name, value)}" if equals else option


def _line_of(raw: object) -> str | None:
    """The line for a mount; None where it would be read as another one."""
    mount = Mount.of(raw)
    try:
        return mount.line if mount is not None and read_mount(mount.line) == mount else None
    except Unreadable:
        return None


def _target(raw: object) -> object:
    return raw.get("Target") if isinstance(raw, Mapping) else None


def _counted(entries: Iterable[Any]) -> Counter[str]:
    return Counter(map(canonical, entries))


def _new(before: Sequence[MountOfService], after: Sequence[MountOfService]) -> list[MountOfService]:
    """The mounts of something that was not mounted."""
    known = {(each.type, each.source) for each in before if each.source}
    return [each for each in after if (each.type, each.source) not in known and each not in before]


def _left_behind(cluster: Cluster, service: Service, later: Service) -> Iterator[Consequence]:
    """Data on the nodes that tasks no longer see."""
    kept = {(each.type, each.source) for each in later.mounts if each.source}
    gone = [each for each in local_mounts(service) if each.source and (each.type, each.source) not in kept]
    if not gone:
        return
    on = {task.node_id for task in cluster.tasks_of(service.id) or () if holds_a_place(task) and task.node_id}
    where = listed(sorted(map(cluster.node_name, on))) if on else "the nodes"
    yield warning(f"The data of {listed([each.source for each in gone])} stays on {where}: tasks no longer see it.")
