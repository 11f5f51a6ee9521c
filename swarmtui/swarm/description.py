"""Short words for long things: published ports, images, counted nouns and lists of names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from swarmtui.swarm.objects import Port, Service

__all__ = ["counted", "duration_text", "listed", "ports_text", "short_image", "span_text"]


def counted(number: int, noun: str, plural: str = "") -> str:
    """ "1 task", "3 tasks", "2 replicas"."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"


def listed(names: Collection[str], limit: int = 8) -> str:
    """ "api, db and web"; what is beyond the limit is counted: "api, db, web and 12 more"."""
    words = sorted(names)
    if len(words) > limit + 1:
        words = [*words[:limit], f"{len(words) - limit} more"]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def span_text(seconds: float) -> str:
    """ "40 s", "5 min", "3 h", "2 days": how long something took or has lasted, to one unit."""
    whole = max(int(seconds), 0)
    if whole < 120:
        return f"{whole} s"
    if whole < 2 * 3600:
        return f"{whole // 60} min"
    if whole < 2 * 86400:
        return f"{whole // 3600} h"
    return f"{whole // 86400} days"


def duration_text(nanoseconds: int) -> str:
    """ "10 s", "1 min 30 s", "500 ms", "0 s": a setting, to the millisecond."""
    milliseconds = round(nanoseconds / 1_000_000)
    parts = []
    for unit, size in (("h", 3_600_000), ("min", 60_000), ("s", 1000), ("ms", 1)):
        number, milliseconds = divmod(milliseconds, size)
        if number:
            parts.append(f"{number} {unit}")
    return " ".join(parts) or "0 s"


def short_image(image: str) -> str:
    """An image as people say it: without digest and without Docker Hub's own prefix; the tag is kept.

    An image that is named by its digest alone keeps the digest's start, since that is all that tells it apart.
    """
    name, _, digest = image.partition("@")
    for prefix in ("docker.io/library/", "index.docker.io/library/", "docker.io/", "index.docker.io/"):
        if name.startswith(prefix):
            name = name.removeprefix(prefix)
            break
    has_tag = ":" in name.rpartition("/")[2]
    if digest and not has_tag:
        algorithm, _, sum_ = digest.partition(":")
        return f"{name}@{(sum_ or algorithm)[:12]}"
    return name


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
