"""Nodes: away, coming and going, set aside and forgotten, or nearly full."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import islice

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis import remedies
from swarmtui.swarm.diagnosis.finding import Severity
from swarmtui.swarm.diagnosis.node_loss import Lost, lost_with
from swarmtui.swarm.diagnosis.rule import Found, NodeScene, node_rule
from swarmtui.swarm.diagnosis.scheduling import Filter, survey
from swarmtui.swarm.judgement.capacity import Demand
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.tasks.states import holds_a_place
from swarmtui.swarm.tasks.task_state import LONG_PENDING
from swarmtui.swarm.units import SECOND, age, cpus_text, rough_size

__all__ = ["node_down", "node_flapping", "node_nearly_full", "node_set_aside"]

UNKNOWN_FOR = 30.0
"""Seconds that a node may be "unknown": after a change of leaders every node is, until it has answered."""

FLAPS, FLAPPING_WITHIN = 4, 1800.0
"""So many changes within so many seconds: a node that is rebooted goes and comes back once."""

FORGOTTEN = 3600.0
"""Seconds after which a node that is set aside, and that nothing waits for, may have been forgotten."""

NEARLY_FULL = 0.9
"""The share of a node that is reserved from which on it counts as full."""

LONG_GONE = 3600.0
"""Seconds after which a node that is down, and has no tasks any more, may be gone for good."""

SOON = 2.0
"""Seconds after which the tasks of a node that is down are looked at again, while some have no place yet."""

MOST_LINES = 8

MOST_WAITING = 50
"""Services with pending tasks that are asked whether they wait for a node."""


@node_rule("node-down", Severity.WARNING, "A node is down: Swarm has replaced its tasks elsewhere, where it could.")
def node_down(scene: NodeScene) -> Iterator[Found]:
    node = scene.node
    if node.is_ready:
        return
    since = scene.memory.in_state_since(node)
    lasts = scene.now - since if since is not None else 0.0
    if node.status.state == "unknown" and lasts < UNKNOWN_FOR:
        return
    lost = lost_with(scene.cluster, node, scene.memory.occupancy)
    stuck = [each for each in lost if each.waiting]
    gone = lasts > LONG_GONE and not lost
    words = [f"{node.status.state} for {age(lasts)}" if since is not None else node.status.state]
    if moved := sum(len(each.moved) for each in lost):
        words.append(f"{counted(moved, 'task')} moved")
    if stuck:
        words.append(f"{listed([name for each in stuck for name in each.waiting], 3)} could not")
    yield Found(
        summary=": ".join([words[0], ", ".join(words[1:])]) if words[1:] else words[0],
        evidence=tuple(_down_lines(scene, lost)),
        cause=_why_down(scene, lasts),
        remedies=(
            remedies.inspect(scene.subject),
            *([remedies.demote(node) if node.is_manager else remedies.remove_node(node)] if gone else []),
        ),
        since=since,
        until=scene.now + SOON if any(each.waiting or each.unreplaced for each in lost) else math.inf,
        severity=Severity.CRITICAL if stuck else None,
    )


def _why_down(scene: NodeScene, lasts: float) -> str:
    """A node renews its certificate while it is up, so one that was away for longer than that lasts has none."""
    swarm = scene.cluster.swarm
    expiry = swarm.spec.ca_config.node_cert_expiry / SECOND if swarm is not None else 0
    if expiry and lasts > expiry:
        return "It has been away for longer than its certificate lasts: it must be removed and join again."
    return "The node or its engine is off, or cut off from the managers."


def _down_lines(scene: NodeScene, lost: Sequence[Lost]) -> Iterator[str]:
    lines = [line for each in sorted(lost, key=lambda each: not each.waiting) for line in each.lines(scene.cluster)]
    if scene.node.status.message:
        yield f"Swarm says: {scene.node.status.message}"
    if scene.node.manager_status is not None:
        yield f"its manager is {scene.node.manager_status.reachability}"
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield f"and {len(lines) - MOST_LINES} more"
    if not lines:
        yield "no task was on it"


@node_rule("node-flapping", Severity.WARNING, "A node goes down and comes back again and again.")
def node_flapping(scene: NodeScene) -> Iterator[Found]:
    changes = scene.memory.node_changes.get(scene.node.id)
    if not changes or len(changes) < FLAPS:
        return
    recent = [at for at in changes if scene.now - at < FLAPPING_WITHIN]
    if len(recent) < FLAPS:
        return
    times = f"{len(recent)} changes in {age(scene.now - recent[0])}"
    yield Found(
        summary=f"flapping: {times}, now {scene.node.status.state}",
        evidence=tuple(f"changed {age(scene.now - at)} ago" for at in reversed(recent[-MOST_LINES:])),
        cause="Its heartbeats get lost: a bad network, or an overloaded node. Each time Swarm replaces its tasks.",
        remedies=(remedies.drain(scene.node), remedies.inspect(scene.subject)),
        since=recent[0],
        until=recent[-FLAPS] + FLAPPING_WITHIN,
    )


@node_rule("node-set-aside", Severity.NOTE, "A node has been paused or drained for a long time, or tasks wait for it.")
def node_set_aside(scene: NodeScene) -> Iterator[Found]:
    """Managers are often drained on purpose, for good: of them it is told only when tasks wait for them."""
    node = scene.node
    if not node.is_ready or node.spec.availability == "active":
        return
    word = {"drain": "drained", "pause": "paused"}.get(node.spec.availability, node.spec.availability)
    since = scene.memory.in_state_since(node)
    lasts = scene.now - since if since is not None else 0.0
    waiting = _waiting_for(scene, node)
    if not waiting and (lasts < FORGOTTEN or node.is_manager):
        return
    names = listed([each.name for each in waiting], 3)
    reason = f": {names} {'waits' if len(waiting) == 1 else 'wait'} for it" if waiting else ", nothing waits for it"
    yield Found(
        summary=f"{word} for {age(lasts)}{reason}",
        evidence=tuple(
            f"a task of {each.name} is pending, and {node.name} could take it" for each in waiting[:MOST_LINES]
        )
        or (f"{node.name} is ready and takes no new tasks",),
        cause="Somebody set it aside: it takes no tasks until it is active again."
        if waiting
        else "Somebody set it aside and may have forgotten it.",
        remedies=(remedies.activate(node),),
        since=since,
        severity=Severity.WARNING if waiting else None,
    )


def _waiting_for(scene: NodeScene, node: Node) -> list[Service]:
    """The services with tasks that have been pending for long, and that this node would take, were it active."""
    found = list[Service]()
    for service_id in islice(scene.memory.waiting, MOST_WAITING):
        service = scene.cluster.services.get(service_id)
        if service is None or service.spec.mode.name == "global" or not _waits_long(scene, service):
            continue
        here = survey(scene.cluster, service, scene.memory.occupancy, [node])
        if here.kept_off_by(Filter.READY):
            found.append(service)
    return sorted(found, key=lambda each: each.name)


def _waits_long(scene: NodeScene, service: Service) -> bool:
    """Whether the scheduler has refused a task, and not just until another one has stopped."""
    return any(
        task.status.state == "pending"
        and task.status.err
        and holds_a_place(task)
        and scene.now - (seconds_of(task.created_at) or scene.now) >= LONG_PENDING
        for task in scene.cluster.tasks_of(service.id) or ()
    )


@node_rule("node-nearly-full", Severity.NOTE, "More than nine tenths of a node's CPU or memory are reserved.")
def node_nearly_full(scene: NodeScene) -> Iterator[Found]:
    node, has = scene.node, scene.node.description.resources
    taken = scene.memory.occupancy.on(scene.cluster, node)
    cpus = taken.nano_cpus > NEARLY_FULL * has.nano_cpus > 0
    memory = taken.memory_bytes > NEARLY_FULL * has.memory_bytes > 0
    if not (cpus or memory) or not node.is_ready:
        return
    words = [f"{taken.memory_bytes / has.memory_bytes:.0%} of its memory"] if memory else []
    words += [f"{taken.nano_cpus / has.nano_cpus:.0%} of its CPU"] if cpus else []
    largest = _largest(scene.cluster, node, memory=memory)
    yield Found(
        summary=f"{' and '.join(words)} reserved",
        evidence=(
            f"{cpus_text(taken.nano_cpus)} of {cpus_text(has.nano_cpus)} and {rough_size(taken.memory_bytes)} of"
            f" {rough_size(has.memory_bytes)} of memory reserved",
            *(f"{service.name} reserves {words}" for service, words in largest),
        ),
        cause="Hardly any more tasks fit here. Only reservations count, not actual use.",
        remedies=tuple(
            remedies.change_limits(service, f"Change what {service.name} reserves") for service, _ in largest[:1]
        ),
    )


def _largest(cluster: Cluster, node: Node, *, memory: bool) -> list[tuple[Service, str]]:
    """The services that reserve most of a node, with how much."""
    sums = list[tuple[int, Service, str]]()
    for service_id, number in cluster.standing_on(node.id).items():
        service = cluster.services.get(service_id)
        if service is not None:
            demand = Demand.of(service)
            size = (demand.memory_bytes if memory else demand.nano_cpus) * number
            words = f"{rough_size(size)} of memory" if memory else cpus_text(size)
            sums.append((size, service, f"{words} with {counted(number, 'task')}"))
    sums.sort(key=lambda each: -each[0])
    return [(service, words) for size, service, words in sums[:3] if size]
