"""Networks of the whole swarm: to make and to remove them. A network is never changed."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Creation, Impact, Progress, Removal, Target
from swarmtui.swarm.actions.wording import argument, danger, docker, gone, impact_of, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.networks.ingress import HOW_TO_CREATE, lacks_ingress
from swarmtui.swarm.object_names import check_name, labels_text, taken_names
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.stack_label import stack_of
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.usage import users_of

__all__ = ["CreateNetwork", "NetworkOptions", "RemoveNetwork", "refuse_if_attached"]

IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class NetworkOptions:
    """How a network is to be.

    Attributes:
        subnet: in CIDR notation; "" lets the swarm choose one.
        gateway: its gateway; "" lets the swarm choose it.
        attachable: whether single containers may join it.
        internal: whether it has no way out.
        encrypted: whether what goes between nodes is encrypted.
        ipv6: whether it has IPv6 as well.
        labels: its labels.
        ingress: whether it is the one of the routing mesh.
    """

    subnet: str = ""
    gateway: str = ""
    attachable: bool = False
    internal: bool = False
    encrypted: bool = False
    ipv6: bool = False
    labels: tuple[tuple[str, str], ...] = ()
    ingress: bool = False


@dataclass(frozen=True)
class CreateNetwork(Creation):
    """Make an overlay network, which reaches over all nodes.

    Attributes:
        target: its name.
        options: how it is to be.
    """

    name: ClassVar[str] = names.CREATE_NETWORK
    verb: ClassVar[str] = "Create"

    target: Target
    options: NetworkOptions

    @classmethod
    def of(cls, name: str, options: NetworkOptions, cluster: Cluster | None = None) -> CreateNetwork:
        """Make a network.

        Args:
            cluster: to see which names and subnets are taken.

        Raises:
            NotPossible: name, subnet or gateway cannot be; with the reason.
        """
        check_name(Kind.NETWORK, name, taken_names(cluster, Kind.NETWORK))
        _check_addresses(options, cluster)
        if options.ingress:
            _check_ingress(options, cluster)
        return cls(Target(Kind.NETWORK, "", name, 0), options)

    @property
    def title(self) -> str:
        return f"Create the {'ingress ' if self.options.ingress else ''}network {self.target.name}"

    @property
    def docker_command(self) -> str:
        options = self.options
        words = ["--driver", "overlay"]
        words += ["--subnet", options.subnet] if options.subnet else []
        words += ["--gateway", options.gateway] if options.gateway else []
        words += ["--attachable"] if options.attachable else []
        words += ["--internal"] if options.internal else []
        words += ["--opt", "encrypted"] if options.encrypted else []
        words += ["--ipv6"] if options.ipv6 else []
        words += ["--ingress"] if options.ingress else []
        return docker("network", "create", *words, *labels_text(options.labels), self.target.name)

    def body(self) -> Mapping[str, Any]:
        options = self.options
        addresses = {"Subnet": options.subnet, "Gateway": options.gateway}
        given = {key: value for key, value in addresses.items() if value}
        return {
            "Name": self.target.name,
            "CheckDuplicate": True,
            "Driver": "overlay",
            "Scope": "swarm",
            "Attachable": options.attachable,
            "Internal": options.internal,
            "Ingress": options.ingress,
            "EnableIPv6": options.ipv6,
            "IPAM": {"Driver": "default", "Config": [given] if given else []},
            "Options": {"encrypted": ""} if options.encrypted else {},
            "Labels": dict(options.labels),
        }

    # -------------------------------------------------------------------------------- what it means

    def impact(self, cluster: Cluster) -> Impact:
        return impact_of(self._consequences(cluster))

    def _consequences(self, cluster: Cluster) -> Iterator[Consequence]:
        options = self.options
        if self.target.name in taken_names(cluster, Kind.NETWORK):
            yield warning("A network with this name now exists: the engine will refuse this.")
        if options.ingress:
            yield from _of_ingress()
        else:
            yield note("No service is attached to a new network yet. A network can never be changed.")
            if lacks_ingress(cluster):
                yield warning("The swarm has no ingress network: turn on ingress, if this is to be it.")
        if options.subnet:
            room = max(0, ipaddress.ip_network(options.subnet, strict=False).num_addresses - 3)
            yield _room(room, options.subnet)
        else:
            yield note("The swarm chooses a subnet from its address pool: by default a /24, room for 253 addresses.")
        if options.encrypted:
            yield note("Encryption (IPsec ESP) costs throughput, and IP protocol 50 must be allowed between the nodes.")
        if options.internal:
            yield note("Its containers cannot reach the outside unless they are on another network too.")
        if options.attachable:
            yield warning("Anyone who can run a container on a node can join this network.")
        if options.ipv6:
            yield warning("Overlay networks give their containers no IPv6 addresses, whatever is set here.")

    def progress(self, cluster: Cluster) -> Progress:
        found = [each for each in (cluster.networks or {}).values() if each.name == self.target.name]
        if not found:
            return Progress.waiting(self.target)
        if not found[0].driver:
            return Progress("waiting for its addresses", settled=False)
        return Progress(f"{self.target.name} was created ({', '.join(found[0].subnets)})", settled=True)


def _of_ingress() -> Iterator[Consequence]:
    yield note("It becomes the network of the routing mesh: services can publish ports in ingress mode again.")
    yield note("Every node gets an address in it, and so does every task whose service publishes a port.")
    yield warning("Choose a subnet that no node uses for anything else: a network can never be changed.")


def _check_ingress(options: NetworkOptions, cluster: Cluster | None) -> None:
    """What the engine refuses. Source: swarmkit controlapi/network.go (CreateNetwork)."""
    if options.attachable:
        raise NotPossible("The ingress network cannot be attachable.", "Turn off one of the two.")
    for network in (cluster.networks or {}).values() if cluster is not None else ():
        if network.ingress:
            raise NotPossible(
                f"The swarm has an ingress network, {network.name}: there can be only one.",
                "To replace it, remove that one first (del on its row).",
            )


def _room(addresses: int, subnet: str) -> Consequence:
    """Each task takes an address, and each node and each service one more."""
    text = f"{subnet} has room for {counted(addresses, 'address', 'addresses')}: one for each task, service and node."
    return note(text) if addresses >= 32 else warning(text)


def _check_addresses(options: NetworkOptions, cluster: Cluster | None) -> None:
    if not options.subnet:
        if options.gateway:
            raise NotPossible("A gateway needs a subnet.", "Give a subnet, or leave both empty.")
        return
    subnet = _subnet(options.subnet)
    for network in (cluster.networks or {}).values() if cluster is not None else ():
        if any(subnet.overlaps(other) for other in _subnets_of(network) if other.version == subnet.version):
            raise NotPossible(
                f"The subnet {subnet} overlaps with {', '.join(network.subnets)} of the network {network.name}.",
                "The engine would accept it but never assign an address.",
            )
    if options.gateway:
        _check_gateway(options.gateway, subnet)


def _subnet(text: str) -> IPNetwork:
    example = "Write it as 10.20.0.0/24."
    if "/" not in text:
        raise NotPossible(f"'{text}' is not a subnet: the prefix length is missing.", example)
    try:
        subnet = ipaddress.ip_network(text)
    except ValueError:
        try:
            loose = ipaddress.ip_network(text, strict=False)
        except ValueError:
            raise NotPossible(f"'{text}' is not a subnet.", example) from None
        raise NotPossible(f"{text} is an address in a subnet, not a subnet.", f"Did you mean {loose}?") from None
    if subnet.version == 6:
        # Measured with engine 20.10: it is accepted, and the network then stays without addresses and driver.
        raise NotPossible(f"{text} is an IPv6 subnet: an overlay network needs an IPv4 one.", example)
    if subnet.num_addresses < 8:
        raise NotPossible(f"{text} is too small: it has no room for tasks.", "Choose a /29 or larger.")
    return subnet


def _check_gateway(text: str, subnet: IPNetwork) -> None:
    try:
        gateway = ipaddress.ip_address(text)
    except ValueError:
        raise NotPossible(f"'{text}' is not a gateway address.", f"Use one in {subnet}.") from None
    if gateway not in subnet:
        raise NotPossible(f"The gateway {text} is not in the subnet {subnet}.")
    if gateway in (subnet.network_address, subnet.broadcast_address):
        raise NotPossible(f"The gateway {text} is the first or last address of {subnet}, which is reserved.")


def _subnets_of(network: Network) -> Iterator[IPNetwork]:
    for text in network.subnets:
        try:
            yield ipaddress.ip_network(text, strict=False)
        except ValueError:
            continue


# ------------------------------------------------------------------------------------------------ removal


@dataclass(frozen=True)
class RemoveNetwork(Removal):
    """Remove a network. The engine refuses that while a service or a task is on it.

    Attributes:
        target: the network.
        ingress: whether it is the one of the routing mesh.
    """

    name: ClassVar[str] = names.REMOVE_NETWORK
    verb: ClassVar[str] = "Remove"

    target: Target
    ingress: bool = False

    @classmethod
    def of(cls, network: Network, cluster: Cluster | None = None) -> RemoveNetwork:
        """Remove a network.

        Args:
            cluster: to see who is on it; None where that has been dealt with.

        Raises:
            NotPossible: services are on it.
        """
        refuse_if_attached(cluster, network)
        return cls(Target.of(network), network.ingress)

    @property
    def title(self) -> str:
        return f"Remove the network {self.target.name}"

    @property
    def docker_command(self) -> str:
        return docker("network", "rm", argument(self.target))

    @property
    def patience(self) -> float:
        return 20.0

    def impact(self, cluster: Cluster) -> Impact:
        network = (cluster.networks or {}).get(self.target.id)
        if network is None:
            return gone(self.target)
        consequences = [*self._consequences(cluster, network)]
        return impact_of(consequences, type_to_confirm=network.name if self.ingress else "")

    def _consequences(self, cluster: Cluster, network: Network) -> Iterator[Consequence]:
        users = users_of(cluster, network)
        if users:
            names = listed([service.name for service in users])
            yield warning(f"{names} {'is' if len(users) == 1 else 'are'} on it: the engine will refuse this.")
        if self.ingress:
            yield danger(
                "This is the network of the routing mesh: without it no service can publish a port in ingress mode,"
                " and new tasks that need it will not start."
            )
            yield note(f"To replace it afterwards, {HOW_TO_CREATE}. Then publish the ports again.")
        elif not users:
            yield note("No service is on it now.")
        if network.attachable:
            yield note(
                "Standalone containers may be on it (it is attachable): then the engine refuses, or they lose it."
            )
        if stack_of(network):
            yield note(f"It belongs to the stack {stack_of(network)}: its next deploy may create it again.")

    def progress(self, cluster: Cluster) -> Progress:
        if self.target.id in (cluster.networks or {}):
            return Progress.waiting()
        more = f": to publish ports again, {HOW_TO_CREATE}" if self.ingress and lacks_ingress(cluster) else ""
        return Progress(f"the network {self.target.name} is gone{more}", settled=True)


def refuse_if_attached(cluster: Cluster | None, network: Network) -> None:
    """Say before anything is asked what the engine would say after it.

    Raises:
        NotPossible: services are on the network, or publish ports through it; with their names.
    """
    users = users_of(cluster, network) if cluster is not None else ()
    if not users:
        return
    names = f"{counted(len(users), 'service')}: {listed([service.name for service in users])}"
    if network.ingress:
        raise NotPossible(
            f"The network {network.name} carries the published ports of {names}.",
            "Unpublish these ports, or publish them in host mode, first.",
        )
    raise NotPossible(f"The network {network.name} is used by {names}.", "Detach or remove them first.")
