"""Containers as the engine's JSON. Shapes: measured on engine 20.10; of a list and an inspection."""

from __future__ import annotations

import random
import re

from swarmtui.sim.agent.container import Container, Plain
from swarmtui.sim.agent.described import Described, described
from swarmtui.sim.agent.health.log import health
from swarmtui.sim.agent.local_networks import Endpoint, LocalNetwork
from swarmtui.sim.agent.machine import Machine
from swarmtui.sim.agent.run import Run
from swarmtui.sim.bodies.shown import shown as bodies
from swarmtui.sim.objects.objects import Network, dotted
from swarmtui.sim.objects.spec import JSON
from swarmtui.sim.objects.timestamps import NEVER, iso


def listed(run: Container, machine: Machine, now: float) -> JSON:
    """A row of `docker ps`."""
    made = described(run, machine)
    return {
        "Id": run.container_id,
        "Names": [f"/{run.name}"],
        "Image": run.image,
        "ImageID": run.image_id,
        "Command": " ".join(_quoted(each) for each in made.argv),
        "Created": int(run.created),
        "Ports": _ports(run, made),
        "Labels": made.config["Labels"],
        "State": run.shown_state,
        "Status": _status(run, now),
        "HostConfig": {"NetworkMode": made.mode},
        "NetworkSettings": {"Networks": endpoints(run, machine)},
        "Mounts": run.mounts(),
    }


def _quoted(word: str) -> str:
    return f"'{word}'" if re.search(r"[\s;|&<>$`\"\\]", word) else word


def _ports(run: Container, made: Described) -> list[JSON]:
    """The ports that are open: those of the image, and those that are published on the node."""
    if not run.alive:
        return []
    if isinstance(run, Run):
        return [
            {
                "IP": "0.0.0.0",
                "PrivatePort": port["TargetPort"],
                "PublicPort": port["PublishedPort"],
                "Type": port["Protocol"],
            }
            for port in run.task.spec.ports
            if port["PublishMode"] == "host" and port.get("PublishedPort")
        ]
    shown: list[JSON] = []
    published = made.host.get("PortBindings") or {}
    for name in made.config.get("ExposedPorts") or {}:
        number, _, protocol = name.partition("/")
        bound = [each for each in published.get(name) or [] if each.get("HostPort")]
        shown += [
            {
                "IP": each.get("HostIp") or "0.0.0.0",
                "PrivatePort": int(number),
                "PublicPort": int(each["HostPort"]),
                "Type": protocol,
            }
            for each in bound
        ] or [{"PrivatePort": int(number), "Type": protocol}]
    return shown


def inspected(run: Container, machine: Machine, now: float) -> JSON:
    """All about a container."""
    made = described(run, machine)
    id, argv = str(run.container_id), made.argv or [""]
    own = f"/var/lib/docker/containers/{id}" if run.started else ""
    return {
        "Id": id,
        "Created": iso(run.created),
        "Path": argv[0],
        "Args": argv[1:],
        "State": _state(run, now),
        "Image": run.image_id,
        "ResolvConfPath": own and f"{own}/resolv.conf",
        "HostnamePath": own and f"{own}/hostname",
        "HostsPath": own and f"{own}/hosts",
        "LogPath": own and f"{own}/{id}-json.log",
        "Name": f"/{run.name}",
        "RestartCount": run.restarts if isinstance(run, Plain) else 0,
        "Driver": "overlay2",
        "Platform": "linux",
        "MountLabel": "",
        "ProcessLabel": "",
        "AppArmorProfile": "docker-default" if run.started else "",
        "ExecIDs": None,
        "HostConfig": {**_HOST, "NetworkMode": made.mode, **made.host},
        "GraphDriver": {"Data": {}, "Name": "overlay2"},
        "Mounts": run.mounts(),
        "Config": {key: value for key, value in made.config.items() if key not in _OPTIONAL or value},
        "NetworkSettings": {
            "Bridge": "",
            "SandboxID": "",
            "Ports": made.host.get("PortBindings") or {} if run.alive else {},
            "Networks": endpoints(run, machine),
        },
    }


_OPTIONAL = frozenset({"ExposedPorts", "Healthcheck", "StopSignal"})
_HOST: JSON = {
    "Binds": None,
    "LogConfig": {"Type": "json-file", "Config": {}},
    "PortBindings": {},
    "RestartPolicy": {"Name": "", "MaximumRetryCount": 0},
    "AutoRemove": False,
    "CapAdd": None,
    "CapDrop": None,
    "Privileged": False,
    "ReadonlyRootfs": False,
    "ShmSize": 67108864,
    "Runtime": "runc",
}


def _state(run: Container, now: float) -> JSON:
    state: JSON = {
        "Status": run.shown_state,
        "Running": run.alive,
        "Paused": run.paused,
        "Restarting": False,
        "OOMKilled": run.oom,
        "Dead": False,
        "Pid": run.pid,
        "ExitCode": run.exit_code,
        "Error": run.error,
        "StartedAt": iso(run.started) if run.started else NEVER,
        "FinishedAt": iso(run.finished) if run.finished else NEVER,
    }
    if run.health:
        state["Health"] = health(run, now)
    return state


def endpoints(run: Container, machine: Machine) -> JSON:
    """Its networks by name: those of its task, and those that somebody connected it to."""
    connected = {
        network.name: _connected(run, network, network.ends[str(run.container_id)])
        for network in machine.networks.values()
        if run.container_id in network.ends
    }
    connected |= {network.name: _attached(run, network, end) for network, end in run.attached.values()}
    own = _of_task(run, machine) if isinstance(run, Run) else _of_plain(run, machine, connected)
    return {**own, **connected}


def networks_of(run: Container, machine: Machine) -> dict[str, tuple[str, str]]:
    """The IDs and drivers of its networks, by name."""
    drivers = {"host": "host", "none": "null"}
    own = {network.id: network.driver for network in machine.networks.values()}
    return {
        name: (str(end["NetworkID"]), own.get(str(end["NetworkID"])) or drivers.get(name) or _driver(run, name))
        for name, end in endpoints(run, machine).items()
    }


def _driver(run: Container, name: str) -> str:
    if any(network.name == name for network, _ in run.attached.values()):
        return "overlay"
    of_swarm = run.task.addresses if isinstance(run, Run) else ()
    return "overlay" if any(each.name == name and not each.node_local for each, _ in of_swarm) else "bridge"


def _of_plain(run: Container, machine: Machine, connected: JSON) -> JSON:
    """The network that a container was made with: the machine's own bridge, unless another one was asked for."""
    mode = described(run, machine).mode
    if mode in ("default", "bridge"):
        return _bridge(run, machine)
    if mode in ("host", "none"):
        end = _endpoint(run, machine.local_networks[mode] if run.started else "", "", 0)
        return {mode: {**end, "EndpointID": _end_id(run, mode) if run.alive else ""}}
    on = {mode, *(network.name for network, _ in run.attached.values() if network.id == mode)}
    return {} if on & connected.keys() or mode.startswith("container:") else {mode: _endpoint(run, "", "", 0)}


def _of_task(run: Run, machine: Machine) -> JSON:
    """The networks of the task, or the machine's own bridge, which it gets when it is started."""
    local = next((network.name for network, _ in run.task.addresses if network.node_local), "")
    if local and local != "bridge":
        end = _endpoint(run, machine.local_networks.get(local, ""), "", 0)
        return {local: {**end, "IPAMConfig": {}, "EndpointID": _end_id(run, local) if run.alive else ""}}
    if not run.task.addresses or local:
        return _bridge(run, machine)
    return {
        network.name: {
            **_endpoint(run, network.id, shown, network.prefix),
            "IPAMConfig": {"IPv4Address": shown} if shown else None,
        }
        for network, address in run.task.addresses
        if not network.node_local
        for shown in (dotted(address) if run.alive else "",)
    }


def _bridge(run: Container, machine: Machine) -> JSON:
    joined = machine.local_networks["bridge"] if run.started else ""
    address = dotted(_BRIDGE + run.pid // 17 % 0xFFF0 + 2) if run.alive else ""
    gateway = dotted(_BRIDGE + 1) if run.alive else ""
    return {"bridge": {**_endpoint(run, joined, address, 16), "Gateway": gateway}}


_BRIDGE = 172 << 24 | 17 << 16
"""172.17.0.0; a machine's process numbers are 17 apart, so each container has an address of its own there."""


def _endpoint(run: Container, network_id: str, address: str, prefix: int) -> JSON:
    octets = [int(each) for each in address.split(".")] if address else []
    return {
        "IPAMConfig": None,
        "Links": None,
        "Aliases": None,
        "NetworkID": network_id,
        "EndpointID": _end_id(run, network_id) if address else "",
        "Gateway": "",
        "IPAddress": address,
        "IPPrefixLen": prefix if address else 0,
        "IPv6Gateway": "",
        "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0,
        "MacAddress": ":".join(["02", "42", *(f"{each:02x}" for each in octets)]) if octets else "",
        "DriverOpts": None,
    }


def _end_id(run: Container, network_id: str) -> str:
    return f"{random.Random(f'{run.container_id}-{network_id}').getrandbits(256):064x}"


def _connected(run: Container, network: LocalNetwork, end: Endpoint) -> JSON:
    """Its place in a network of the engine's own: while it does not run, what was asked for stands there unread."""
    address = dotted(end.address) if run.alive and end.address else ""
    shown = _endpoint(run, network.id, address, network.prefix)
    asked = {key: value for key, value in end.asked.items() if key in shown and key != "NetworkID"}
    if run.alive:
        asked = {key: value for key, value in asked.items() if key in _CHOSEN}
        shown["EndpointID"] = shown["EndpointID"] or _end_id(run, network.id)
        shown["Gateway"] = network.gateway if address else ""
    given = asked.get("IPAMConfig")
    ipam = None if given is None else bodies("network.EndpointIPAMConfig", given)
    aliases = [*(asked.get("Aliases") or []), str(run.container_id)[:12]]
    return {**shown, **asked, "IPAMConfig": ipam, "Aliases": aliases}


def _attached(run: Container, network: Network, end: Endpoint) -> JSON:
    """Its place in a network of the swarm, which has given it the address."""
    address = dotted(end.address) if run.alive and end.address else ""
    shown = _endpoint(run, network.id, address, network.prefix)
    aliases = [*(end.asked.get("Aliases") or []), str(run.container_id)[:12]]
    return {**shown, "IPAMConfig": {"IPv4Address": address} if address else None, "Aliases": aliases}


_CHOSEN = frozenset(["Links", "DriverOpts", "IPAMConfig", "Aliases"])
"""What users choose of an endpoint; the rest is the engine's as soon as there is one."""


def _status(run: Container, now: float) -> str:
    if run.alive:
        paused = " (Paused)" if run.paused else ""
        health = {"starting": " (health: starting)"}.get(run.health, f" ({run.health})" if run.health else "")
        return f"Up {_ago(now - run.started)}{health}{paused}"
    return f"Exited ({run.exit_code}) {_ago(now - run.finished)} ago" if run.finished else "Created"


def _ago(seconds: float) -> str:
    """As Go's units.HumanDuration says it."""
    minutes, hours = int(seconds / 60), int(seconds / 3600 + 0.5)
    if seconds < 1:
        return "Less than a second"
    if seconds < 60:
        return "1 second" if int(seconds) == 1 else f"{int(seconds)} seconds"
    if minutes < 60:
        return "About a minute" if minutes == 1 else f"{minutes} minutes"
    for limit, size, name in ((48, 1, "hours"), (336, 24, "days"), (1440, 168, "weeks"), (17_520, 720, "months")):
        if hours == 1:
            return "About an hour"
        if hours < limit:
            return f"{hours // size} {name}"
    return f"{seconds / 3600 / 24 / 365:.0f} years"
