"""A time line as it was at an earlier moment."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

import msgspec

from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.timeline.slot_memory import Former
from swarmtui.swarm.timeline.timeline import Entry, Timeline

__all__ = ["EarlierTimeline"]


class EarlierTimeline:
    """Gives a time line as far as it had got at a moment; the same object while that makes no difference.

    Args:
        timeline: the whole one.
    """

    def __init__(self, timeline: Timeline) -> None:
        self._whole = timeline
        self._times = sorted({event.at for entry in timeline.entries for event in (entry.events or (entry.event,))})
        self._given: tuple[int, Timeline] | None = None

    def until(self, moment: float) -> Timeline:
        """What had happened by a moment, in seconds since 1970 by the managers' clock."""
        place = bisect_right(self._times, moment)
        if place == len(self._times):
            return self._whole
        if self._given is None or self._given[0] != place:
            found = (_until(entry, moment) for entry in self._whole.entries if entry.since <= moment)
            entries = sorted((each for each in found if each is not None), key=lambda each: each.at, reverse=True)
            formers = {slot: _ended_by(known, moment) for slot, known in self._whole.formers.items()}
            self._given = place, replace(self._whole, entries=tuple(entries), formers=formers)
        return self._given[1]


def _ended_by(formers: tuple[Former, ...], moment: float) -> tuple[Former, ...]:
    """The tasks of a slot that had ended or gone by a moment."""
    return tuple(
        each
        for each in formers
        if (seconds_of(each.task.status.timestamp) or 0.0) <= moment and (each.gone is None or each.gone <= moment)
    )


def _until(entry: Entry, moment: float) -> Entry | None:
    """A line with only those of its events that had happened; None where none of those that are kept had."""
    if entry.at <= moment:
        return entry
    events = tuple(each for each in entry.events if each.at <= moment)
    if not events:
        return None
    count = max(1, entry.count - (len(entry.events) - len(events)))
    return msgspec.structs.replace(entry, event=events[0], count=count, events=events)
