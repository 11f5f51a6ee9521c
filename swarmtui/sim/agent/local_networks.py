"""Networks that one engine has for itself: bridges that somebody made, and who is on them.

Nothing is sent over them; they are records. Source: moby libnetwork/{network,ipams/defaultipam}.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network

from swarmtui.sim.objects.spec import JSON

Subnet = IPv4Network | IPv6Network

BRIDGE = IPv4Network("172.17.0.0/16")
GATEWAY_BRIDGE = IPv4Network("172.18.0.0/16")
_POOLS = (
    *(IPv4Network(f"172.{number}.0.0/16") for number in range(19, 32)),
    *(IPv4Network(f"192.168.{number}.0/20") for number in range(0, 256, 16)),
)
"""Where the addresses of bridges come from unless others are asked for (libnetwork/ipamutils)."""


@dataclass
class Endpoint:
    """A container's place in a network.

    Attributes:
        address: as a number, 0 for none.
        asked: the EndpointSettings with which it was connected.
    """

    address: int = 0
    asked: JSON = field(default_factory=dict)


@dataclass
class LocalNetwork:
    """A network of one engine.

    Attributes:
        posted: what it was created with.
        configs: its IPAM configuration, as it is shown.
        ends: the containers on it, by ID.
    """

    id: str
    name: str
    driver: str
    created: float
    posted: JSON
    configs: list[JSON] = field(default_factory=list)
    ends: dict[str, Endpoint] = field(default_factory=dict)

    @property
    def subnets(self) -> list[Subnet]:
        """Its addresses."""
        return [ip_network(str(each["Subnet"]), strict=False) for each in self.configs]

    @property
    def prefix(self) -> int:
        """The length of the prefix of its IPv4 addresses."""
        return next((each.prefixlen for each in self.subnets if each.version == 4), 0)

    @property
    def gateway(self) -> str:
        """The address of the engine in it."""
        own = next((each for each in self.configs if ":" not in str(each["Subnet"])), None)
        if own is None:
            return ""
        return str(own.get("Gateway") or next(IPv4Network(str(own["Subnet"]), strict=False).hosts()))

    def take(self) -> int:
        """A free address; 0 when it has none."""
        own = next((each for each in self.subnets if each.version == 4), None)
        if own is None:
            return 0
        taken = {each.address for each in self.ends.values()}
        first = int(own.network_address) + 2
        return next((number for number in range(first, int(own.broadcast_address)) if number not in taken), 0)


def free_subnet(taken: list[Subnet]) -> IPv4Network | None:
    """The first of the usual subnets that nobody has."""
    own = [each for each in taken if isinstance(each, IPv4Network)]
    return next((pool for pool in _POOLS if not any(pool.overlaps(each) for each in own)), None)
