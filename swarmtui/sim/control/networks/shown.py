"""Networks as the engine's JSON. Shapes: measured on engine 20.10."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from swarmtui.sim.agent.container_json import endpoints
from swarmtui.sim.agent.local_networks import BRIDGE, GATEWAY_BRIDGE, LocalNetwork
from swarmtui.sim.objects import encode
from swarmtui.sim.objects.objects import Network, dotted
from swarmtui.sim.objects.spec import JSON
from swarmtui.sim.objects.timestamps import NEVER, iso

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine
    from swarmtui.sim.agent.run import Run
    from swarmtui.sim.cluster import Cluster

PREDEFINED = {"bridge": "bridge", "docker_gwbridge": "bridge", "host": "host", "none": "null"}
"""The drivers of the networks that every engine has."""
_SUBNETS = {"bridge": BRIDGE, "docker_gwbridge": GATEWAY_BRIDGE}
_OPTIONS: Mapping[str, JSON] = {
    "bridge": {
        "com.docker.network.bridge.default_bridge": "true",
        "com.docker.network.bridge.enable_icc": "true",
        "com.docker.network.bridge.enable_ip_masquerade": "true",
        "com.docker.network.bridge.host_binding_ipv4": "0.0.0.0",
        "com.docker.network.bridge.name": "docker0",
        "com.docker.network.driver.mtu": "1500",
    },
    "docker_gwbridge": {
        "com.docker.network.bridge.enable_icc": "false",
        "com.docker.network.bridge.enable_ip_masquerade": "true",
        "com.docker.network.bridge.name": "docker_gwbridge",
    },
}


def predefined(name: str, id: str) -> JSON:
    """A network that every engine has."""
    subnet = _SUBNETS.get(name)
    config = [{"Subnet": str(subnet), "Gateway": str(next(subnet.hosts()))}] if subnet is not None else []
    return {
        **_shown(name, id, NEVER, "local", PREDEFINED[name], config),
        "Options": _OPTIONS.get(name, {}),
    }


def local(network: LocalNetwork) -> JSON:
    """A network that somebody made on one engine."""
    posted = network.posted
    ipam = posted.get("IPAM") or {}
    shown = _shown(network.name, network.id, iso(network.created), "local", network.driver, network.configs)
    shown["IPAM"] |= {"Driver": ipam.get("Driver") or "default", "Options": ipam.get("Options")}
    return {
        **shown,
        "EnableIPv6": bool(posted.get("EnableIPv6")),
        "Internal": bool(posted.get("Internal")),
        "Attachable": bool(posted.get("Attachable")),
        "ConfigFrom": {"Network": str((posted.get("ConfigFrom") or {}).get("Network") or "")},
        "ConfigOnly": bool(posted.get("ConfigOnly")),
        "Options": posted.get("Options") or {},
        "Labels": posted.get("Labels") or {},
    }


def of_swarm(network: Network) -> JSON:
    """A network of the swarm, as the managers know it."""
    spec, driver, options = network.spec, "", None
    if network.node_local:
        driver = network.driver
        ipam: JSON = {"Driver": "", "Options": None, "Config": []}
    elif network.allocated:
        driver, options = "overlay", {**encode.driver_options(network), **(spec.get("Options") or {})}
        ipam = {"Driver": "default", "Options": None, "Config": [_config(each) for each in encode.subnets(network)]}
    else:
        ipam = {"Driver": "", "Options": None, "Config": None}
    return {
        **_shown(network.name, network.id, iso(network.created), "swarm", driver, []),
        "EnableIPv6": bool(spec.get("EnableIPv6")),
        "IPAM": ipam,
        "Internal": bool(spec.get("Internal")),
        "Attachable": bool(spec.get("Attachable")),
        "Ingress": network.ingress,
        "ConfigFrom": {"Network": str((spec.get("ConfigFrom") or {}).get("Network") or "")},
        "Containers": None,
        "Options": options,
        "Labels": spec.get("Labels"),
    }


def _config(each: JSON) -> JSON:
    range_ = {"IPRange": each["Range"]} if each.get("Range") else {}
    return {"Subnet": each["Subnet"], **range_, "Gateway": each["Gateway"]}


def _shown(name: str, id: str, created: str, scope: str, driver: str, config: Sequence[JSON]) -> JSON:
    return {
        "Name": name,
        "Id": id,
        "Created": created,
        "Scope": scope,
        "Driver": driver,
        "EnableIPv4": True,
        "EnableIPv6": False,
        "IPAM": {"Driver": "default", "Options": None, "Config": config},
        "Internal": False,
        "Attachable": False,
        "Ingress": False,
        "ConfigFrom": {"Network": ""},
        "ConfigOnly": False,
        "Containers": {},
        "Options": {},
        "Labels": {},
    }


# --- who is on a network ---


def on_machine(machine: Machine, id: str) -> JSON:
    """`Containers` of a network of one engine."""
    found: JSON = {}
    for each in machine.containers():
        for end in endpoints(each, machine).values():
            if end["NetworkID"] == id and end["EndpointID"]:
                found[str(each.container_id)] = _end(each.name, end)
    return found


def behind_gateway(machine: Machine) -> JSON:
    """`Containers` of docker_gwbridge: those on networks of the swarm, which reach others through it."""
    alive = [each for each in machine.running() if each.task.addresses]
    found: JSON = {}
    base = int(GATEWAY_BRIDGE.network_address) + 2
    if machine.node_id:
        found["ingress-sbox"] = _gateway("gateway_ingress-sbox", base)
    for number, each in enumerate(alive, start=1):
        sandbox = hashlib.sha256(str(each.container_id).encode()).hexdigest()
        found[str(each.container_id)] = _gateway(f"gateway_{sandbox[:12]}", base + number)
    return found


def _gateway(name: str, address: int) -> JSON:
    return _end(name, _made_up(name, address, GATEWAY_BRIDGE.prefixlen))


def _made_up(name: str, address: int, prefix: int) -> JSON:
    """An endpoint that is no container's."""
    octets = dotted(address).split(".")
    return {
        "EndpointID": f"{random.Random(f'{name}-{address}').getrandbits(256):064x}",
        "MacAddress": ":".join(["02", "42", *(f"{int(each):02x}" for each in octets)]),
        "IPAddress": dotted(address),
        "IPPrefixLen": prefix,
    }


def _end(name: str, end: JSON) -> JSON:
    address = f"{end['IPAddress']}/{end['IPPrefixLen']}" if end["IPAddress"] else ""
    return {
        "Name": name,
        "EndpointID": end["EndpointID"],
        "MacAddress": end["MacAddress"],
        "IPv4Address": address,
        "IPv6Address": "",
    }


def here(cluster: Cluster, machine: Machine, network: Network, *, verbose: bool) -> JSON:
    """A network of the swarm as an engine shows it that has containers on it."""
    members = _members(cluster, network)
    shown = {**of_swarm(network), "Labels": network.spec.get("Labels") or {}}
    balancer = _made_up(f"{network.id}-{machine.id}", network.balancer(machine.id), network.prefix)
    name = "ingress" if network.ingress else network.name
    key = "ingress-sbox" if network.ingress else f"lb-{network.name}"
    shown["Containers"] = {**on_machine(machine, network.id), key: _end(f"{name}-endpoint", balancer)}
    peers = sorted(cluster.store.nodes) if network.ingress else sorted(members)
    peers = sorted({*peers, machine.node_id}) if shown["Containers"].keys() - {key} else peers
    shown["Peers"] = [_peer(cluster, node_id) for node_id in peers]
    if verbose:
        shown["Services"] = _services(cluster, network, [run for runs in members.values() for run in runs])
    return shown


def _peer(cluster: Cluster, node_id: str) -> JSON:
    name = hashlib.sha256(node_id.encode()).hexdigest()[:12]
    return {"Name": name, "IP": cluster.store.nodes[node_id].machine.address}


def _members(cluster: Cluster, network: Network) -> dict[str, list[Run]]:
    """Who is on a network, by node."""
    found: dict[str, list[Run]] = {}
    store = cluster.store
    for service in store.services.values():
        if network.id not in service.spec.task.networks and not (network.ingress and service.ports):
            continue
        for task in store.tasks_of(service.id):
            node = store.nodes.get(task.node_id)
            agent = node.machine.agent if node is not None else None
            run = agent.runs.get(task.id) if agent is not None else None
            if run is not None and run.alive and any(each is network for each, _ in task.addresses):
                found.setdefault(task.node_id, []).append(run)
    return found


def _services(cluster: Cluster, network: Network, runs: Iterable[Run]) -> JSON:
    """`Services` of a verbose inspection."""
    found: JSON = {}
    for run in runs:
        service = cluster.store.services.get(run.task.service_id)
        name = run.task.spec.name
        if name not in found:
            vip = next((address for each, address in service.vips if each is network), 0) if service is not None else 0
            ports = service.ports if service is not None and network.ingress else []
            found[name] = {
                "VIP": dotted(vip) if vip else "<nil>",
                "Ports": [f"Target: {each['TargetPort']}, Publish: {each['PublishedPort']}" for each in ports],
                "LocalLBIndex": 256 + len(found),
                "Tasks": [],
            }
        address = next(address for each, address in run.task.addresses if each is network)
        host = cluster.store.nodes[run.task.node_id].machine.address
        end = f"{random.Random(f'{run.container_id}-{network.id}').getrandbits(256):064x}"
        task = {"Name": run.name, "EndpointID": end, "EndpointIP": dotted(address), "Info": {"Host IP": host}}
        found[name]["Tasks"].append(task)
    return found
