"""TimelineKeeper: snapshots in, the time line out.

A snapshot shares all that has not changed with the one before, so what is compared is what changed. At the first sight
of anything, what the swarm keeps of its past is told instead.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.masking import masked_value
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.timeline.comparing import LISTS, between, past_of
from swarmtui.swarm.timeline.engine_events import EngineEvent, event_of_engine
from swarmtui.swarm.timeline.event import OF_A_SPEC, Category, Event, Source
from swarmtui.swarm.timeline.own import OwnChange, event_of, explains
from swarmtui.swarm.timeline.slot_memory import SlotMemory
from swarmtui.swarm.timeline.spec_changes import SpecMemory
from swarmtui.swarm.timeline.swarm import swarm_events, swarm_past
from swarmtui.swarm.timeline.tasks import task_events
from swarmtui.swarm.timeline.timeline import FOLDED, Entry, Timeline
from swarmtui.swarm.units import age

__all__ = ["MOST_ENTRIES", "TimelineKeeper"]

MOST_ENTRIES = 20_000
"""The oldest go."""
MOST_OF_ENGINES = 2_000
"""The same of what nodes' own engines told."""
MOST_FOLDED = 50
"""So many events of one entry are kept."""
PATIENCE = 4.0
"""Seconds for which a change made here waits for a snapshot that shows it."""
MOST_OWN = 200
"""So many of the newest changes made here are remembered, for what is seen later."""
LOOK_BACK = 200
"""Among so many of the newest entries it is looked for what a change made here has done."""
UPDATING = "updating"
"""The state in which an update begins."""
AT_ONCE = 10.0
"""Seconds within which an update begins after the change that calls for it."""
SHORTEST_GAP = 10.0
"""Seconds without an answer that are told."""

_AT = attrgetter("at")
_NO_OBJECTS: Mapping[str, Any] = {}


class TimelineKeeper:
    """Keeps the time line of one swarm. One thread calls it; what it returns may be read by any."""

    def __init__(self) -> None:
        self._forget()
        self._own: deque[OwnChange] = deque(maxlen=MOST_OWN)
        self._waiting: list[OwnChange] = []
        self._last_live: float | None = None

    def _forget(self) -> None:
        self._entries: list[Entry] = []
        self._folds: dict[str, Entry] = {}
        self._made = 0
        self._of_engines = 0
        self._shown = Timeline()
        self._changed = False
        self._began: float | None = None
        self._lists: dict[Kind, Mapping[str, Any]] = {}
        self._swarm: Swarm | None = None
        self._unread: set[str] = set()
        self._tasks: Mapping[str, tuple[Task, ...]] = {}
        self._slots = SlotMemory()
        self._specs = SpecMemory()

    @property
    def timeline(self) -> Timeline:
        """What is known now; the same object while nothing is new."""
        if self._changed:
            self._changed = False
            entries, formers, specs = tuple(reversed(self._entries)), self._slots.copy(), self._specs.copy()
            self._shown = Timeline(entries, self._began, formers, specs)
        return self._shown

    # -------------------------------------------------------------------------------- what comes in

    def observe(self, cluster: Cluster, now: float, rest: Callable[[], object] = lambda: None) -> None:
        """Take a snapshot in.

        Args:
            now: the managers' time, in seconds since 1970.
            rest: called after each piece of work, a millisecond or so: others may want to go on.
        """
        if not cluster.nodes and not cluster.services:  # nothing is known of a swarm
            return
        if cluster.swarm is not None and self._swarm is not None and cluster.swarm.id != self._swarm.id:
            self._forget()
        if self._began is None:
            self._begin(now)
        for kind in LISTS:
            self._observe_list(kind, cluster, now)
        self._observe_swarm(cluster.swarm, now)
        self._observe_tasks(cluster, now, rest)
        self._settle_own(now)

    def connected(self, live: bool, now: float, clock: float, without: str = "not connected") -> None:
        """How the connection is; what happens while it is lost is not seen.

        Args:
            clock: seconds of a clock that only goes forward.
            without: what was so while it was lost.
        """
        last = self._last_live
        if not live:
            return
        self._last_live = clock
        if last is not None and clock - last > SHORTEST_GAP and self._began is not None:
            text = f"{without} for {age(clock - last)}: of what happened meanwhile only what is left of it is told"
            self._add([Event(now, Kind.SWARM, "", "", Category.GAP, text, "warn", Source.GAP)])

    def changed_here(self, change: OwnChange) -> None:
        """A change was made with this program, or tried."""
        self._own.append(change)
        if change.outcome == "failed":
            self._add([event_of(change)])
        elif not self._marked(change):
            self._waiting.append(change)

    def changed_here_before(self, changes: Iterable[OwnChange], cluster: Cluster) -> None:
        """What was done with this program before it was started last, as far as it is about objects that there are."""
        for change in changes:
            known = cluster.swarm if change.kind is Kind.SWARM else (cluster.objects(change.kind) or {}).get(change.id)
            if known is not None and known.id == change.id:
                self.changed_here(change)

    def told_by_engine(self, told: EngineEvent, node: Node, now: float) -> None:
        """The engine of a node has told of something there.

        Args:
            now: as for `observe`.
        """
        event = event_of_engine(told, node, now)
        if event is None or self._began is None:
            return
        self._add([event])
        self._of_engines += 1
        if self._of_engines > MOST_OF_ENGINES:
            self._forget_old_of_engines()

    def _forget_old_of_engines(self) -> None:
        """Nodes that are busy must not drive out what happened to the swarm."""
        places = [place for place, entry in enumerate(self._entries) if entry.event.source is Source.NODE]
        for place in reversed(places[: -MOST_OF_ENGINES // 2]):
            del self._entries[place]
            self._changed = True
        self._of_engines = min(len(places), MOST_OF_ENGINES // 2)

    def settle(self, now: float) -> bool:
        """Tell by themselves the changes made here that no snapshot shows. Returns whether some still wait."""
        self._settle_own(now)
        return bool(self._waiting)

    # -------------------------------------------------------------------------------- comparing

    def _begin(self, now: float) -> None:
        self._began = now
        text = "swarmtui began to watch: what is older is what the swarm keeps of it"
        self._add([Event(now, Kind.SWARM, "", "", Category.GAP, text, "", Source.GAP)])

    def _observe_list(self, kind: Kind, cluster: Cluster, now: float) -> None:
        objects = cluster.objects(kind)
        if objects is None or kind in cluster.refused:
            return
        before = self._lists.get(kind)
        if before is objects:
            return
        self._lists[kind] = objects
        source = Source.KEPT if before is None else Source.SEEN
        events = (
            past_of(kind, objects, cluster, now) if before is None else between(kind, before, objects, cluster, now)
        )
        if kind is Kind.SERVICE:
            events = self._specs.noting(events, before, objects)
            self._unread |= set(objects) if before is None else set()
        self._add(events, source)

    def _observe_swarm(self, swarm: Swarm | None, now: float) -> None:
        before = self._swarm
        if swarm is None or swarm is before:
            return
        self._swarm = swarm
        if before is None:
            self._add(swarm_past(swarm, now), Source.KEPT)
        else:
            self._add(swarm_events(before, swarm, now))

    def _observe_tasks(self, cluster: Cluster, now: float, rest: Callable[[], object]) -> None:
        tasks, before = cluster.tasks_by_service, self._tasks
        if tasks is before or Kind.TASK in cluster.refused:
            return
        self._tasks = tasks
        for service_id, group in tasks.items():
            known = before.get(service_id)
            if known is group:
                continue
            source = Source.KEPT if known is None and service_id in self._unread else Source.SEEN
            self._unread.discard(service_id)
            self._add(task_events(known or (), group, cluster, now), source)
            self._changed |= self._slots.observe(known or (), group, cluster, now)
            rest()
        for service_id in before.keys() - tasks.keys():
            self._changed |= self._slots.observe(before[service_id], (), cluster, now)

    # -------------------------------------------------------------------------------- entries

    def _add(self, events: Iterable[Event], source: Source = Source.SEEN) -> None:
        for event in events:
            if not self._follows_a_change(event):
                self._put(self._finished(event, source))

    def _follows_a_change(self, event: Event) -> bool:
        """Whether it is but the update that a change of a spec begins, where that change has been told."""
        if event.category is not Category.UPDATE or event.after != UPDATING:
            return False
        return any(
            each.event.id == event.id and each.event.category in OF_A_SPEC and abs(each.at - event.at) < AT_ONCE
            for each in self._near(event.at)
        )

    def _near(self, at: float) -> Iterator[Entry]:
        """The entries around a moment, the newest first."""
        last = bisect_right(self._entries, at + AT_ONCE, key=_AT)
        for place in range(last - 1, -1, -1):
            if self._entries[place].at < at - AT_ONCE:
                return
            yield self._entries[place]

    def _finished(self, event: Event, source: Source) -> Event:
        """An event with all that is said of each, and without what is secret."""
        source = source if event.source is Source.SEEN else event.source
        command = event.command
        own = next((each for each in reversed(self._own) if explains(each, event)), None)
        if own is not None:
            source, command = Source.OWN, own.command
            self._withdraw(own)
        text, why = masked_value("", event.text), masked_value("", event.after)
        return msgspec.structs.replace(event, source=source, command=command, text=text, after=why)

    def _put(self, event: Event) -> None:
        self._changed = True
        span = FOLDED.get(event.category)
        last = self._folds.get(event.fold) if event.fold and span is not None else None
        if last is not None and span is not None and last.since - span <= event.at <= last.at + span:
            entry = _with(last, event)
            self._remove(last)
        else:
            self._made += 1
            entry = Entry(str(self._made), event, 1, event.at, (event,))
        if event.fold:
            self._folds[event.fold] = entry
        insort(self._entries, entry, key=_AT)
        if len(self._entries) > MOST_ENTRIES:
            oldest = self._entries.pop(0)
            if self._folds.get(oldest.event.fold) is oldest:
                del self._folds[oldest.event.fold]

    def _remove(self, entry: Entry) -> None:
        place = bisect_left(self._entries, entry.at, key=_AT)
        while place < len(self._entries) and self._entries[place].at == entry.at:
            if self._entries[place] is entry:
                del self._entries[place]
                self._changed = True
                return
            place += 1

    # -------------------------------------------------------------------------------- own changes

    def _marked(self, change: OwnChange) -> bool:
        """Mark what was seen already of a change; returns whether anything was."""
        found = [entry for entry in self._newest(LOOK_BACK) if entry.count == 1 and explains(change, entry.event)]
        for entry in found:
            event = msgspec.structs.replace(entry.event, source=Source.OWN, command=change.command)
            place = self._entries.index(entry)
            self._entries[place] = msgspec.structs.replace(entry, event=event, events=(event,))
            self._changed = True
        return bool(found)

    def _newest(self, count: int) -> Iterator[Entry]:
        return reversed(self._entries[-count:])

    def _settle_own(self, now: float) -> None:
        overdue = [change for change in self._waiting if now - change.at > PATIENCE or change.at > now + PATIENCE]
        for change in overdue:
            self._waiting.remove(change)
            self._put(event_of(change))

    def _withdraw(self, change: OwnChange) -> None:
        """What was seen tells of a change, so that it need not be told by itself."""
        if change in self._waiting:
            self._waiting.remove(change)
            return
        for entry in self._newest(LOOK_BACK):
            event = entry.event
            if event.category is Category.CHANGE and event.at == change.at and event.command == change.command:
                self._remove(entry)
                return


def _with(entry: Entry, event: Event) -> Entry:
    """An entry with one more event folded into it."""
    events = sorted((event, *entry.events), key=_AT, reverse=True)[:MOST_FOLDED]
    return Entry(entry.key, events[0], entry.count + 1, min(entry.since, event.at), tuple(events))
