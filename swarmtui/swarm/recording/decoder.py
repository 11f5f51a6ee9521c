"""From frames to snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.marks import Mark
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.recording.frame import LISTS, MARK, Frame, ListChange, Moment, Piece

__all__ = ["after", "decode_frame"]

NOTHING = Moment(0.0)
NO_TASKS: tuple[Task, ...] = ()


def _extension(code: int, data: memoryview) -> object:
    return Mark(int.from_bytes(data, "big")) if code == MARK else None


_decoder = msgspec.msgpack.Decoder(Frame, ext_hook=_extension)


def decode_frame(data: bytes) -> Frame:
    """Raises msgspec.DecodeError when it is none."""
    return _decoder.decode(data)


def after(before: Moment, frame: Frame) -> Moment:
    """What was known once a frame's changes had been seen. What did not change is the same object in both."""
    if frame.whole:
        before = NOTHING
    link = before.link if frame.link is None else frame.link
    if frame.nothing:
        return Moment(frame.at, None, link)
    known = before.cluster
    if known is None and frame.info is None:
        return Moment(frame.at, None, link)
    changes = _changes(Cluster() if known is None else known, frame)
    cluster = replace(Cluster() if known is None else known, **changes) if changes or known is None else known
    return Moment(frame.at, cluster, link)


def _changes(known: Cluster, frame: Frame) -> dict[str, Any]:
    """The attributes that are others."""
    changes: dict[str, Any] = {}
    if frame.info is not None:
        changes["info"] = frame.info
    if frame.swarm is not None or frame.swarm_unknown:
        changes["swarm"] = frame.swarm
    for name in LISTS:
        change: ListChange[Any] | None = getattr(frame, name)
        if change is not None:
            changes[name] = None if change.unknown else _merged(getattr(known, name) or {}, change)
    if frame.tasks is not None or frame.tasks_gone is not None:
        changes["tasks_by_service"] = _tasks(known.tasks_by_service, frame)
    if frame.tasks_complete is not None:
        changes["tasks_complete"] = frame.tasks_complete
    if frame.elsewhere is not None:
        changes["elsewhere"] = frame.elsewhere
    if frame.refused is not None:
        changes["refused"] = {Kind(kind): words for kind, words in frame.refused.items()}
    return changes


def _merged(known: Mapping[str, Any], change: ListChange[Any]) -> dict[str, Any]:
    merged = {**known, **{each.id: each for each in change.put}}
    for object_id in change.gone:
        merged.pop(object_id, None)
    return merged


def _tasks(known: Mapping[str, tuple[Task, ...]], frame: Frame) -> dict[str, tuple[Task, ...]]:
    fresh = dict(known)
    for service_id, pieces in (frame.tasks or {}).items():
        fresh[service_id] = _spliced(known.get(service_id, NO_TASKS), pieces)
    for service_id in frame.tasks_gone or ():
        fresh.pop(service_id, None)
    return fresh


def _spliced(known: tuple[Task, ...], pieces: list[Piece]) -> tuple[Task, ...]:
    tasks: list[Task] = []
    for piece in pieces:
        if isinstance(piece, Task):
            tasks.append(piece)
        else:
            first, count = piece
            tasks.extend(known[first : first + count])
    return tuple(tasks)
