"""Placement constraints ("node.labels.disk == ssd"), and which nodes a service's tasks may run on.

The rules are swarmkit's: manager/constraint/constraint.go for the expressions, manager/scheduler/filter.go for the
other conditions. An expression compares whole texts without regard to case; there are no globs in it, although the
engine accepts a `*` in a value and then takes it literally. A label's key does regard case.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.node import Node, Platform, Resources
from swarmtui.swarm.objects.service import Service

__all__ = [
    "Constraint",
    "InvalidConstraint",
    "Obstacle",
    "actual_value",
    "eligible_nodes",
    "limit_per_node",
    "matches",
    "missing_plugins",
    "nodes_meeting",
    "obstacle",
    "obstacles_text",
    "parse",
    "placement_met",
    "platform_fits",
    "reasons_text",
]

_KEY = re.compile(r"[a-z_][a-z0-9\-_.]+", re.IGNORECASE | re.ASCII)
_VALUE = re.compile(r"[a-z0-9:\-_\s.*()?+\[\]\\^$|/]+", re.IGNORECASE | re.ASCII)
_NODE_LABELS = "node.labels."
_ENGINE_LABELS = "engine.labels."


class InvalidConstraint(ValueError):
    """The text is no placement constraint; the engine would refuse it too."""


class Constraint(msgspec.Struct, frozen=True):
    """One expression: a key, "==" or "!=", a value."""

    key: str
    equal: bool
    value: str

    @property
    def text(self) -> str:
        return f"{self.key} {'==' if self.equal else '!='} {self.value}"


class Obstacle(Enum):
    """What keeps a service's tasks off a node, in the scheduler's order; the value completes "node3 …".

    The last three hang on which tasks a node has (swarmtui.swarm.judgement.capacity).
    """

    NOT_READY = "is not ready"
    NOT_ACTIVE = "takes no new tasks"
    TOO_SMALL = "is smaller than what a task reserves"
    PLUGIN = "lacks a plugin that a task needs"
    CONSTRAINTS = "does not meet the placement constraints"
    PLATFORM = "has a different platform than the image"
    RESERVED = "has too little free of what a task reserves"
    PORT = "uses the host port already"
    FULL = "has reached the limit per node"

    def of_several(self, number: int) -> str:
        """ "2 nodes are not ready": the obstacle of so many nodes."""
        if number == 1:
            return f"1 node {self.value}"
        verb, _, rest = self.value.partition(" ")
        plural = {"is": "are", "takes": "take", "lacks": "lack", "does": "do", "has": "have", "uses": "use"}[verb]
        return f"{number} nodes {plural} {rest}"


@lru_cache(maxsize=4096)
def parse(expression: str) -> Constraint:
    """Read one expression.

    Raises:
        InvalidConstraint: it has no operator, or a key or value that the engine does not accept.
    """
    for operator in ("==", "!="):  # swarmkit looks for "==" first, wherever it stands
        key, found, value = expression.partition(operator)
        if not found:
            continue
        key, value = key.strip(), value.strip()
        if not _KEY.fullmatch(key):
            raise InvalidConstraint(f"'{key}' is not a placement constraint key")
        if not _VALUE.fullmatch(value):
            raise InvalidConstraint(f"'{value}' is not a placement constraint value")
        return Constraint(key, operator == "==", value)
    raise InvalidConstraint(f"'{expression}' has neither == nor !=")


def matches(constraint: Constraint, node: Node) -> bool:
    """Whether a node meets one constraint. A key that swarmkit does not know is met by no node."""
    key = constraint.key.lower()
    if key == "node.ip":
        return _address_matches(constraint, node.status.addr)
    actual = actual_value(constraint, node)
    if actual is None:
        return False
    return _same_text(constraint.value, actual) == constraint.equal


def nodes_meeting(cluster: Cluster, service: Service) -> tuple[Node, ...]:
    """The nodes that meet a service's constraints and its image's platforms, in whatever state they are."""
    return tuple(
        node for node in cluster.nodes.values() if placement_met(service, node) and platform_fits(service, node)
    )


def obstacle(service: Service, node: Node) -> Obstacle | None:
    """What keeps the service's tasks off the node; None when it can take one.

    The filters are asked in the scheduler's own order. What hangs on other tasks is not asked here: what they have
    reserved, the host ports that they use, and how many of the service a node has.
    """
    if not node.is_ready:
        return Obstacle.NOT_READY
    if node.spec.availability != "active":
        return Obstacle.NOT_ACTIVE
    if not _large_enough(service, node.description.resources):
        return Obstacle.TOO_SMALL
    if not _has_plugins(service, node):
        return Obstacle.PLUGIN
    if not placement_met(service, node):
        return Obstacle.CONSTRAINTS
    if not platform_fits(service, node):
        return Obstacle.PLATFORM
    return None


def eligible_nodes(cluster: Cluster, service: Service) -> tuple[Node, ...]:
    """The nodes that can take a task of the service now, as far as `obstacle` can tell."""
    return tuple(node for node in cluster.nodes.values() if obstacle(service, node) is None)


def obstacles_text(cluster: Cluster, service: Service, apart_from: str = "") -> str:
    """ "2 nodes are not ready, 1 node does not meet the placement constraints": why the others cannot take a task.

    Args:
        apart_from: the ID of a node to leave out, the one that is about to be drained.
    """
    kinds = (obstacle(service, node) for node in cluster.nodes.values() if node.id != apart_from)
    return reasons_text(Counter(kind for kind in kinds if kind is not None))


def reasons_text(found: Mapping[Obstacle, int]) -> str:
    """ "2 nodes are not ready, 1 node uses the host port already": how many nodes have which obstacle."""
    return ", ".join(kind.of_several(found[kind]) for kind in Obstacle if found.get(kind))


def placement_met(service: Service, node: Node) -> bool:
    """Whether a node meets a service's constraints, in whatever state it is."""
    try:
        constraints = [parse(expression) for expression in service.constraints]
    except InvalidConstraint:
        return True  # one that cannot be read switches the scheduler's filter off
    return all(matches(constraint, node) for constraint in constraints)


def limit_per_node(service: Service) -> int | None:
    """How many tasks of the service one node takes at most; None for any number.

    Set by `--replicas-max-per-node`, and by a fixed port in host mode, of which a node has only one.
    """
    placement = service.spec.task_template.placement
    limits = [placement.max_replicas] if placement is not None and placement.max_replicas > 0 else []
    if any(port.publish_mode == "host" and port.published_port for port in service.ports):
        limits.append(1)
    return min(limits, default=None)


def actual_value(constraint: Constraint, node: Node) -> str | None:
    """What a node has for a constraint's key, "" for a label that it lacks; None for a key that Swarm does not know."""
    key, lower_key = constraint.key, constraint.key.lower()
    if lower_key.startswith(_NODE_LABELS) and len(key) > len(_NODE_LABELS):
        return node.labels.get(key[len(_NODE_LABELS) :], "")
    if lower_key.startswith(_ENGINE_LABELS) and len(key) > len(_ENGINE_LABELS):
        return (node.description.engine.labels or {}).get(key[len(_ENGINE_LABELS) :], "")
    return {
        "node.id": node.id,
        "node.hostname": node.description.hostname,
        "node.ip": node.status.addr,
        "node.role": node.spec.role,
        "node.platform.os": node.description.platform.os,
        "node.platform.arch": node.description.platform.architecture,
    }.get(lower_key)


def _same_text(a: str, b: str) -> bool:
    # Go's EqualFold goes letter by letter; casefold() alone would hold "ß" and "ss" for the same.
    return len(a) == len(b) and a.casefold() == b.casefold()


def _address_matches(constraint: Constraint, text: str) -> bool:
    """node.ip: one address, or a network with a prefix length; one that is malformed is met by no node."""
    actual = _address(text)
    wanted = _address(constraint.value)
    if wanted is not None:
        return (wanted == actual) == constraint.equal
    base, _, length = constraint.value.partition("/")
    if _address(base) is None or not length.isdecimal():
        return False
    try:
        network = ip_network(constraint.value, strict=False)
    except ValueError:
        return False
    if isinstance(network, IPv6Network) != isinstance(actual, IPv6Address):
        return not constraint.equal
    return (actual is not None and actual in network) == constraint.equal


def _address(text: str) -> IPv4Address | IPv6Address | None:
    if "%" in text:
        return None
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _large_enough(service: Service, available: Resources) -> bool:
    requirements = service.spec.task_template.resources
    reserved = requirements.reservations if requirements is not None else None
    if reserved is None:
        return True
    if reserved.nano_cpus > available.nano_cpus or reserved.memory_bytes > available.memory_bytes:
        return False
    if not reserved.generic_resources:
        return True
    declared = available.generic
    return all(amount <= declared.get(kind, 0) for kind, amount in reserved.generic.items())


def _has_plugins(service: Service, node: Node) -> bool:
    return not missing_plugins(service, node)


def missing_plugins(service: Service, node: Node) -> tuple[tuple[str, str], ...]:
    """The drivers of the service's volumes and logs that a node lacks, with their sorts: ("Volume", "rexray").

    Source: swarmkit manager/scheduler/filter.go, `PluginFilter`.
    """
    volumes = {mount.driver.name for mount in service.mounts if mount.type == "volume"} - {"", "local"}
    log = service.spec.task_template.log_driver
    needed = {("Volume", name) for name in volumes}
    if log is not None and log.name not in ("", "none"):
        needed.add(("Log", log.name))
    if not needed:
        return ()
    has = {(plugin.type, plugin.name.removesuffix(":latest")) for plugin in node.description.engine.plugins or ()}
    # An engine that names no log driver at all is an old one, that does not report them.
    reports = {"Volume"} | {kind for kind, _ in has}
    return tuple(
        sorted(
            (kind, name) for kind, name in needed if kind in reports and (kind, name.removesuffix(":latest")) not in has
        )
    )


def platform_fits(service: Service, node: Node) -> bool:
    """Whether a node has a platform that the service's image is made for."""
    placement = service.spec.task_template.placement
    platforms = (placement.platforms or ()) if placement is not None else ()
    return not platforms or any(_same_platform(wanted, node.description.platform) for wanted in platforms)


def _same_platform(wanted: Platform, actual: Platform) -> bool:
    architecture = _architecture(wanted.architecture)
    return architecture in ("", _architecture(actual.architecture)) and wanted.os in ("", actual.os)


def _architecture(name: str) -> str:
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(name, name)
