"""The IPv4 addresses that a network of the swarm is asked to have."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from swarmtui.sim.objects.spec import JSON


class ImpossibleSubnet(ValueError):
    """What was asked for can never be given: the network waits for ever."""


def asked(spec: JSON) -> tuple[IPv4Network | None, IPv4Address | None]:
    """The first IPv4 subnet that a spec asks for, and the gateway in it; None for whatever is left to the swarm."""
    for config in (spec.get("IPAM") or {}).get("Configs") or []:
        if ":" in str(config.get("Subnet")):
            continue
        try:
            subnet = IPv4Network(config["Subnet"], strict=False)
            gateway = IPv4Address(config["Gateway"]) if config.get("Gateway") else None
        except ValueError as error:
            raise ImpossibleSubnet from error
        if gateway is not None and gateway not in subnet:
            raise ImpossibleSubnet
        return subnet, gateway
    return None, None
