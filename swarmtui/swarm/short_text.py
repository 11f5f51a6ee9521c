"""Short words for long things: published ports, counted nouns and lists of names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from swarmtui.swarm.natural import natural
from swarmtui.swarm.objects.service import Port, Service

__all__ = ["clipped", "counted", "listed", "ports_text"]


def clipped(text: str, length: int) -> str:
    """A text of at most so many characters: cut with "…" where it is longer."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def counted(number: int, noun: str, plural: str = "") -> str:
    """ "1 task", "3 tasks", "2 replicas"."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"


def listed(names: Collection[str], limit: int = 8) -> str:
    """ "api, db and web"; what is beyond the limit is counted: "api, db, web and 12 more"."""
    words = sorted(names, key=natural)
    if len(words) > limit + 1:
        words = [*words[:limit], f"{len(words) - limit} more"]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


@dataclass
class _Run:
    """Consecutive ports that are published alike."""

    first: Port
    published_end: int
    target_end: int

    @classmethod
    def starting(cls, port: Port) -> _Run:
        return cls(port, port.published_port, port.target_port)

    def extend(self, port: Port) -> bool:
        """Take the port in, when it continues this run on both sides, or on the published side to the same target."""
        if port.published_port != self.published_end + 1 or not port.published_port:
            return False
        to_one_target = self.target_end == self.first.target_port == port.target_port
        in_step = (
            port.target_port == self.target_end + 1
            and port.published_port - self.first.published_port == port.target_port - self.first.target_port
        )
        if not (to_one_target or in_step):
            return False
        self.published_end = port.published_port
        self.target_end = port.target_port
        return True

    def text(self) -> str:
        published = _range(self.first.published_port, self.published_end) if self.published_end else "?"
        mark = " host" if self.first.publish_mode == "host" else ""
        return f"{published}→{_range(self.first.target_port, self.target_end)}/{self.first.protocol or 'tcp'}{mark}"


def ports_text(service: Service) -> str:
    """A service's published ports: "8080→80/tcp, 9000-9002→9000-9002/udp"; " host" marks the host mode.

    Neighbours are folded as `docker service ls` does it (docker/cli command/service/formatter.go). Ports in host mode
    are shown too, which that leaves out; "?" is a port that the engine or the node chooses.
    """
    return ", ".join(run.text() for run in _runs(service.ports))


def _runs(ports: Iterable[Port]) -> list[_Run]:
    runs: list[_Run] = []
    key = None
    for port in sorted(ports, key=lambda p: (p.publish_mode, p.protocol, p.published_port, p.target_port)):
        same_sort = key == (port.publish_mode, port.protocol)
        key = (port.publish_mode, port.protocol)
        if not (same_sort and runs[-1].extend(port)):
            runs.append(_Run.starting(port))
    return runs


def _range(start: int, end: int) -> str:
    return str(start) if start == end else f"{start}-{end}"
