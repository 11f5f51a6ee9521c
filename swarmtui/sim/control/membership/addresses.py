"""The addresses that `swarm init` and `swarm join` are given. Source: moby daemon/cluster/listen_addr.go."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from swarmtui.sim.agent.local_networks import BRIDGE, GATEWAY_BRIDGE
from swarmtui.sim.control.errors import ApiError

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine

PORT = "2377"
DATA_PATH_PORT = 4789
_LISTEN = "listen address must be an IP address or network interface (with optional port number)"
_ADVERTISE = "advertise address must be a non-zero IP address or network interface (with optional port number)"
_DATA_PATH = "data path address must be a non-zero IP address or network interface (without a port number)"
_LARGEST = 29
"""A subnet of a swarm has at least eight addresses."""


def checked(address: str, name: str) -> str:
    """An address with its port, where it is none that is wanted; `name` is what it is called."""
    if not address:
        raise ApiError(400, f'invalid {name} "": invalid empty address')
    host, port = _split(address) or (address.strip("[]"), "")
    return _joined(host or "0.0.0.0", port or PORT)


def listen(machine: Machine, address: str) -> tuple[str, str]:
    """Where a manager listens: host and port."""
    parts = _split(address)
    if parts is None:
        raise ApiError(500, f"could not parse listen address {address}")
    return _resolved(machine, parts[0], _LISTEN, unspecified=True), parts[1]


def advertised(machine: Machine, address: str, port: str) -> tuple[str, str]:
    """What others are told: host and port; the machine's own address where nothing was asked for."""
    if not address:
        return machine.address, port
    host, own = _split(address) or (address, port)
    return _resolved(machine, host, _ADVERTISE), own


def check_data_path(machine: Machine, address: str) -> None:
    """The address for the traffic of containers."""
    if address:
        _resolved(machine, address, _DATA_PATH)


def data_path_port(number: int) -> int:
    """The UDP port for it."""
    if number and not 1024 <= number <= 49151:
        raise ApiError(500, f"Datapath port number is not in valid range (1024-49151) : {number}")
    return number or DATA_PATH_PORT


def pools(given: list[str], size: int) -> list[str]:
    """The pools that overlay networks get their subnets from; none for the usual one."""
    wanted = [each.strip() for each in given]
    if wanted and size > _LARGEST:
        raise ApiError(500, f"subnet size is out of range: {size}")
    for each in wanted:
        pool = _network(each)
        if pool is None:
            raise ApiError(500, f"invalid base pool {each}: invalid CIDR address: {each}")
        if size < pool.prefixlen:
            raise ApiError(500, f'invalid CIDR: "{each}". Subnet size is too small for pool: {size}')
    return wanted


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False) if "/" in text else None
    except ValueError:
        return None


def _split(address: str) -> tuple[str, str] | None:
    """Host and port; None where there is no port."""
    host, colon, port = address.rpartition(":")
    if not colon or (":" in host and not (host.startswith("[") and host.endswith("]"))):
        return None
    return host.strip("[]"), port


def _joined(host: str, port: str) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _resolved(machine: Machine, host: str, complaint: str, *, unspecified: bool = False) -> str:
    """The address of an interface, or an address as it is."""
    found = _interfaces(machine).get(host)
    if found is not None:
        return found
    address = _address(host)
    if address is None or (address.is_unspecified and not unspecified):
        raise ApiError(400, complaint)
    return str(address)


def _interfaces(machine: Machine) -> dict[str, str]:
    """The interfaces of a machine with the address of each."""
    found = {"lo": "127.0.0.1", "eth0": machine.address, "docker0": str(BRIDGE[1])}
    if "docker_gwbridge" in machine.local_networks:
        found["docker_gwbridge"] = str(GATEWAY_BRIDGE[1])
    return found


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
