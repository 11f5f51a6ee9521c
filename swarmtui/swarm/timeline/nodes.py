"""What happened to a node: it joined, went down, was drained, leads the managers."""

from __future__ import annotations

from collections.abc import Iterator

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.node import Node, Resources
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.timeline.event import Category, Event
from swarmtui.swarm.timeline.files import moment
from swarmtui.swarm.timeline.parts import Part, label_part
from swarmtui.swarm.units import cpus_text, rough_size

__all__ = ["node_events", "node_past"]

_AVAILABILITY = {"drain": "is drained", "pause": "is paused: it gets no new tasks", "active": "is active again"}


def node_events(before: Node | None, after: Node | None, now: float) -> Iterator[Event]:
    """What happened between two sights of a node; None where it was not there, or is not.

    A node that has not said its name yet counts as not there.
    """
    before, after = _named(before), _named(after)
    if after is None:
        if before is not None:
            text = f"{before.name} was removed from the swarm"
            yield Event(now, Kind.NODE, before.id, before.name, Category.REMOVED, text, "warn", before=before.name)
        return
    if before is None:
        yield _joined(after, now)
        return
    yield from _by_users(before, after, now)
    yield from _by_itself(before, after, now)


def node_past(node: Node, now: float) -> Iterator[Event]:
    """What the swarm keeps of a node's past: when it joined, and what of it is not as usual."""
    if not node.description.hostname:
        return
    yield _joined(node, now)
    at = moment(node.updated_at, now)
    if not node.is_ready:
        text = f"{node.name} is {node.status.state}, since this moment or longer"
        yield Event(at, Kind.NODE, node.id, node.name, Category.STATE, text, "bad", after=node.status.state)
    if node.spec.availability != "active":
        text = f"{node.name} {_AVAILABILITY.get(node.spec.availability, '')}, since this moment or longer"
        yield Event(at, Kind.NODE, node.id, node.name, Category.AVAILABILITY, text, after=node.spec.availability)


def _named(node: Node | None) -> Node | None:
    return node if node is not None and node.description.hostname else None


def _joined(node: Node, now: float) -> Event:
    created = seconds_of(node.created_at)
    text = f"{node.name} joined the swarm as a {node.spec.role}"
    when = now if created is None else min(created, now)
    return Event(when, Kind.NODE, node.id, node.name, Category.CREATED, text, after=node.spec.role)


def _by_users(before: Node, after: Node, now: float) -> Iterator[Event]:
    """What somebody has set."""
    at, versions = moment(after.updated_at, now), (before.version.index, after.version.index)
    for category, text, was, is_ in _settings(before, after):
        sentence = f"{after.name}{text}"
        yield Event(at, Kind.NODE, after.id, after.name, category, sentence, before=was, after=is_, versions=versions)


def _settings(before: Node, after: Node) -> Iterator[Part]:
    old, new = before.spec, after.spec
    if old.availability != new.availability:
        words = _AVAILABILITY.get(new.availability, f"has the availability {new.availability}")
        yield Part(Category.AVAILABILITY, f" {words}", old.availability, new.availability)
    if old.role != new.role:
        turned = "promoted" if new.role == "manager" else "demoted"
        yield Part(Category.ROLE, f" was {turned} to {new.role}", old.role, new.role)
    for part in label_part(old.labels, new.labels):
        yield part._replace(text=f": {part.text}")


def _by_itself(before: Node, after: Node, now: float) -> Iterator[Event]:
    """What shows of the machine and of the managers' talk. Of who leads, and who is reached, no object is written."""
    written = moment(after.updated_at, now) if before.version != after.version else now
    for tone, (category, text, was, is_) in (
        *_states(before, after),
        *(("", each) for each in _machine(before, after)),
    ):
        at = now if category is Category.LEADER else written
        sentence = f"{after.name}{text}"
        yield Event(at, Kind.NODE, after.id, after.name, category, sentence, tone, before=was, after=is_)


def _states(before: Node, after: Node) -> Iterator[tuple[str, Part]]:
    """Each with its tone."""
    was, is_ = before.status.state, after.status.state
    if was != is_:
        again = " again" if is_ == "ready" and was in ("down", "disconnected") else ""
        yield "good" if is_ == "ready" else "bad", Part(Category.STATE, f" is {is_}{again}", was, is_)
    if after.is_leader and not before.is_leader:
        yield "warn", Part(Category.LEADER, " is the leader now", "", after.name)
    old, new = before.manager_status, after.manager_status
    if old is not None and new is not None and old.reachability != new.reachability:
        good = new.reachability == "reachable"
        words = " can be reached by the other managers again" if good else " cannot be reached by the other managers"
        yield "good" if good else "bad", Part(Category.STATE, words, old.reachability, new.reachability)


def _machine(before: Node, after: Node) -> Iterator[Part]:
    old, new = before.description, after.description
    pairs = (
        ("host name", old.hostname, new.hostname),
        ("address", before.status.addr, after.status.addr),
        ("engine", old.engine.engine_version, new.engine.engine_version),
        ("resources", _size(old.resources), _size(new.resources)),
    )
    for what, was, is_ in pairs:
        if was and is_ and was != is_:
            yield Part(Category.STATE, f": {what} changed from {was} to {is_}", was, is_)


def _size(resources: Resources) -> str:
    return f"{cpus_text(resources.nano_cpus)}, {rough_size(resources.memory_bytes)} of memory"
