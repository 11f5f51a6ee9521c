"""Published ports: "8080:80", "8080-8082:80-82/udp", "published=8080,target=80,mode=host".

As docker/cli's opts/port.go reads them. In addition a mode may be set after the short form: "8080:80,mode=host".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from swarmtui.swarm.syntax.addresses import read_port
from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = ["Published", "read_published"]

EXPECTED = "like 8080:80, 8080:80/udp or 8080:80,mode=host"
PROTOCOLS = ("tcp", "udp", "sctp")
MODES = ("ingress", "host")

_SHORT = re.compile(r"(?:(\d+)(?:-(\d+))?:)?(\d+)(?:-(\d+))?(?:/([a-z]+))?", re.IGNORECASE | re.ASCII)
_HOST_ADDRESS = re.compile(r"(\[.*\]|[\d.]+\.\d+|[\w.-]*[a-z][\w.-]*):\d*:?\d", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Published:
    """Ports that are published alike: a range of published ports (both 0: the engine chooses) to a range of targets.

    Several published ports may go to one target.
    """

    first: int
    last: int
    target: int
    target_last: int
    protocol: str = "tcp"
    mode: str = "ingress"

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Each published port (0: chosen by the engine) with its target."""
        targets = range(self.target, self.target_last + 1)
        if not self.first:
            return tuple((0, target) for target in targets)
        ports = range(self.first, self.last + 1)
        return tuple((port, targets[place] if len(targets) > 1 else self.target) for place, port in enumerate(ports))

    def specs(self) -> list[dict[str, Any]]:
        """As they stand in a service's spec."""
        return [
            {
                "Protocol": self.protocol,
                "TargetPort": target,
                **({"PublishedPort": port} if port else {}),
                "PublishMode": self.mode,
            }
            for port, target in self.pairs
        ]

    def arguments(self) -> list[str]:
        """As values of --publish. The short form has no mode, and the long one no ranges."""
        if self.mode == "ingress":
            published = f"{_range(self.first, self.last)}:" if self.first else ""
            protocol = "" if self.protocol == "tcp" else f"/{self.protocol}"
            return [f"{published}{_range(self.target, self.target_last)}{protocol}"]
        return [
            ",".join(
                [
                    *([f"published={port}"] if port else []),
                    f"target={target}",
                    *([] if self.protocol == "tcp" else [f"protocol={self.protocol}"]),
                    f"mode={self.mode}",
                ]
            )
            for port, target in self.pairs
        ]


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def read_published(text: str) -> Published:
    """Read one value of --publish.

    Raises:
        Unreadable: it is none.
    """
    short, *settings = text.split(",")
    if "=" not in short:
        return _short(short, _settings(settings, {"mode"}).get("mode", "ingress"))
    given = _settings([short, *settings], {"published", "target", "protocol", "mode"})
    if "target" not in given:
        raise Unreadable("target=… is missing")
    target, published = read_port(given["target"]), read_port(given["published"]) if given.get("published") else 0
    return Published(published, published, target, target, given.get("protocol", "tcp"), given.get("mode", "ingress"))


def _settings(fields: list[str], known: set[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for field in fields:
        key, equals, value = field.strip().partition("=")
        key = key.lower()
        if not equals or key not in known:
            raise Unreadable(EXPECTED)
        given[key] = value.strip() if key in ("published", "target") else value.strip().lower()
    if given.get("mode", "ingress") not in MODES:
        raise Unreadable("the mode must be ingress or host")
    if given.get("protocol", "tcp") not in PROTOCOLS:
        raise Unreadable("the protocol must be tcp, udp or sctp")
    return given


def _short(text: str, mode: str) -> Published:
    found = _SHORT.fullmatch(text.strip())
    if found is None:
        if _HOST_ADDRESS.match(text.strip()):
            raise Unreadable("an address cannot be set: a service's port is published on every node")
        raise Unreadable(EXPECTED)
    protocol = (found[5] or "tcp").lower()
    if protocol not in PROTOCOLS:
        raise Unreadable("the protocol must be tcp, udp or sctp")
    target = read_port(found[3])
    target_last = read_port(found[4]) if found[4] else target
    first = read_port(found[1]) if found[1] else 0
    last = read_port(found[2]) if found[2] else first
    if last < first or target_last < target:
        raise Unreadable("a range must go up: 8000-8010")
    if first and target_last != target and last - first != target_last - target:
        raise Unreadable("the two ranges differ in length")
    return Published(first, last, target, target_last, protocol, mode)
