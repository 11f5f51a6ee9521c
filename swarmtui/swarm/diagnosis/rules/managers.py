"""The managers: whether the swarm can be changed, and what it takes to lose that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis import remedies
from swarmtui.swarm.diagnosis.finding import Severity
from swarmtui.swarm.diagnosis.rule import Found, NodeScene, SwarmScene, node_rule, swarm_rule
from swarmtui.swarm.diagnosis.zones import zone_label
from swarmtui.swarm.membership.quorum import Quorum, tolerated
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.units import age

__all__ = [
    "even_managers",
    "manager_unreachable",
    "managers_in_one_zone",
    "managers_on_one_host",
    "no_quorum",
    "one_manager",
    "quorum_at_limit",
    "too_many_managers",
]

MOST_MANAGERS = 7
"""Docker's own advice (docs.docker.com, "Administer and maintain a swarm of Docker Engines")."""

NO_LEADER = "does not have a leader"
"""What an engine says of a swarm without a quorum (moby daemon/cluster/errors.go)."""


@swarm_rule("no-quorum", Severity.CRITICAL, "Fewer than a majority of the managers reach each other.")
def no_quorum(scene: SwarmScene) -> Iterator[Found]:
    quorum = Quorum.of(scene.cluster)
    said = scene.cluster.info.swarm.error
    leaderless = NO_LEADER in said
    if not leaderless and (not quorum.known or quorum.has_quorum):
        return
    numbers = f"{quorum.reachable} of {quorum.members} managers reachable, {quorum.majority} needed"
    yield Found(
        summary="no quorum: " + (numbers if not quorum.has_quorum and quorum.known else "the swarm has no leader"),
        evidence=(*_out_of_reach(scene, scene.cluster.managers), *([said] if leaderless else [])),
        cause="Running tasks keep running. Until enough managers are back nothing can be changed, and no failed task is"
        " replaced.",
        remedies=(remedies.recover_quorum(),),
    )


@swarm_rule("quorum-at-limit", Severity.WARNING, "The loss of one more manager would lose the quorum.")
def quorum_at_limit(scene: SwarmScene) -> Iterator[Found]:
    quorum = Quorum.of(scene.cluster)
    if quorum.members < 3 or not quorum.has_quorum or quorum.can_lose:
        return
    lost = [node for node in scene.cluster.managers if not node.is_reachable_manager]
    yield Found(
        summary=f"quorum at its limit: {quorum.reachable} of {quorum.members} managers reachable, can lose none",
        evidence=tuple(_out_of_reach(scene, lost)),
        cause="If one more manager fails, nothing can be changed any more.",
        remedies=(
            *(remedies.demote(node) for node in lost[:2]),
            *(remedies.promote(node) for node in _workers(scene.cluster)[:1]),
        ),
    )


@swarm_rule("one-manager", Severity.NOTE, "There is one manager: the swarm is lost with it.")
def one_manager(scene: SwarmScene) -> Iterator[Found]:
    managers = scene.cluster.managers
    if len(managers) == 1 and managers[0].is_reachable_manager:
        workers = _workers(scene.cluster)
        yield Found(
            summary=f"one manager: the swarm is lost with {managers[0].name}",
            evidence=(f"{managers[0].name} alone holds the swarm's state",),
            cause="Three managers survive the loss of one." if len(workers) > 1 else "",
            remedies=tuple(remedies.promote(node) for node in workers[:2]) if len(workers) > 1 else (),
        )


@swarm_rule("even-managers", Severity.NOTE, "An even number of managers survives no more failures than one fewer.")
def even_managers(scene: SwarmScene) -> Iterator[Found]:
    quorum = Quorum.of(scene.cluster)
    if not quorum.is_even:
        return
    members = quorum.members
    survives = f"survive the loss of {tolerated(members) or 'none'}, as {members - 1} would"
    followers = [node for node in scene.cluster.managers if not node.is_leader]
    yield Found(
        summary=f"{members} managers: an even number, they {survives}",
        evidence=(quorum.sentence,),
        cause="One more manager makes the swarm safer; one fewer makes it no less safe.",
        remedies=(
            *(remedies.promote(node) for node in _workers(scene.cluster)[:1]),
            *(remedies.demote(node) for node in sorted(followers, key=lambda node: node.is_reachable_manager)[:1]),
        ),
        severity=Severity.WARNING if not tolerated(members) else None,
    )


@swarm_rule("too-many-managers", Severity.NOTE, "More than seven managers make every change slower.")
def too_many_managers(scene: SwarmScene) -> Iterator[Found]:
    number = len(scene.cluster.managers)
    if number <= MOST_MANAGERS:
        return
    followers = [node for node in scene.cluster.managers if not node.is_leader]
    yield Found(
        summary=f"{number} managers: more than {MOST_MANAGERS} make every change slower",
        evidence=(listed([node.name for node in scene.cluster.managers]),),
        cause="A majority of the managers must write each change down before it counts.",
        remedies=tuple(remedies.demote(node) for node in followers[-2:]),
    )


@swarm_rule("managers-in-one-zone", Severity.WARNING, "All managers are in one zone, although nodes are in several.")
def managers_in_one_zone(scene: SwarmScene) -> Iterator[Found]:
    managers = scene.cluster.managers
    label = zone_label(scene.cluster.nodes.values()) if len(managers) > 1 else ""
    zones = {node.labels.get(label, "") for node in managers} if label else set()
    if len(zones) != 1:
        return
    zone = zones.pop()
    elsewhere = [node for node in _workers(scene.cluster) if node.labels.get(label, "") != zone]
    yield Found(
        summary=f"all {len(managers)} managers in {label}={zone}: the swarm is lost with it",
        evidence=tuple(
            f"{label}={each}: {counted(number, 'node')}" for each, number in _zone_counts(scene.cluster, label)
        ),
        cause="Managers in three zones survive the loss of one zone.",
        remedies=tuple(remedies.promote(node) for node in elsewhere[:1]),
    )


@swarm_rule("managers-on-one-host", Severity.WARNING, "Several managers have the same address.")
def managers_on_one_host(scene: SwarmScene) -> Iterator[Found]:
    by_address: dict[str, list[Node]] = defaultdict(list)
    for node in scene.cluster.managers:
        address = node.manager_status.addr.rpartition(":")[0] if node.manager_status is not None else ""
        if address not in ("", "0.0.0.0", "[::]"):  # what a manager says that does not know its own
            by_address[address].append(node)
    for address, nodes in by_address.items():
        if len(nodes) > 1:
            names = listed([node.name for node in nodes])
            yield Found(
                summary=f"{counted(len(nodes), 'manager')} on one host: {names} fail together",
                evidence=(f"{names} have the address {address}",),
                cause="Managers on one machine count as several and fail as one.",
                remedies=tuple(remedies.demote(node) for node in nodes if not node.is_leader)[:1],
            )


@node_rule("manager-unreachable", Severity.WARNING, "The other managers do not reach a manager whose node is ready.")
def manager_unreachable(scene: NodeScene) -> Iterator[Found]:
    node = scene.node
    if node.manager_status is None or node.is_reachable_manager or not node.is_ready:
        return
    quorum = Quorum.of(scene.cluster)
    if not quorum.has_quorum:
        return
    yield Found(
        summary=f"manager {node.manager_status.reachability}, although the node is ready: {quorum.text}",
        evidence=(f"{node.name} ({node.manager_status.addr}) does not answer the other managers", quorum.sentence),
        cause="Port 2377 is blocked between the managers, or the manager on that node hangs.",
        remedies=(remedies.inspect(scene.subject), remedies.demote(node)),
    )


def _out_of_reach(scene: SwarmScene, managers: Sequence[Node]) -> Iterator[str]:
    for node in managers:
        if node.manager_status is None or node.is_reachable_manager:
            continue
        since = scene.memory.in_state_since(node)
        state = node.status.state
        if since is not None and not node.is_ready:
            state += f" for {age(scene.now - since)}"
        yield f"{node.name} ({node.manager_status.addr}): {node.manager_status.reachability}, {state}"


def _workers(cluster: Cluster) -> list[Node]:
    """Workers that could be managers."""
    return [
        node
        for node in cluster.nodes.values()
        if not node.is_manager and node.is_ready and node.spec.availability == "active"
    ]


def _zone_counts(cluster: Cluster, label: str) -> list[tuple[str, int]]:
    counts: dict[str, int] = defaultdict(int)
    for node in cluster.nodes.values():
        counts[node.labels.get(label, "")] += 1
    return sorted(counts.items())
