"""The networks that a service's tasks are attached to."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
from swarmtui.swarm.specs.fields import list_of, with_field
from swarmtui.swarm.specs.merge import Entry, placed
from swarmtui.swarm.syntax.references import OF_EVERY_ENGINE, Attachment, read_attachment
from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.swarm.usage import users_of

__all__ = ["SetNetworks"]


@dataclass(frozen=True)
class SetNetworks(ValueChange, LinesChange):
    """Change which networks a service's tasks are attached to.

    The spec has the IDs of the networks; the lines have their names.

    Attributes:
        named: the names of the swarm's networks, by their IDs.
    """

    name: ClassVar[str] = names.SET_NETWORKS
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "networks"
    noun: ClassVar[str] = "network"
    example: ClassVar[str] = "front, name=front,alias=www,driver-opt=key=value"
    path: ClassVar[Path] = ("TaskTemplate", "Networks")

    named: tuple[tuple[str, str], ...] = dataclasses.field(default=(), repr=False, compare=False)

    @classmethod
    def entries_of(cls, spec: Spec) -> list[Entry]:
        return [(_line_of(each), each) for each in list_of(spec, *cls.path)]

    @classmethod
    def lines_of(cls, spec: Spec, cluster: Cluster | None = None) -> tuple[str, ...]:
        return tuple(line for line, _ in _named(cls.entries_of(spec), _names_in(cluster)) if line is not None)

    def lines_in(self, spec: Spec) -> tuple[str, ...]:
        return tuple(line for line, _ in _named(self.entries_of(spec), dict(self.named)) if line is not None)

    @classmethod
    def unknown(cls, cluster: Cluster | None) -> str:
        return "The swarm's networks are not known yet." if cluster is None or cluster.networks is None else ""

    @classmethod
    def choices(cls, cluster: Cluster | None) -> tuple[str, ...]:
        known = (cluster.networks or {}).values() if cluster is not None else ()
        return tuple(sorted((each.name for each in known if not each.ingress), key=natural))

    @classmethod
    def check(cls, line: str) -> str:
        try:
            return read_attachment(line.strip()).text
        except Unreadable as error:
            raise NotPossible(f"'{line}': {error}.") from error

    @classmethod
    def read(cls, line: str, cluster: Cluster | None = None) -> tuple[str, ...]:
        attachment = read_attachment(cls.check(line))
        known = (cluster.networks if cluster is not None else None) or {}
        attachment = replace(attachment, network=_names_in(cluster).get(attachment.network, attachment.network))
        name = attachment.network
        if name == "none":
            raise NotPossible("A service cannot use none: it is each engine's own network.")
        if any(each.ingress and each.name == name for each in known.values()):
            raise NotPossible(f"{name} is the routing mesh's own network: it comes with a published port.")
        if known and name not in {*_names_in(cluster).values(), *OF_EVERY_ENGINE}:
            raise NotPossible(f"The swarm has no network {name}.")
        return (attachment.text,)

    @classmethod
    def key_of(cls, line: str) -> str:
        return read_attachment(line).network

    @classmethod
    def with_lines(cls, raw: Mapping[str, Any], lines: Sequence[str], cluster: Cluster | None = None) -> Self:
        spec = raw["Spec"]
        _check_place(spec)
        names_by_id = _names_in(cluster)
        ids = {name: key for key, name in names_by_id.items()}

        def made(line: str) -> dict[str, Any]:
            attachment = read_attachment(line)
            return attachment.spec(ids.get(attachment.network, attachment.network))

        after = placed(list(_named(cls.entries_of(spec), names_by_id)), lines, cls.key_of, made)
        return cls(Target.of_json(Kind.SERVICE, raw), spec, after, tuple(names_by_id.items()))

    def carried_to(self, raw: Mapping[str, Any]) -> Self:
        _check_place(raw["Spec"])
        return super().carried_to(raw)

    # -------------------------------------------------------------------------------- the docker command

    @property
    def no_command(self) -> str:
        """docker/cli command/service/update.go, `updateNetworks`: a network goes with all that is set of it."""
        kept = {_target(entry) for line, entry in self.entries_of(self.spec) if line is None}
        ids = {name: key for key, name in self.named}
        if kept.isdisjoint(ids.get(name, name) for name in self._networks_gone):
            return ""
        return "docker removes all attachments to a network together"

    @property
    def _networks_gone(self) -> list[str]:
        return list(dict.fromkeys(map(self.key_of, self.leaving)))

    def options(self, show: Callable[[str], str]) -> list[str]:
        removed = [word for name in self._networks_gone for word in ("--network-rm", name)]
        return [*removed, *(word for line in self.added for word in ("--network-add", show(line)))]

    @classmethod
    def masked_line(cls, line: str) -> str:
        return line  # names, and options of the network's driver

    def entry_text(self, path: Path, value: Any) -> str:
        lines = self.lines_in(with_field({}, self.path, [value]))
        return lines[0] if lines else super().entry_text(path, value)

    def value(self, spec: Spec) -> str:
        return self.text_of_lines(spec)

    def text_of(self, raw: object) -> str:
        return self.value(with_field({}, self.path, raw))

    # -------------------------------------------------------------------------------- what it means

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        before, now = (_targets(spec, cluster) for spec in (self.spec, after))
        for key in [each for each in before if each not in now]:
            yield from _of_leaving(cluster, service, key, now)
        for key in [each for each in now if each not in before]:
            yield from _of_joining(cluster, service, key)
        if before and not now:
            yield warning(f"{service.name} is on no network then: no other service reaches it by its name.")


def _check_place(spec: Spec) -> None:
    """Since API 1.25 the networks are in the task template; an engine reads the old place where that has none."""
    if list_of(spec, "Networks"):
        raise NotPossible(
            "The networks of this service are in an old place of its spec, beside the task template.",
            "e edits the whole spec.",
        )


def _line_of(raw: object) -> str | None:
    """The line for an attachment, with the network's ID; None where it would be read as another one."""
    attachment = Attachment.of(raw)
    try:
        return attachment.text if attachment and read_attachment(attachment.text) == attachment else None
    except Unreadable:
        return None


def _named(entries: Iterable[Entry], names_by_id: Mapping[str, str]) -> Iterator[Entry]:
    """The entries with the networks' names in their lines."""
    for line, raw in entries:
        if line is None:
            yield None, raw
            continue
        attachment = read_attachment(line)
        yield replace(attachment, network=names_by_id.get(attachment.network, attachment.network)).text, raw


def _names_in(cluster: Cluster | None) -> dict[str, str]:
    if cluster is None:
        return {}
    known = {network.id: network.name for network in (cluster.networks or {}).values() if network.name}
    return {**{key: name for key, name in cluster.elsewhere.items() if name}, **known}


def _target(raw: object) -> str:
    return str(raw.get("Target")) if isinstance(raw, Mapping) else ""


def _targets(spec: Spec, cluster: Cluster) -> list[str]:
    """The IDs of the networks, where they are known."""
    ids = {name: key for key, name in _names_in(cluster).items()}
    return [ids.get(target, target) for target in map(_target, list_of(spec, *SetNetworks.path))]


def _others(cluster: Cluster, service: Service, key: str) -> list[Service]:
    network = (cluster.networks or {}).get(key)
    return [each for each in users_of(cluster, network) if each.id != service.id] if network is not None else []


def _of_leaving(cluster: Cluster, service: Service, key: str, now: Sequence[str]) -> Iterator[Consequence]:
    still = {other.id for each in now for other in _others(cluster, service, each)}
    cut = [other.name for other in _others(cluster, service, key) if other.id not in still]
    network = cluster.network_name(key)
    if cut:
        yield warning(f"Without {network}, {service.name} no longer reaches {listed(cut)}, nor the other way round.")
    else:
        yield note(f"{service.name} leaves {network}.")


def _of_joining(cluster: Cluster, service: Service, key: str) -> Iterator[Consequence]:
    others = _others(cluster, service, key)
    network = cluster.network_name(key)
    if others:
        there = listed([each.name for each in others])
        yield note(f"{service.name} joins {there} on {network}: they reach each other by name.")
    else:
        yield note(f"No other service is on {network} now.")
