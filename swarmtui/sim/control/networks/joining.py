"""Containers that are connected to networks of their engine, and disconnected.

Source: moby daemon/container_operations.go.
"""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address

from swarmtui.sim.agent.container import Container
from swarmtui.sim.agent.container_json import endpoints
from swarmtui.sim.agent.local_networks import Endpoint, LocalNetwork
from swarmtui.sim.control.access import Access
from swarmtui.sim.control.containers.containers import Containers
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.control.networks import attaching, shown
from swarmtui.sim.control.networks.networks import Networks
from swarmtui.sim.objects.spec import JSON

_HOST = "container cannot be disconnected from host network or connected to host network"


class Joining(Access):
    """Who is on which network of one engine."""

    def connect(self, name: str, body: JSON) -> None:
        """`POST /networks/{id}/connect`."""
        network, run = self._found(name, body)
        if network["Name"] in ("host", "none"):
            raise ApiError(400, _HOST)
        if any(each["NetworkID"] == network["Id"] for each in endpoints(run, self._machine).values()):
            called = network["Name"]
            raise ApiError(403, f"endpoint with name {run.name} already exists in network {called}")
        asked: JSON = body.get("EndpointConfig") or {}
        overlay = attaching.of_swarm(self._cluster, self._machine, network["Id"])
        if overlay is not None:
            attaching.attach(run, overlay, asked)
            if run.alive:
                self._told(overlay.id, overlay.name, "overlay", run, "connect")
            return
        own = self._own(network)
        if run.alive and asked.get("NetworkID"):
            self._found_by_id(str(asked["NetworkID"]))
        own.ends[str(run.container_id)] = _endpoint(own, asked)
        if run.alive:
            self._told(own.id, own.name, own.driver, run, "connect")

    def disconnect(self, name: str, body: JSON) -> None:
        """`POST /networks/{id}/disconnect`."""
        network, run = self._found(name, body)
        if network["Name"] == "host":
            raise ApiError(400, _HOST)
        if attaching.detach(run, network["Id"]):
            if run.alive:
                self._told(network["Id"], network["Name"], "overlay", run, "disconnect")
            return
        own = self._machine.networks.get(network["Id"])
        if own is None or own.ends.pop(str(run.container_id), None) is None:
            raise ApiError(500, f"container {run.container_id} is not connected to network {network['Name']}")
        if run.alive:
            self._told(own.id, own.name, own.driver, run, "disconnect")

    def _found(self, name: str, body: JSON) -> tuple[JSON, Container]:
        container = str(body.get("Container") or "")
        if not container:
            raise ApiError(400, 'invalid name or ID supplied: ""')
        overlay = attaching.of_swarm(self._cluster, self._machine, name)  # workers do not know it before
        network = shown.of_swarm(overlay) if overlay else Networks(self._cluster, self._machine).inspect(name)
        return network, Containers(self._cluster, self._machine).find(container)

    def _found_by_id(self, id: str) -> None:
        """An endpoint may name its network's ID, too; whatever is not known here, the swarm is asked for."""
        try:
            Networks(self._cluster, self._machine).inspect(id)
        except ApiError:
            self.reading()
            raise ApiError(
                500, f"Could not attach to network {id}: rpc error: code = NotFound desc = network {id} not found"
            ) from None

    def _own(self, network: JSON) -> LocalNetwork:
        own = self._machine.networks.get(network["Id"])
        if own is None:
            raise ApiError(
                403,
                f"Could not attach to network {network['Name']}: rpc error: code = PermissionDenied desc = "
                f"network {network['Name']} not manually attachable",
            )
        return own

    def _told(self, id: str, name: str, driver: str, run: Container, action: str) -> None:
        attributes = {"container": str(run.container_id), "name": name, "type": driver}
        self._cluster.events.local(self._machine, "network", id, action, attributes)


def _endpoint(network: LocalNetwork, asked: JSON) -> Endpoint:
    """A place in a network: the address that was asked for, else the next free one."""
    wanted = str((asked.get("IPAMConfig") or {}).get("IPv4Address") or "")
    if not wanted:
        return Endpoint(network.take(), asked)
    try:
        address = IPv4Address(wanted)
    except AddressValueError:
        raise ApiError(400, f"invalid endpoint settings:\ninvalid IPv4 address: {wanted}") from None
    if not any(each.version == 4 and address in each for each in network.subnets):
        raise ApiError(400, f"no configured subnet or ip-range contain the IP address {wanted}")
    if any(each.address == int(address) for each in network.ends.values()):
        raise ApiError(403, "Address already in use")
    return Endpoint(int(address), asked)
