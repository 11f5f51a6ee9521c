"""What happened to secrets, configs and networks, which come and go; and what all kinds have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.file import SecretFile
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.timeline.event import Category, Event
from swarmtui.swarm.timeline.parts import label_part

__all__ = ["came", "file_events", "file_past", "moment", "network_events", "went"]

SOON = 1.0
"""Seconds between an object's creation and its last change within which nobody has changed it."""


def moment(time: str, now: float) -> float:
    """An engine's time in seconds since 1970, never after `now`; `now` where there is none."""
    at = seconds_of(time)
    return now if at is None else min(at, now)


def came(thing: Any, at: float | None, now: float, more: str = "") -> Event:
    """An object was created.

    Args:
        at: when, where that is known.
        more: what follows the sentence.
    """
    when = now if at is None else min(at, now)
    text = f"{_called(thing)} was created{more}"
    return Event(when, thing.kind, thing.id, thing.name, Category.CREATED, text, after=thing.name)


def went(thing: Any, now: float) -> Event:
    """An object was removed."""
    text = f"{_called(thing)} was removed"
    return Event(now, thing.kind, thing.id, thing.name, Category.REMOVED, text, "warn", before=thing.name)


def _called(thing: Any) -> str:
    kind: Kind = thing.kind
    return f"{kind.word} {thing.name}" if kind in (Kind.SECRET, Kind.CONFIG, Kind.NETWORK) else str(thing.name)


def file_events(before: SecretFile | None, after: SecretFile | None, now: float) -> Iterator[Event]:
    """What happened between two sights of a secret or config; None where it was not there, or is not."""
    if after is None:
        if before is not None:
            yield went(before, now)
    elif before is None:
        yield came(after, seconds_of(after.created_at), now)
    elif before.version != after.version:
        versions = (before.version.index, after.version.index)
        for part in label_part(before.labels, after.labels):
            yield Event(
                moment(after.updated_at, now),
                after.kind,
                after.id,
                after.name,
                part.category,
                f"{_called(after)}: {part.text}",
                before=part.before,
                after=part.after,
                versions=versions,
            )


def file_past(file: SecretFile, now: float) -> Iterator[Event]:
    """What the swarm keeps of the past of a secret or config: only its labels can change."""
    created, changed = seconds_of(file.created_at), seconds_of(file.updated_at)
    yield came(file, created, now)
    if created is not None and changed is not None and changed > created + SOON:
        text = f"{_called(file)}: labels changed"
        yield Event(min(changed, now), file.kind, file.id, file.name, Category.LABELS, text)


def network_events(before: Network | None, after: Network | None, now: float) -> Iterator[Event]:
    """What happened between two sights of a network, which never changes."""
    if after is None and before is not None:
        yield went(before, now)
    elif before is None and after is not None:
        yield came(after, seconds_of(after.created), now, f": {after.driver}" if after.driver else "")
