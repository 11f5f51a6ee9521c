"""From frames to snapshots."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.marks import Mark
from swarmtui.swarm.objects.struct_decoders import msgpack_decoder
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.recording.frame import LISTS, MARK, Frame, ListChange, Moment, Piece

__all__ = ["after", "decode_frame"]

NOTHING = Moment(0.0)
NO_TASKS: tuple[Task, ...] = ()


def _extension(code: int, data: memoryview) -> object:
    return Mark(int.from_bytes(data, "big")) if code == MARK else None


_decoder = msgpack_decoder(Frame, ext_hook=_extension)


def decode_frame(data: bytes) -> Frame:
    """Raises msgspec.DecodeError when it is none."""
    return _decoder.decode(data)


def after(before: Moment, *frames: Frame) -> Moment:
    """What was known once the changes of some frames had been seen, in their order. What did not change is the same
    object in both."""
    work = _Work(before)
    for frame in frames:
        work.take(frame)
    return work.moment()


class _Work:
    """A moment that changes are applied to; what they change is copied once."""

    def __init__(self, before: Moment) -> None:
        self._at, self._link, self._known = before.at, before.link, before.cluster
        self._changes: dict[str, Any] = {}
        self._own: set[str] = set()

    def moment(self) -> Moment:
        """What is known now."""
        known = self._known
        if known is not None and self._changes:
            known = replace(known, **self._changes)
        return Moment(self._at, known, self._link)

    def take(self, frame: Frame) -> None:
        """Apply the changes of one frame."""
        if frame.whole:
            self._begin(None)
            self._link = NOTHING.link
        self._at = frame.at
        if frame.link is not None:
            self._link = frame.link
        if frame.nothing:
            self._begin(None)
        elif self._known is not None or frame.info is not None:
            self._change(frame)

    def _begin(self, cluster: Cluster | None) -> None:
        self._known, self._changes, self._own = cluster, {}, set()

    def _change(self, frame: Frame) -> None:
        if self._known is None:
            self._begin(Cluster())
        changes = self._changes
        if frame.info is not None:
            changes["info"] = frame.info
        if frame.swarm is not None or frame.swarm_unknown:
            changes["swarm"] = frame.swarm
        for name in LISTS:
            change: ListChange[Any] | None = getattr(frame, name)
            if change is not None:
                self._change_list(name, change)
        if frame.tasks is not None or frame.tasks_gone is not None:
            tasks = self._mapping("tasks_by_service")
            for service_id, pieces in (frame.tasks or {}).items():
                tasks[service_id] = _spliced(tasks.get(service_id, NO_TASKS), pieces)
            for service_id in frame.tasks_gone or ():
                tasks.pop(service_id, None)
        if frame.tasks_complete is not None:
            changes["tasks_complete"] = frame.tasks_complete
        if frame.elsewhere is not None:
            changes["elsewhere"] = frame.elsewhere
        if frame.refused is not None:
            changes["refused"] = {each: frame.refused[each.value] for each in Kind if each.value in frame.refused}

    def _change_list(self, name: str, change: ListChange[Any]) -> None:
        if change.unknown:
            self._changes[name] = None
            self._own.discard(name)
            return
        objects = self._mapping(name)
        for each in change.put:
            objects[each.id] = each
        for object_id in change.gone:
            objects.pop(object_id, None)

    def _mapping(self, name: str) -> dict[str, Any]:
        """A mapping of the snapshot that may be changed."""
        if name not in self._own:
            self._changes[name] = dict(self._changes.get(name, getattr(self._known, name)) or {})
            self._own.add(name)
        found: dict[str, Any] = self._changes[name]
        return found


def _spliced(known: tuple[Task, ...], pieces: list[Piece]) -> tuple[Task, ...]:
    tasks: list[Task] = []
    for piece in pieces:
        if isinstance(piece, Task):
            tasks.append(piece)
        else:
            first, count = piece
            tasks.extend(known[first : first + count])
    return tuple(tasks)
