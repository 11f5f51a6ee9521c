"""FrameEncoder: snapshots in, the frames of a record out.

A snapshot shares all that has not changed with the one before, so what is compared is what changed: a swarm at rest
costs microseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.marks import Mark
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.recording.frame import LISTS, MARK, Frame, Link, ListChange, Moment, Piece
from swarmtui.swarm.recording.secrecy import masked_text, without_secrets

__all__ = ["FrameEncoder"]

NOTHING_KNOWN = Cluster()
NO_TASKS: tuple[Task, ...] = ()


class FrameEncoder:
    """Compares each moment with the one before. One thread calls it.

    Marks become numbers in the order in which they are met, so that a record tells nothing of the values but whether
    two are the same.

    Args:
        last: the moment that the record ended with, where it is continued.
    """

    def __init__(self, last: Moment | None = None) -> None:
        self._before: Moment | None = None
        self._numbers: dict[Mark, int] = {}
        self._met: set[Mark] = set()
        self._next = 1
        self._last = last
        if last is not None and last.cluster is not None:
            self._next = 1 + max((mark.number for mark in _marks_in(last.cluster)), default=0)
        self._encoder = msgspec.msgpack.Encoder(enc_hook=self._encode_mark)

    def encode(self, moment: Moment, rest: Callable[[], object] = lambda: None) -> bytes | None:
        """The frame of a moment: what differs from the one before; None for nothing.

        Args:
            rest: called after each piece of work, a millisecond or so: others may want to go on.
        """
        if self._before is None:
            return self.whole(moment, rest)
        frame = self._frame(self._before, moment, rest)
        self._before = moment
        return None if frame == Frame(moment.at) else self._encoder.encode(frame)

    def whole(self, moment: Moment, rest: Callable[[], object] = lambda: None) -> bytes:
        """A frame of a moment that stands by itself."""
        self._continue(moment)
        self._met = set()
        data = self._encoder.encode(self._frame(None, moment, rest))
        self._before = moment
        self._numbers = {mark: number for mark, number in self._numbers.items() if mark in self._met}
        return data

    def _frame(self, before: Moment | None, moment: Moment, rest: Callable[[], object]) -> Frame:
        frame = Frame(moment.at, whole=before is None)
        known = NOTHING_KNOWN if before is None or before.cluster is None else before.cluster
        link = _masked_link(moment.link)
        if before is None or link != _masked_link(before.link):
            frame.link = link
        cluster = moment.cluster
        if cluster is None:
            frame.nothing = before is None or before.cluster is not None
        elif cluster is not known:
            self._compare(known, cluster, frame, rest)
            if before is None or before.cluster is None:
                frame.info = without_secrets(cluster.info)
        return frame

    def _compare(self, known: Cluster, cluster: Cluster, frame: Frame, rest: Callable[[], object]) -> None:
        """Put into a frame what differs."""
        if cluster.info is not known.info:
            frame.info = without_secrets(cluster.info)
        if cluster.swarm is not known.swarm:
            frame.swarm = None if cluster.swarm is None else without_secrets(cluster.swarm)
            frame.swarm_unknown = cluster.swarm is None
        for name in LISTS:
            old, new = getattr(known, name), getattr(cluster, name)
            if old is not new and (change := _list_change(old, new)) is not None:
                setattr(frame, name, change)
        if cluster.tasks_by_service is not known.tasks_by_service:
            self._compare_tasks(known.tasks_by_service, cluster.tasks_by_service, frame, rest)
        if cluster.tasks_complete != known.tasks_complete:
            frame.tasks_complete = cluster.tasks_complete
        if cluster.elsewhere != known.elsewhere:
            frame.elsewhere = dict(cluster.elsewhere)
        if cluster.refused != known.refused:
            frame.refused = {kind.value: masked_text(words) for kind, words in cluster.refused.items()}

    def _compare_tasks(
        self,
        known: Mapping[str, tuple[Task, ...]],
        tasks: Mapping[str, tuple[Task, ...]],
        frame: Frame,
        rest: Callable[[], object],
    ) -> None:
        changed: dict[str, Any] = {}
        for service_id, group in tasks.items():
            before = known.get(service_id)
            if before is not group:
                # Encoded one by one, since to encode 150,000 tasks at once would hold up a key.
                changed[service_id] = msgspec.Raw(self._encoder.encode(list(_pieces(before or NO_TASKS, group))))
                rest()
        frame.tasks = changed or None
        frame.tasks_gone = [service_id for service_id in known if service_id not in tasks] or None

    # -------------------------------------------------------------------------------- marks

    def _encode_mark(self, value: object) -> object:
        if not isinstance(value, Mark):
            raise NotImplementedError(type(value).__name__)
        number = self._numbers.get(value)
        if number is None:
            number = self._numbers[value] = self._next
            self._next += 1
        self._met.add(value)
        return msgspec.msgpack.Ext(MARK, number.to_bytes(4, "big"))

    def _continue(self, moment: Moment) -> None:
        """Give the marks of a record that is continued the numbers that it has.

        In each run of the program marks are others. Whether a value has changed in between is not known, so that it
        has is not told.
        """
        last, self._last = self._last, None
        if last is None or last.cluster is None or moment.cluster is None:
            return
        for service_id, service in moment.cluster.services.items():
            known = last.cluster.services.get(service_id)
            if known is not None:
                self._align(known, service)
        if last.cluster.swarm is not None and moment.cluster.swarm is not None:
            self._align(last.cluster.swarm, moment.cluster.swarm)

    def _align(self, known: Any, fresh: Any) -> None:
        if isinstance(known, Mark) and isinstance(fresh, Mark):
            self._numbers.setdefault(fresh, known.number)
        elif isinstance(known, msgspec.Struct) and type(known) is type(fresh):
            for name in known.__struct_fields__:
                self._align(getattr(known, name), getattr(fresh, name))
        elif isinstance(known, Mapping) and isinstance(fresh, Mapping):
            for key in known.keys() & fresh.keys():
                self._align(known[key], fresh[key])


def _pieces(known: tuple[Task, ...], tasks: tuple[Task, ...]) -> Iterator[Piece]:
    """A service's tasks, told by those before where they are the same objects."""
    places = {id(task): place for place, task in enumerate(known)}
    first, count = 0, 0
    for task in tasks:
        place = places.get(id(task))
        if place is not None and count and place == first + count:
            count += 1
            continue
        if count:
            yield first, count
        first, count = (0, 0) if place is None else (place, 1)
        if place is None:
            yield without_secrets(task)
    if count:
        yield first, count


def _list_change(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> ListChange[Any] | None:
    """What differs in a list; None for nothing."""
    if new is None:
        return None if old is None else ListChange(unknown=True)
    known = old or {}
    put = [without_secrets(item) for key, item in new.items() if known.get(key) is not item]
    gone = [key for key in known if key not in new]
    return ListChange(put, gone) if put or gone or old is None else None


def _masked_link(link: Link) -> Link:
    return msgspec.structs.replace(link, error=masked_text(link.error)) if link.error else link


def _marks_in(cluster: Cluster) -> Iterator[Mark]:
    for thing in (*cluster.services.values(), cluster.swarm):
        yield from _marks_of(thing)


def _marks_of(thing: Any) -> Iterator[Mark]:
    if isinstance(thing, Mark):
        yield thing
    elif isinstance(thing, msgspec.Struct):
        for name in thing.__struct_fields__:
            yield from _marks_of(getattr(thing, name))
    elif isinstance(thing, Mapping):
        for value in thing.values():
            yield from _marks_of(value)
