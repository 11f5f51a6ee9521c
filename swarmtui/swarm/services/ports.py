"""Publish a service's ports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Spec
from swarmtui.swarm.actions.wording import danger, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.networks.ingress import of_missing_ingress
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.change import Path, ValueChange
from swarmtui.swarm.services.lines_change import LinesChange
from swarmtui.swarm.specs.fields import field_of, list_of
from swarmtui.swarm.specs.merge import Entry, placed
from swarmtui.swarm.syntax.publish import read_published
from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = ["PortLine", "SetPorts"]


@dataclass(frozen=True)
class PortLine:
    """A published port as a line: "8080:80/udp", "8080:80,mode=host".

    Attributes:
        published: the port outside; 0 for one that the engine chooses.
        target: the port in the container.
        protocol: "tcp", "udp" or "sctp".
        mode: "ingress" (on every node, the routing mesh) or "host" (on the nodes that run a task).
    """

    published: int
    target: int
    protocol: str = "tcp"
    mode: str = "ingress"

    @classmethod
    def parse(cls, text: str) -> tuple[PortLine, ...]:
        """Read what was typed, in docker's short or long form; a range is several. Raises NotPossible."""
        try:
            read = read_published(text.strip().removesuffix(" host") + (",mode=host" if text.endswith(" host") else ""))
        except Unreadable as error:
            raise NotPossible(f"'{text}': {error}.") from error
        return tuple(cls(published, target, read.protocol, read.mode) for published, target in read.pairs)

    @classmethod
    def of(cls, raw: object) -> PortLine | None:
        """From the raw JSON of a port; None when it is none."""
        if not isinstance(raw, Mapping):
            return None
        published, target = raw.get("PublishedPort") or 0, raw.get("TargetPort") or 0
        if not isinstance(published, int) or not isinstance(target, int):
            return None
        return cls(published, target, str(raw.get("Protocol") or "tcp"), str(raw.get("PublishMode") or "ingress"))

    @property
    def text(self) -> str:
        published = f"{self.published}:" if self.published else ""
        protocol = "" if self.protocol == "tcp" else f"/{self.protocol}"
        return f"{published}{self.target}{protocol}{'' if self.mode == 'ingress' else f',mode={self.mode}'}"

    @property
    def option(self) -> str:
        """For docker's --publish-add, in its long form."""
        published = f"published={self.published}," if self.published else ""
        return f"{published}target={self.target},protocol={self.protocol},mode={self.mode}"

    @property
    def unpublishing(self) -> str:
        """For docker's --publish-rm, which takes no published port."""
        return f"target={self.target},protocol={self.protocol},mode={self.mode}"

    @property
    def raw(self) -> dict[str, Any]:
        published = {"PublishedPort": self.published} if self.published else {}
        return {"Protocol": self.protocol, "TargetPort": self.target, **published, "PublishMode": self.mode}


@dataclass(frozen=True)
class SetPorts(ValueChange, LinesChange):
    """Change a service's published ports."""

    name: ClassVar[str] = names.SET_PORTS
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "published ports"
    noun: ClassVar[str] = "port"
    example: ClassVar[str] = "8080:80, 53:53/udp, 8080:80,mode=host, 80"
    path: ClassVar[Path] = ("EndpointSpec", "Ports")

    @classmethod
    def entries_of(cls, spec: Spec) -> list[Entry]:
        return [(_line_of(each), each) for each in list_of(spec, *cls.path)]

    @classmethod
    def read(cls, line: str, cluster: Cluster | None = None) -> tuple[str, ...]:
        return tuple(port.text for port in PortLine.parse(line))

    @classmethod
    def check(cls, line: str) -> str:
        return _one(line).text

    @classmethod
    def key_of(cls, line: str) -> str:
        port = _one(line)
        if not port.published:
            return port.text
        return f"port {port.published}" + ("" if port.protocol == "tcp" else f"/{port.protocol}")

    @classmethod
    def with_lines(cls, raw: Mapping[str, Any], lines: Sequence[str], cluster: Cluster | None = None) -> Self:
        ports = [_one(line) for line in lines]
        if field_of(raw["Spec"], "EndpointSpec", "Mode") == "dnsrr" and any(each.mode == "ingress" for each in ports):
            raise NotPossible(
                "A service with DNS round robin (dnsrr) has no ingress ports: write ,mode=host after each of them."
            )
        after = placed(cls.entries_of(raw["Spec"]), lines, cls.key_of, lambda line: _one(line).raw)
        return cls(Target.of_json(Kind.SERVICE, raw), raw["Spec"], after)

    @property
    def no_command(self) -> str:
        """docker/cli command/service/update.go, `updatePorts`: it removes by target, protocol and mode, and adds no
        port that was there before."""
        before = [PortLine.of(each) for each in list_of(self.spec, *self.path)]
        after = [PortLine.of(each) for each in self.new]
        if None in before or None in after:
            return "docker cannot read these ports"
        added = [_one(line) for line in self.added]
        done = {port for port in before if port and port.unpublishing not in self._unpublished}
        done.update(port for port in added if port not in before)
        if Counter(done) == Counter(after):
            return ""
        return "docker removes published ports by their target: those with the same target go together"

    @property
    def _unpublished(self) -> list[str]:
        return list(dict.fromkeys(_one(line).unpublishing for line in self.leaving))

    def options(self, show: Callable[[str], str]) -> list[str]:
        removed = [word for port in self._unpublished for word in ("--publish-rm", port)]
        return [*removed, *(word for line in self.added for word in ("--publish-add", _one(line).option))]

    def entry_text(self, path: Path, value: Any) -> str:
        return _line_of(value) or super().entry_text(path, value)

    def value(self, spec: Spec) -> str:
        return self.text_of_lines(spec)

    def text_of(self, raw: object) -> str:
        return self.value({"EndpointSpec": {"Ports": raw}})

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        added = [_one(line) for line in self.added]
        yield from of_missing_ingress(cluster, [each.mode for each in added])
        yield from _conflicts(cluster, service, added)
        if gone := self.leaving:
            yield warning(f"{', '.join(gone)} {'is' if len(gone) == 1 else 'are'} no longer published.")
        if any(not port.published for port in added):
            yield note("The engine chooses a port from 30000 up; the PORTS column will show it.")


def _line_of(raw: object) -> str | None:
    """The line for a port; None where it would be read as another port."""
    port = PortLine.of(raw)
    try:
        return port.text if port is not None and PortLine.parse(port.text) == (port,) else None
    except NotPossible:
        return None


def _one(line: str) -> PortLine:
    """The port of a line of the set."""
    return PortLine.parse(line)[0]


def _conflicts(cluster: Cluster, service: Service, added: Sequence[PortLine]) -> Iterator[Consequence]:
    """Ports that another service has. Rule: swarmkit manager/controlapi/service.go, `checkPortConflicts`: only two
    host ports may be equal, and then a node runs one of the two."""
    wanted = {(port.published, port.protocol): port for port in added if port.published}
    for other in cluster.services.values():
        if other.id == service.id:
            continue
        for taken in other.ports:
            port = wanted.get((taken.published_port, taken.protocol))
            if port is None:
                continue
            if port.mode == "host" and taken.publish_mode == "host":
                yield note(f"{other.name} also has host port {port.published}: a node can run only one of the two.")
            else:
                yield danger(
                    f"{other.name} already has port {port.published}/{port.protocol} ({taken.publish_mode}): the"
                    " engine will refuse this."
                )
