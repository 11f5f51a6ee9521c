"""Publish a service's ports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Finding, Spec
from swarmtui.swarm.actions.lines import LinesChange
from swarmtui.swarm.actions.raw import field_of, list_of
from swarmtui.swarm.actions.service_change import Path, ValueChange, target_of
from swarmtui.swarm.actions.wording import argument, danger, docker, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects import Service
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
    def raw(self) -> dict[str, Any]:
        published = {"PublishedPort": self.published} if self.published else {}
        return {"Protocol": self.protocol, "TargetPort": self.target, **published, "PublishMode": self.mode}


@dataclass(frozen=True)
class SetPorts(ValueChange, LinesChange):
    """Change a service's published ports."""

    name: ClassVar[str] = "service.ports"
    verb: ClassVar[str] = "Change"
    label: ClassVar[str] = "Change a service's published ports"
    field: ClassVar[str] = "published ports"
    noun: ClassVar[str] = "port"
    example: ClassVar[str] = "8080:80, 53:53/udp, 8080:80,mode=host, 80"
    path: ClassVar[Path] = ("EndpointSpec", "Ports")

    @classmethod
    def lines_of(cls, spec: Spec) -> tuple[str, ...]:
        ports = (PortLine.of(each) for each in list_of(spec, *cls.path))
        return tuple(port.text for port in ports if port is not None)

    @classmethod
    def read(cls, line: str) -> tuple[str, ...]:
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
    def with_lines(cls, raw: Mapping[str, Any], lines: Sequence[str]) -> Self:
        ports = [_one(line) for line in lines]
        if field_of(raw["Spec"], "EndpointSpec", "Mode") == "dnsrr" and any(each.mode == "ingress" for each in ports):
            raise NotPossible(
                "A service with DNS round robin (dnsrr) has no ingress ports: write ,mode=host behind each of them."
            )
        kept = {port.text: each for each in list_of(raw["Spec"], *cls.path) if (port := PortLine.of(each)) is not None}
        return cls(target_of(raw), raw["Spec"], [kept.get(port.text, port.raw) for port in ports])

    @property
    def docker_command(self) -> str:
        words: list[str] = []
        gone = [line for line in self.lines_of(self.spec) if line not in self.lines_of(self.after)]
        for line in gone:
            port = _one(line)
            words += ["--publish-rm", f"{port.target}/{port.protocol}"]
        for line in self.added:
            words += ["--publish-add", _one(line).option]
        return docker("service", "update", *words, argument(self.target))

    def value(self, spec: Spec) -> str:
        return self.text_of_lines(spec)

    def text_of(self, raw: object) -> str:
        return self.value({"EndpointSpec": {"Ports": raw}})

    def findings(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Finding]:
        added = [_one(line) for line in self.added]
        yield from _conflicts(cluster, service, added)
        gone = [line for line in self.lines_of(self.spec) if line not in self.lines_of(after)]
        if gone:
            yield warning(f"{', '.join(gone)} {'is' if len(gone) == 1 else 'are'} no longer published so.")
        if any(not port.published for port in added):
            yield note("The engine chooses a port from 30000 on; the PORTS column will show which.")


def _one(line: str) -> PortLine:
    """The port of a line of the set."""
    return PortLine.parse(line)[0]


def _conflicts(cluster: Cluster, service: Service, added: Sequence[PortLine]) -> Iterator[Finding]:
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
                yield note(
                    f"{other.name} has host port {port.published}, too: a node runs a task of only one of the two."
                )
            else:
                yield danger(
                    f"{other.name} has port {port.published}/{port.protocol} ({taken.publish_mode}) already:"
                    " the engine will refuse this."
                )
