"""What becomes of a network that one engine is asked to have for itself.

Rules: moby libnetwork/controller.go, bridge.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from ipaddress import ip_network
from typing import TYPE_CHECKING

from swarmtui.sim.agent.local_networks import BRIDGE, GATEWAY_BRIDGE, LocalNetwork, Subnet, free_subnet
from swarmtui.sim.agent.machine import NETWORK_DRIVERS
from swarmtui.sim.control.access import NO_SWARM
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.control.networks import addresses, formerly
from swarmtui.sim.objects.spec import JSON

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine

_ONLY_ONE = ("host", "null")


def check(body: JSON) -> None:
    """Refuse what can be no network, whoever it is asked for. Rule: libnetwork validateConfiguration."""
    network: JSON = {key: value for key, value in body.items() if value}
    if "ConfigOnly" in network:
        if network.keys() & {"Ingress", "Internal", "Attachable", "Scope"}:
            raise ApiError(
                403,
                "configuration network can only contain network specific fields. Network operator fields like "
                "[ ingress | internal | attachable | scope ] are not supported.",
            )
        if _source(body):
            raise ApiError(403, "a configuration network cannot depend on another configuration network")
        return
    if _source(body):
        _check_derived(network)
    check_driver(body)


def _check_derived(network: JSON) -> None:
    ipam: JSON = network.get("IPAM") or {}
    own = network.keys() & {"EnableIPv6", "Labels"} or ipam.get("Options") or ipam.get("Config")
    if own or (ipam.get("Driver") or "default") != "default":
        raise ApiError(
            403, "user specified configurations are not supported if the network depends on a configuration network"
        )
    if "Options" in network:
        raise ApiError(
            403, "network driver options are not supported if the network depends on a configuration network"
        )


def check_driver(body: JSON) -> None:
    """Refuse a driver that there is none of, or that does not go with what else is asked for."""
    driver, scope = str(body.get("Driver") or "bridge"), body.get("Scope")
    if driver not in NETWORK_DRIVERS:
        raise ApiError(404, f'plugin "{driver}" not found')
    if driver == "overlay" and scope == "local":
        raise ApiError(403, "cannot downgrade network scope for overlay networks")
    if driver != "overlay" and body.get("Ingress"):
        raise ApiError(403, "Ingress network can only be global scope network")


def make(machine: Machine, id: str, body: JSON, now: float) -> LocalNetwork:
    """A network of one engine, with addresses of its own."""
    body = _configured(machine, body)
    driver = "null" if body.get("ConfigOnly") else str(body.get("Driver") or "bridge")
    network = LocalNetwork(id, str(body["Name"]), driver, now, body)
    network.configs = [addresses.shown(each) for each in addresses.configs(body)]
    if driver in _ONLY_ONE and not body.get("ConfigOnly"):
        raise ApiError(403, f'only one instance of "{driver}" network is allowed')
    if driver != "null":
        _allocate(machine, network, body)
        if body.get("Scope") not in (None, "", "local") and machine.release.api < _ONE_STORE:
            raise ApiError(500, NO_SWARM)
    network.configs.sort(key=lambda each: ":" in str(each["Subnet"]))
    return network


def _allocate(machine: Machine, network: LocalNetwork, body: JSON) -> None:
    ipam = str((body.get("IPAM") or {}).get("Driver") or "default")
    if ipam not in ("default", "null"):
        raise ApiError(404, f'plugin "{ipam}" not found')
    if ipam == "null" and network.driver == "bridge":
        raise ApiError(500, "ipv4 pool is empty")
    taken, six = _taken(machine), bool(body.get("EnableIPv6"))
    posted = addresses.configs(body)
    for version in (4, 6) if six else (4,):
        own = [each for each in posted if ip_network(str(each["Subnet"]), strict=False).version == version]
        for config in own:
            if machine.release.api < addresses.CHECKED_FIRST:
                formerly.check(config)
            subnet = ip_network(str(config["Subnet"]), strict=False)
            if any(_overlap(subnet, other) for other in taken):
                raise ApiError(403, f"{_pool(machine)}Pool overlaps with other one on this address space")
            if machine.release.api < addresses.CHECKED_FIRST:
                formerly.check_within(config, subnet, network.name)
            taken.append(subnet)
        if not own:
            network.configs.append(_free(machine, network, taken, version))
    own_subnets = network.subnets
    if network.driver == "bridge" and sum(each.version == 4 for each in own_subnets) > 1:
        raise ApiError(403, "bridge driver doesn't support multiple subnets")


def _free(machine: Machine, network: LocalNetwork, taken: list[Subnet], version: int) -> JSON:
    """Addresses that nobody has asked for."""
    if version == 6:
        if machine.release.api < _LOCAL_SIX:
            raise ApiError(
                404,
                "could not find an available, non-overlapping IPv6 address pool among the defaults to assign to the "
                "network",
            )
        prefix = random.Random(network.id).getrandbits(40)
        base = f"fd{prefix >> 32:02x}:{prefix >> 16 & 0xFFFF:x}:{prefix & 0xFFFF:x}"
        return {"Subnet": f"{base}::/64", "Gateway": f"{base}::1"}
    subnet = free_subnet(taken)
    if subnet is None:
        raise ApiError(404, "all predefined address pools have been fully subnetted")
    return {"Subnet": str(subnet), "Gateway": str(next(subnet.hosts()))}


_ONE_STORE = (1, 42)
"""The API version from which on an engine has no store for networks of several engines without a swarm."""
_LOCAL_SIX = (1, 46)
"""The API version from which on an engine chooses IPv6 addresses by itself."""
_SAYS_REQUEST = (1, 46)


def _pool(machine: Machine) -> str:
    return "invalid pool request: " if machine.release.api >= _SAYS_REQUEST else ""


def _source(body: JSON) -> str:
    """The configuration network that a body names."""
    return str((body.get("ConfigFrom") or {}).get("Network") or "")


def _configured(machine: Machine, body: JSON) -> JSON:
    """With what a configuration network says, where the body names one."""
    source = _source(body)
    if not source:
        return body
    known = machine.networks.values()
    found = next((each for each in known if source in (each.name, each.id) and each.posted.get("ConfigOnly")), None)
    if found is None:
        raise ApiError(404, f'configuration network "{source}" not found')
    kept = ("IPAM", "Options", "Labels", "Internal", "EnableIPv6")
    return {**body, **{key: found.posted[key] for key in kept if found.posted.get(key)}}


def _taken(machine: Machine) -> list[Subnet]:
    own: Iterable[LocalNetwork] = machine.networks.values()
    return [BRIDGE, GATEWAY_BRIDGE, *(each for network in own if network.driver != "null" for each in network.subnets)]


def _overlap(one: Subnet, other: Subnet) -> bool:
    return one.version == other.version and one.overlaps(other)
