"""A port of a task's container, led to one of this machine without publishing it: what is asked for, and where the
container is reached from its node."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from swarmtui.errors import ChangeRefused, NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.kinds import Target
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.container_exec import ContainerExec

__all__ = ["GATEWAY_BRIDGE", "LOOPBACK", "PortForward", "address_on_node", "exposed_ports", "target_ports"]

LOOPBACK = "127.0.0.1"
GATEWAY_BRIDGE = "docker_gwbridge"
"""The network on each node by which containers of overlay networks reach, and are reached from, the node itself."""
ANY = ("0.0.0.0", "::")
HIGHEST = 65535


@dataclass(frozen=True)
class PortForward:
    """A local port that leads to a port of a task's container.

    Attributes:
        target: the task.
        node: where it runs.
        container_id: its container's full ID.
        port: of the container; 0 while none was chosen.
        local_port: of this machine; 0 for the same one, or any that is free where that is taken.
        listen: the address of this machine.
    """

    name: ClassVar[str] = names.PORT_FORWARD

    target: Target
    node: Node
    container_id: str
    port: int = 0
    local_port: int = 0
    listen: str = LOOPBACK

    @classmethod
    def of(cls, cluster: Cluster, task: Task) -> Self:
        """A forward to a task's container.

        Raises:
            ChangeRefused: it has none, or nobody knows where.
        """
        inside = ContainerExec.of(cluster, task)
        return cls(inside.target, inside.node, inside.container_id)

    def asking_for(self, port: str, local_port: str, listen: str) -> Self:
        """The same with what the user has typed.

        Raises:
            ChangeRefused: it makes no sense.
        """
        if not port:
            raise ChangeRefused("Type the port of the container.")
        listen = listen or LOOPBACK
        try:
            ipaddress.ip_address(listen)
        except ValueError as error:
            raise ChangeRefused(f"Listen on takes an address of this machine: {LOOPBACK}.") from error
        return replace(
            self,
            port=_port(port, "Port"),
            local_port=_port(local_port, "Local port") if local_port else 0,
            listen=listen,
        )

    @property
    def title(self) -> str:
        """ "Forward a local port to port 80 of web.1"."""
        return f"Forward a local port to port {self.port} of {self.target.name}"

    @property
    def docker_command(self) -> str:
        """Docker has no command for it: what was done, for the audit log."""
        where = f"{self.listen}:{self.local_port or 'any port'}"
        return f"# {where} leads to port {self.port} of container {self.container_id[:12]} on {self.node.name}"

    @property
    def warning(self) -> str:
        """That others can reach the port, too; "" where only this machine can."""
        if ipaddress.ip_address(self.listen).is_loopback:
            return ""
        whose = "any address of this machine" if self.listen in ANY else self.listen
        return f"Everybody who reaches {whose} can reach the task through it."


def _port(text: str, what: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= HIGHEST):
        raise ChangeRefused(f"{what} takes a number from 1 to {HIGHEST}.")
    return int(text)


def target_ports(cluster: Cluster, task: Task) -> tuple[int, ...]:
    """The TCP ports of a task's container that its service publishes."""
    service = cluster.services.get(task.service_id)
    ports = service.ports if service is not None else ()
    return tuple(dict.fromkeys(each.target_port for each in ports if each.protocol == "tcp" and each.target_port))


def exposed_ports(container: object) -> tuple[int, ...]:
    """The TCP ports that a container's image exposes.

    Args:
        container: as its engine describes it, raw JSON.
    """
    exposed = Raw(container).at("Config", "ExposedPorts").value
    found = [key.partition("/") for key in exposed if isinstance(key, str)] if isinstance(exposed, dict) else []
    return tuple(sorted({int(port) for port, _, kind in found if kind in ("", "tcp") and port.isdecimal()}))


def address_on_node(container: object, gateway_bridge: object, networks: Sequence[object], name: str) -> str:
    """The address at which a container's node reaches it (verified on engine 20.10: of an overlay network's address the
    node itself knows nothing).

    Args:
        container, gateway_bridge, networks: the container, the network `docker_gwbridge` (None where there is none) and
            the container's own networks, as their engine describes them: raw JSON.
        name: the task's.

    Raises:
        NotPossible: it has no such address, or does not run.
    """
    raw = Raw(container)
    if not raw.flag("State", "Running"):
        raise NotPossible(f"The container of {name} does not run (any more).")
    if raw.text("HostConfig", "NetworkMode") == "host" or raw.has("NetworkSettings", "Networks", "host"):
        return LOOPBACK
    bridge = Raw(gateway_bridge).text("Containers", raw.text("Id"), "IPv4Address").partition("/")[0]
    if bridge:
        return bridge
    bridges = {Raw(each).text("Id") for each in networks if Raw(each).text("Driver") == "bridge"}
    attached = raw.at("NetworkSettings", "Networks").value
    for each in attached.values() if isinstance(attached, dict) else ():
        address = Raw(each).text("IPAddress")
        if address and Raw(each).text("NetworkID") in bridges:
            return address
    raise NotPossible(
        f"{name} has no address that its node reaches: it is on no bridge, and on no overlay network with a gateway."
    )
