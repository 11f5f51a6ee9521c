"""Why a service's next task gets no node: the scheduler's filters, asked node by node.

They are swarmkit's, in its order (manager/scheduler/filter.go, `defaultFilters`). The scheduler stops at the first one
that refuses a node and says how many nodes each of them refused; here every one is asked, so that it can be told which
node lacks one thing alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.cluster_volumes import ClusterVolumes
from swarmtui.swarm.diagnosis.occupancy import HostPort, Occupancy, Taken
from swarmtui.swarm.judgement.capacity import Demand
from swarmtui.swarm.objects.node import Node, Platform
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.constraints import (
    Constraint,
    InvalidConstraint,
    actual_value,
    matches,
    missing_plugins,
    parse,
    platform_fits,
)
from swarmtui.swarm.short_text import listed
from swarmtui.swarm.units import cpus_text, rough_size, size_text

__all__ = ["Filter", "Reason", "Refusal", "Survey", "constraint_text", "survey"]


class Filter(IntEnum):
    """What refuses a node, in the scheduler's order."""

    READY = 0
    RESOURCES = 1
    PLUGINS = 2
    CONSTRAINTS = 3
    PLATFORM = 4
    HOST_PORTS = 5
    MAX_REPLICAS = 6
    VOLUMES = 7


_LASTING = frozenset({Filter.PLUGINS, Filter.CONSTRAINTS, Filter.PLATFORM})
"""What a node is by itself, whatever tasks it has and however it is."""


class Reason(msgspec.Struct, frozen=True):
    """What keeps a task off one node, by one filter.

    Attributes:
        filter: the one that refuses.
        detail: completes "wrk2: …", with what this very node has: "needs 500 GiB of memory, 60 GiB free".
        general: the same for nodes that differ in what they have: "too little memory free".
        passing: whether it ends by itself, as soon as tasks have stopped that are stopping now.
    """

    filter: Filter
    detail: str
    general: str = ""
    passing: bool = False


@dataclass(frozen=True)
class Refusal:
    """A node that cannot take the next task.

    Attributes:
        node: the node.
        reasons: all that keeps the task off it, in the scheduler's order; never empty.
        unmet: the constraints that it does not meet, as the service has them.
        free_cpus, free_memory: what it has left, in billionths and bytes; below 0 where too much is reserved.
        free_generic: what it has left of each kind of generic resource that the task reserves.
        ports: the host ports that are in use there, with the ID of the service that has each.
    """

    node: Node
    reasons: tuple[Reason, ...]
    unmet: tuple[str, ...] = ()
    free_cpus: int = 0
    free_memory: int = 0
    ports: tuple[tuple[HostPort, str], ...] = ()
    free_generic: tuple[tuple[str, int], ...] = ()

    def lacks(self, demand: Demand) -> tuple[str, ...]:
        """The kinds of generic resource of which too little is left for a task."""
        left = dict(self.free_generic)
        return tuple(kind for kind, amount in demand.generic if amount > left.get(kind, 0))

    @property
    def first(self) -> Reason:
        """The one that the scheduler counts."""
        return self.reasons[0]

    @cached_property
    def telling(self) -> Reason:
        """The one to name: what the node is by itself before what it has at the moment."""
        for reason in self.reasons:
            if reason.filter in _LASTING:
                return reason
        return self.reasons[0]

    @property
    def passing(self) -> bool:
        """Whether the node takes the task as soon as what stops there now has stopped."""
        return all(reason.passing for reason in self.reasons)

    @cached_property
    def suits(self) -> bool:
        """Whether the node is one for the service by what it is: its labels, its platform, its plugins."""
        return self.telling.filter not in _LASTING


@dataclass(frozen=True)
class Survey:
    """What each node says to the next task of a service.

    Attributes:
        service: whose task it is.
        demand: what it takes of its node.
        refusals: the nodes that cannot take it.
        fits: the nodes that can, by all that a snapshot tells.
    """

    service: Service
    demand: Demand
    refusals: tuple[Refusal, ...]
    fits: tuple[Node, ...]

    @property
    def passing(self) -> bool:
        """Whether a node takes the task, now or as soon as what stops there now has stopped."""
        return bool(self.fits) or any(each.passing for each in self.refusals)

    @property
    def counts(self) -> Counter[Filter]:
        """How many nodes each filter refused, as the scheduler counts them: by the first one alone."""
        return Counter(each.first.filter for each in self.refusals)

    @cached_property
    def alone(self) -> Mapping[Filter, list[Refusal]]:
        """The nodes that one filter alone refuses, by that filter."""
        found: dict[Filter, list[Refusal]] = {}
        for each in self.refusals:
            if len(each.reasons) == 1:
                found.setdefault(each.reasons[0].filter, []).append(each)
        return found

    def kept_off_by(self, which: Filter) -> list[Refusal]:
        """The nodes that this filter alone refuses: they lack nothing else."""
        return self.alone.get(which, [])

    @cached_property
    def suitable(self) -> tuple[Refusal, ...]:
        """The refused nodes that meet all but what changes from hour to hour."""
        return tuple(each for each in self.refusals if each.suits)


def survey(cluster: Cluster, service: Service, occupancy: Occupancy, nodes: Iterable[Node] | None = None) -> Survey:
    """Ask nodes about a service's next task.

    Args:
        nodes: the ones to ask; None for all. A global service's task waits for one node alone.
    """
    checks = _Checks(cluster, service, occupancy)
    refusals, fits = list[Refusal](), list[Node]()
    for node in cluster.nodes.values() if nodes is None else nodes:
        refusal = checks.refusal(node)
        if refusal is None:
            fits.append(node)
        else:
            refusals.append(refusal)
    return Survey(service, checks.demand, tuple(refusals), tuple(fits))


def constraint_text(expression: str) -> str:
    """A constraint in short: "gpu=true" for a label, else as it is written."""
    try:
        constraint = parse(expression)
    except InvalidConstraint:
        return expression
    sign = "=" if constraint.equal else "!="
    key = constraint.key
    return f"{key[len(_LABELS) :] if _is_label(key) else key}{sign}{constraint.value}"


_LABELS = "node.labels."
_IDENTITIES = frozenset({"node.hostname", "node.id"})
"""What is different on each node, and so tells nothing about one that is named already."""

_UNAVAILABLE = {"drain": "drained", "pause": "paused"}


def _is_label(key: str) -> bool:
    return key.lower().startswith(_LABELS)


class _Checks:
    """The filters that apply to one service's tasks."""

    def __init__(self, cluster: Cluster, service: Service, occupancy: Occupancy) -> None:
        self.demand = Demand.of(service)
        self._cluster = cluster
        self._service = service
        self._occupancy = occupancy
        self._constraints: list[tuple[str, Constraint, dict[str | None, Reason | None]]] = [
            (text, constraint, {}) for text, constraint in _parsed(service.constraints)
        ]
        self._rooms: dict[tuple[int, int, bool], Reason] = {}
        placement = service.spec.task_template.placement
        self._platforms = (placement.platforms or ()) if placement is not None else ()
        self._has_drivers = bool(service.mounts) or service.spec.task_template.log_driver is not None
        self._volumes = ClusterVolumes(cluster, service)
        self._reserves = self.demand.nano_cpus > 0 or self.demand.memory_bytes > 0
        self._takes = self._reserves or bool(self.demand.ports or self.demand.generic)

    def refusal(self, node: Node) -> Refusal | None:
        """What keeps the next task off a node; None where nothing does."""
        reasons, unmet, used = list[Reason](), list[tuple[str, Reason]](), list[tuple[HostPort, str]]()
        if not node.is_ready:
            reasons.append(Reason(Filter.READY, node.status.state))
        elif node.spec.availability != "active":
            reasons.append(Reason(Filter.READY, _UNAVAILABLE.get(node.spec.availability, node.spec.availability)))
        taken = self._occupancy.on(self._cluster, node) if self._takes else _NOTHING
        has, demand = node.description.resources, self.demand
        cpus, memory = has.nano_cpus - taken.nano_cpus, has.memory_bytes - taken.memory_bytes
        if self._reserves and (demand.nano_cpus > cpus or demand.memory_bytes > memory):
            reasons.append(self._no_room(cpus, memory, taken))
        generic = self._free_generic(node, taken) if demand.generic else ()
        if not any(each.filter is Filter.RESOURCES for each in reasons):  # the scheduler's filter is the same
            reasons += self._too_few(generic, taken)
        if self._has_drivers:
            reasons += self._plugins(node)
        if self._constraints:
            unmet = self._unmet(node)
            reasons += [reason for _, reason in unmet[:1]]
        if self._platforms and not platform_fits(self._service, node):
            reasons.append(self._platform(node))
        if demand.ports and (used := [(port, taken.ports[port]) for port in demand.ports if port in taken.ports]):
            reasons.append(self._ports(used, taken))
        if demand.most:
            reasons += self._full(node)
        if self._volumes and (hindrance := self._volumes.hindrance(node)) is not None:
            reasons.append(Reason(Filter.VOLUMES, hindrance.detail, hindrance.general, hindrance.passing))
        if not reasons:
            return None
        return Refusal(node, tuple(reasons), tuple(text for text, _ in unmet), cpus, memory, tuple(used), generic)

    def _no_room(self, cpus: int, memory: int, taken: Taken) -> Reason:
        """Too little is left; nodes of which the same is left share the words."""
        demand = self.demand
        passing = demand.nano_cpus <= cpus + taken.leaving_cpus and demand.memory_bytes <= memory + taken.leaving_memory
        key = (cpus, memory, passing)
        if key not in self._rooms:
            self._rooms[key] = _too_little(demand, cpus, memory, passing)
        return self._rooms[key]

    def _free_generic(self, node: Node, taken: Taken) -> tuple[tuple[str, int], ...]:
        """What a node has left of each kind of generic resource that the service reserves."""
        has = node.description.resources.generic
        return tuple((kind, has.get(kind, 0) - taken.generic.get(kind, 0)) for kind, _ in self.demand.generic)

    def _too_few(self, free: tuple[tuple[str, int], ...], taken: Taken) -> Iterator[Reason]:
        """Too little is left of a generic resource: the first that is short is told."""
        for (kind, wanted), (_, left) in zip(self.demand.generic, free, strict=False):
            if wanted > left:
                passing = wanted <= left + taken.leaving_generic.get(kind, 0)
                detail = f"needs {wanted} {kind}, {max(left, 0)} free"
                yield Reason(Filter.RESOURCES, detail, f"too little {kind} free", passing)
                return

    def _unmet(self, node: Node) -> list[tuple[str, Reason]]:
        """The constraints that a node does not meet; nodes that have the same share the answer."""
        unmet = list[tuple[str, Reason]]()
        for text, constraint, known in self._constraints:
            actual = actual_value(constraint, node)
            if actual not in known:
                known[actual] = None if matches(constraint, node) else _not_met(constraint, actual)
            reason = known[actual]
            if reason is not None:
                unmet.append((text, reason))
        return unmet

    def _plugins(self, node: Node) -> Iterator[Reason]:
        missing = missing_plugins(self._service, node)
        if missing:
            kind, name = missing[0]
            yield Reason(Filter.PLUGINS, f"has no {kind.lower()} plugin {name}")

    def _platform(self, node: Node) -> Reason:
        wanted = listed([_platform_text(each) for each in self._platforms], 3)
        return Reason(
            Filter.PLATFORM,
            f"is {_platform_text(node.description.platform)}, the image needs {wanted}",
            f"is not {wanted}",
        )

    def _ports(self, used: list[tuple[HostPort, str]], taken: Taken) -> Reason:
        (protocol, number), owner = used[0]
        port = str(number) if protocol == "tcp" else f"{number}/{protocol}"
        whose = "this service" if owner == self._service.id else self._cluster.service_name(owner)
        passing = all(each in taken.leaving_ports for each, _ in used)
        return Reason(
            Filter.HOST_PORTS, f"host port {port} is in use by {whose}", f"host port {port} is in use", passing
        )

    def _full(self, node: Node) -> Iterator[Reason]:
        here = self._cluster.standing_on(node.id).get(self._service.id, 0)
        if here >= self.demand.most:
            yield Reason(Filter.MAX_REPLICAS, f"has {here} of at most {self.demand.most} per node", "is full")


_NOTHING = Taken()


def _parsed(expressions: Iterable[str]) -> list[tuple[str, Constraint]]:
    try:
        return [(text, parse(text)) for text in expressions]
    except InvalidConstraint:
        return []  # one that cannot be read switches the scheduler's filter off


def _too_little(demand: Demand, cpus: int, memory: int, passing: bool) -> Reason:
    """What a node has left of what a task reserves."""
    lacks_cpus, lacks_memory = demand.nano_cpus > cpus, demand.memory_bytes > memory
    cpu_text, memory_text = cpus_text(demand.nano_cpus), f"{size_text(demand.memory_bytes)} of memory"
    cpus_free, memory_free = f"{cpus_text(max(cpus, 0))} free", f"{rough_size(max(memory, 0))} free"
    if lacks_cpus and lacks_memory:
        detail = f"needs {cpu_text} ({cpus_free}) and {memory_text} ({memory_free})"
    else:
        detail = f"needs {cpu_text}, {cpus_free}" if lacks_cpus else f"needs {memory_text}, {memory_free}"
    nouns = " and ".join(["CPU"] * lacks_cpus + ["memory"] * lacks_memory)
    return Reason(Filter.RESOURCES, detail, f"too little {nouns} free", passing)


def _not_met(constraint: Constraint, actual: str | None) -> Reason:
    """What a node has instead of what a constraint asks for."""
    key = constraint.key
    if actual is None:
        return Reason(Filter.CONSTRAINTS, f"{key} is not a key that Swarm knows")
    name = f"label {key[len(_LABELS) :]}" if _is_label(key) else key
    if constraint.equal and key.lower() in _IDENTITIES:
        return Reason(Filter.CONSTRAINTS, f"{name} is not {constraint.value}")
    if constraint.equal and not actual:
        return Reason(Filter.CONSTRAINTS, f"has no {name}", f"{name} is not {constraint.value}")
    if constraint.equal:
        return Reason(
            Filter.CONSTRAINTS, f"{name} is {actual}, not {constraint.value}", f"{name} is not {constraint.value}"
        )
    return Reason(Filter.CONSTRAINTS, f"{name} is {actual or 'not set'}, which is excluded")


def _platform_text(platform: Platform) -> str:
    return "/".join(part for part in (platform.os, platform.architecture) if part)
