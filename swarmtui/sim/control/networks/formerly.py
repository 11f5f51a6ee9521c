"""Addresses as engines before 25.0 looked at them: one after another, while they are taken.

Rules: moby 20.10 daemon/network.go (getIpamConfig), libnetwork/{network,ipam/allocator}.go; the words are the lab's.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.objects.spec import JSON

Subnet = IPv4Network | IPv6Network


def check_subnets(configs: list[JSON]) -> None:
    """Refuse a subnet that is none."""
    for config in configs:
        asked = str(config.get("Subnet") or "")
        if _network(asked) is None:
            raise ApiError(500, f"Invalid subnet {asked} : invalid CIDR address: {asked}")


def check(config: JSON) -> None:
    """Refuse a gateway or a range that is none."""
    gateway, part = str(config.get("Gateway") or ""), str(config.get("IPRange") or "")
    if gateway and _address(gateway) is None:
        raise ApiError(500, f"invalid gateway address {gateway} in Ipam configuration")
    if part and _network(part) is None:
        subnet = config["Subnet"]
        raise ApiError(
            500,
            f'failed to parse pool request for address space "LocalDefault" pool "{subnet}" subpool "{part}": '
            "Invalid Address SubPool",
        )


def check_within(config: JSON, subnet: Subnet, name: str) -> None:
    """Refuse addresses that are not in the network's own."""
    gateway, part = _address(str(config.get("Gateway") or "")), _network(str(config.get("IPRange") or ""))
    if gateway is not None and gateway not in subnet:
        raise ApiError(500, f"failed to allocate gateway ({config['Gateway']}): Requested address is out of range")
    if gateway is not None and part is not None and not part.overlaps(subnet):
        raise ApiError(500, f"failed to allocate gateway ({config['Gateway']}): Address already in use")
    for key, asked in sorted((config.get("AuxiliaryAddresses") or {}).items()):
        address = _address(str(asked))
        if address is None:
            raise ApiError(400, f"non parsable secondary ip address ({key}:{asked}) passed for network {name}")
        if address not in subnet:
            raise ApiError(403, f"auxiliary address: ({key}:{asked}) must belong to the master pool: {subnet}")


def _network(text: str) -> Subnet | None:
    try:
        return ip_network(text, strict=False) if "/" in text else None
    except ValueError:
        return None


def _address(text: str) -> object | None:
    try:
        return ip_address(text) if text else None
    except ValueError:
        return None
