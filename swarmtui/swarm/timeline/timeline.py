"""Timeline: what happened, newest first; what belongs together is one entry. Immutable, so any thread may read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from swarmtui.swarm.short_text import counted
from swarmtui.swarm.timeline.event import Category, Event, Source
from swarmtui.swarm.timeline.slot_memory import Former
from swarmtui.swarm.timeline.spec_changes import SpecChange
from swarmtui.swarm.units import age

__all__ = ["FOLDED", "Entry", "Timeline"]

FOLDED = {
    Category.FAILURE: 1800.0,
    Category.ENDED: 1800.0,
    Category.WAITING: 600.0,
    Category.MOVED: 60.0,
    Category.ENGINE: 600.0,
}
"""What is folded, and how many seconds may lie between two of one entry."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A line of the time line: an event, or several that say the same.

    Attributes:
        key: tells it from others, also after more was folded into it.
        event: the newest.
        count: how many there were.
        since: when the first was, in seconds since 1970.
        events: the newest first; of very many only the newest.
    """

    key: str
    event: Event
    count: int = 1
    since: float = 0.0
    events: tuple[Event, ...] = ()

    @property
    def at(self) -> float:
        """When it happened, the last time."""
        return self.event.at

    @property
    def text(self) -> str:
        """One sentence."""
        event = self.event
        if self.count == 1:
            return event.text
        why = f": {event.after}" if event.after else ""
        span = f" in {age(self.at - self.since)}" if self.at - self.since >= 1 else ""
        service = event.name.rpartition(".")[0] or event.name
        match event.category:
            case Category.WAITING:
                names = {each.name for each in self.events}
                tasks = f"{counted(len(names), 'task')} of {service}" if len(names) > 1 else event.name
                return f"{tasks} cannot be placed{why}"
            case Category.MOVED:
                return f"{counted(self.count, 'task')} of {service} moved away from {event.before}"
            case Category.ENGINE:
                return f"{event.text} ({self.count} times{span})"
            case Category.ENDED:
                return f"{event.name} ended {self.count} times{span}{why}"
            case _:
                return f"{event.name} failed {self.count} times{span}{why}"

    def is_about(self, object_id: str) -> bool:
        """Whether any of it happened to an object, or to a part of it."""
        return self.event.is_about(object_id) or any(each.is_about(object_id) for each in self.events[1:])


@dataclass(frozen=True, eq=False)
class Timeline:
    """What happened, as far as it is known.

    Attributes:
        entries: the newest first.
        began: since when this program watches, in seconds since 1970 by the managers' clock; None before the first
            sight of a swarm.
        formers: of each slot, the tasks that were seen to end or to go, the newest first.
        spec_changes: what a service's spec was before and after each of the newest changes of it, by the service's ID
            and the time of the change.
    """

    entries: tuple[Entry, ...] = ()
    began: float | None = None
    formers: Mapping[str, tuple[Former, ...]] = field(default_factory=dict)
    spec_changes: Mapping[tuple[str, float], SpecChange] = field(default_factory=dict)

    def change_of(self, event: Event) -> SpecChange | None:
        """The specs before and after the change of a service that an event is a part of, where they are remembered."""
        return self.spec_changes.get((event.id, event.at))

    def about(self, object_id: str) -> Iterator[Entry]:
        """What happened to an object and its parts, the newest first."""
        return (entry for entry in self.entries if entry.is_about(object_id))

    def within(self, first: float, last: float) -> tuple[Entry, ...]:
        """What happened between two moments, the newest first."""
        return tuple(entry for entry in self.entries if entry.at >= first and entry.since <= last)

    def seen_since(self, moment: float) -> tuple[Entry, ...]:
        """What was seen to happen after a moment, the newest first."""
        found = []
        for entry in self.entries:
            if entry.at < moment:
                break
            if entry.event.source is not Source.KEPT:
                found.append(entry)
        return tuple(found)
