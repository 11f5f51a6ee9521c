"""The addresses that a network is asked to have.

Rules: moby api/types/network/ipam.go, convert.BasicNetworkCreateToGRPC.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_interface, ip_network

from swarmtui.sim.control.errors import ApiError, invalid
from swarmtui.sim.control.networks import formerly
from swarmtui.sim.objects.spec import JSON

_IPAM_FIELDS = (("Subnet", "Subnet"), ("Range", "IPRange"), ("Gateway", "Gateway"))


def configs(body: JSON) -> list[JSON]:
    """The IPAM configurations that were posted."""
    return [each or {} for each in (body.get("IPAM") or {}).get("Config") or []]


CHECKED_FIRST = (1, 44)
"""The API version from which on addresses are looked at before anything else."""


def check(body: JSON, api: tuple[int, ...]) -> None:
    """Refuse addresses that cannot be."""
    if api < CHECKED_FIRST:
        formerly.check_subnets(configs(body))
        return
    six = bool(body.get("EnableIPv6"))
    errors = [each for config in configs(body) for each in _wrong(config, six)]
    if errors:
        listed = errors[0] if len(errors) == 1 else "* " + "\n* ".join(errors)
        raise ApiError(400, f"invalid network config:\n{listed}")


def _wrong(config: JSON, six: bool) -> Iterator[str]:
    asked = str(config.get("Subnet") or "")
    try:
        subnet = ip_network(asked, strict=False)
    except ValueError:
        yield f"invalid subnet {asked}: invalid CIDR block notation"
        return
    if "/" not in asked:
        yield f"invalid subnet {asked}: invalid CIDR block notation"
        return
    if subnet.version == 6 and not six:
        return
    if str(subnet) != asked.lower():
        yield f"invalid subnet {asked}: it should be {subnet}"
    if config.get("IPRange"):
        yield from _wrong_range(str(config["IPRange"]), subnet)
    if config.get("Gateway"):
        yield from _wrong_address("gateway", str(config["Gateway"]), str(config["Gateway"]), subnet)
    for name, address in (config.get("AuxiliaryAddresses") or {}).items():
        yield from _wrong_address("auxiliary address", name, str(address), subnet)


def _wrong_range(asked: str, subnet: IPv4Network | IPv6Network) -> Iterator[str]:
    try:
        part = ip_network(asked, strict=False)
    except ValueError:
        yield f"invalid ip-range {asked}: invalid CIDR block notation"
        return
    if part.version != subnet.version:
        yield f"invalid ip-range {asked}: parent subnet is an IPv{subnet.version} block"
        return
    if part.prefixlen < subnet.prefixlen:
        yield f"invalid ip-range {asked}: CIDR block is bigger than its parent subnet {subnet}"
    if str(part) != asked.lower():
        yield f"invalid ip-range {asked}: it should be {part}"
    if not part.overlaps(subnet):
        yield f"invalid ip-range {asked}: parent subnet {subnet} doesn't contain ip-range"


def _wrong_address(what: str, name: str, asked: str, subnet: IPv4Network | IPv6Network) -> Iterator[str]:
    try:
        address = ip_address(asked)
    except ValueError:
        yield f"invalid {what} {name}: invalid address"
        return
    if address.version != subnet.version:
        yield f"invalid {what} {name}: parent subnet is an IPv{subnet.version} block"
    elif address not in subnet:
        yield f"invalid {what} {name}: parent subnet {subnet} doesn't contain this address"


def check_of_swarm(body: JSON) -> None:
    """Refuse what managers do not take. Rule: swarmkit controlapi/network.go (validateIPAMConfiguration)."""
    for config in configs(body):
        asked, part, gateway = (str(config.get(key) or "") for key in ("Subnet", "IPRange", "Gateway"))
        subnet = ip_network(asked, strict=False)
        if part and _first_of(part) is None:
            raise invalid(f"ipam configuration: invalid range {part}")
        if part and _first_of(part) not in subnet:
            raise invalid(f"ipam configuration: subnet {asked} does not contain range {part}")
        if gateway and ("/" in gateway or _first_of(gateway) is None):
            raise invalid(f"ipam configuration: invalid gateway {gateway}")
        if gateway and _first_of(gateway) not in subnet:
            raise invalid(f"ipam configuration: subnet {asked} does not contain gateway {gateway}")


def _first_of(text: str) -> IPv4Address | IPv6Address | None:
    """The address in "address/bits"."""
    try:
        return ip_interface(text).ip
    except ValueError:
        return None


def shown(config: JSON) -> JSON:
    """A configuration as an inspection of a local network has it."""
    return {key: config[key] for key in ("Subnet", "IPRange", "Gateway", "AuxiliaryAddresses") if config.get(key)}


def of_swarm(posted: JSON) -> JSON:
    """As the swarm keeps what was said of the addresses."""
    driver: JSON = {"Name": posted.get("Driver") or "default"}
    if posted.get("Options"):
        driver["Options"] = posted["Options"]
    kept = [
        {key: config[name] for key, name in _IPAM_FIELDS if config.get(name)} for config in posted.get("Config") or []
    ]
    return {"Driver": driver, "Configs": kept} if kept else {"Driver": driver}
