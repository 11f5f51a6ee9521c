"""The managers of a swarm as far as they are known, and how each could be reached. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from swarmtui.endpoint import Endpoint
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.node import Node

__all__ = ["Candidate", "Manager", "address_of", "candidates", "managers_of", "over_ssh"]


class Manager(msgspec.Struct, frozen=True):
    """A manager that the swarm names.

    Attributes:
        address: of its host, without a port.
        node_id: "" where only its address is known.
        name: its hostname; "" as above.
    """

    address: str
    node_id: str = ""
    name: str = ""


class Candidate(msgspec.Struct, frozen=True):
    """A manager's engine that may be used.

    Attributes:
        endpoint: how it is reached.
        like: an ssh:// endpoint whose user, port, keys and jump hosts count for this one too; None for its own.
        node_id: of the manager that it was made from; "" for an endpoint that the user named.
    """

    endpoint: Endpoint
    like: Endpoint | None = None
    node_id: str = ""

    @property
    def is_ssh(self) -> bool:
        return self.endpoint.url.startswith("ssh://")


def managers_of(cluster: Cluster) -> tuple[Manager, ...]:
    """The managers, those that are most likely to serve first.

    Nodes tell them; a worker, which knows no nodes, tells the addresses of some.
    """
    nodes = sorted(cluster.managers, key=lambda node: (not node.is_reachable_manager, not node.is_leader, node.name))
    found = [Manager(address, node.id, node.name) for node in nodes if (address := address_of(node))]
    known = {manager.address for manager in found}
    rest = (_host(address) for address in cluster.info.managers)
    return (*found, *(Manager(host) for host in dict.fromkeys(rest) if _is_usable(host) and host not in known))


def address_of(node: Node) -> str:
    """The host at which others reach a node; "" where it does not tell.

    The Raft address counts first: in a manager's status there may be 0.0.0.0 or 127.0.0.1 (docker/cli#7283)."""
    raft = _host(node.manager_status.addr) if node.manager_status is not None else ""
    return next((each for each in (raft, node.status.addr) if _is_usable(each)), "")


def _host(address: str) -> str:
    """The host of "host:port" or "[host]:port"."""
    return address.rpartition(":")[0].strip("[]")


def _is_usable(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return bool(host) and host != "localhost"
    return not (address.is_unspecified or address.is_loopback)


def candidates(
    given: Sequence[Endpoint],
    managers: Iterable[Manager],
    hosts: Mapping[str, str],
    current: Candidate,
    node_id: str,
) -> tuple[Candidate, ...]:
    """Whom else to go through, in the order of trying.

    Args:
        given: the endpoints that the user named.
        managers: what the swarm tells.
        hosts: the user's own table: names and addresses of managers, and the SSH target of each.
        current: what is used now, and is left out.
        node_id: of the node that it leads to; "" where that is not known.
    """
    named = (Candidate(endpoint) for endpoint in given)
    learned = _learned(managers, hosts, current, node_id) if current.is_ssh else ()
    urls = {current.endpoint.url}
    found = []
    for candidate in (*named, *learned):
        if candidate.endpoint.url not in urls:
            urls.add(candidate.endpoint.url)
            found.append(candidate)
    return tuple(found)


def _learned(
    managers: Iterable[Manager], hosts: Mapping[str, str], current: Candidate, node_id: str
) -> Iterator[Candidate]:
    for manager in managers:
        if not manager.node_id or manager.node_id != node_id:
            yield over_ssh(manager, hosts, current)


def over_ssh(manager: Manager, hosts: Mapping[str, str], current: Candidate) -> Candidate:
    """How a node is reached by SSH, where only its address is known or the user's own table names it.

    Args:
        hosts: as for `candidates`.
        current: whose user, port, keys and jump hosts count for it too, where that is reached by SSH.
    """
    model = (current.like or current.endpoint) if current.is_ssh else None
    target = hosts.get(manager.name) or hosts.get(manager.address) or ""
    source = "[ssh.hosts] of the config file" if target else "the swarm"
    name = manager.name or manager.address
    if target.startswith("ssh://"):  # as after -H: it stands for itself
        return Candidate(Endpoint(target, name, source), None, manager.node_id)
    host = target or (f"[{manager.address}]" if ":" in manager.address else manager.address)
    path = "" if model is None or "/" in host else _socket_path(model)
    return Candidate(Endpoint(f"ssh://{host}{path}", name, source), model, manager.node_id)


def _socket_path(endpoint: Endpoint) -> str:
    """The path of the engine's socket in an ssh:// URL; "" when it names none."""
    _, slash, path = endpoint.url.removeprefix("ssh://").partition("/")
    return slash + path
