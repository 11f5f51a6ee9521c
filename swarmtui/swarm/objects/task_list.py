"""The whole list of tasks, read while it comes.

At 150,000 tasks the answer is 200 MB, of which half is kept. Held as a whole it would be most of what the program ever
takes, and memory that was taken once is hardly given back: what is kept lies scattered between what was thrown away. So
it is cut between two tasks, and each slice becomes tasks before the next one is there.

A slice that was the same to the byte in the list before is not decoded: its tasks are those of before. Where a list
differs in a few tasks, the cuts behind them fall where they fell before, since they fall between tasks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from swarmtui.swarm.objects.decoding import decode_list
from swarmtui.swarm.objects.task import Alike, Task

__all__ = ["SLICE", "TaskList", "TaskReader"]

SLICE = 128 * 1024
"""Bytes from which on a slice ends with the next task."""
BETWEEN = re.compile(rb'\},\{"ID":"\w{1,64}","Version":')
"""What stands between two tasks, as Go writes them; never in a text, whose quotes are escaped. Should a task itself
come to have it, a slice that is cut there does not decode, and is read with the next one. An answer that is written in
another way is one slice."""
LONGEST = 100
"""Bytes of that, and more."""

Fingerprint = tuple[int, int]
"""Of a slice: its length, and a 64-bit hash that each process keys again."""
Slices = Mapping[Fingerprint, tuple[Task, ...]]
"""The tasks that each slice told."""


class TaskList:
    """An answer to `GET /tasks`. Two that were the same to the byte have the same hash."""

    def __init__(self, slices: Slices, order: Iterable[Fingerprint]) -> None:
        self._slices = slices
        self._order = tuple(order)

    @property
    def tasks(self) -> list[Task]:
        """In the engine's order."""
        return [task for each in self._order for task in self._slices[each]]

    def __hash__(self) -> int:
        return hash(self._order)


class TaskReader:
    """Reads lists of tasks, one after another. What many tasks have alike is one object then."""

    def __init__(self) -> None:
        self._alike = Alike()
        self._slices: Slices = {}

    def forget(self) -> None:
        """The next whole list is another swarm's."""
        self._slices = {}

    def some(self, body: bytes) -> list[Task]:
        """Decode a list of some tasks. Raises msgspec.DecodeError when it is none."""
        tasks = decode_list(Task, body)
        self._alike.share(tasks)
        return tasks

    def whole(self, pieces: Iterable[bytes], held: Mapping[str, Iterable[Task]]) -> TaskList:
        """Read the whole list while it comes. One thread at a time.

        Args:
            pieces: of the body, cut anywhere.
            held: tasks that are there, by service: where one is equal, it is taken instead.

        Raises:
            msgspec.DecodeError: the body is not a JSON array at all.
        """
        before, slices = self._slices, dict[Fingerprint, tuple[Task, ...]]()
        order: list[Fingerprint] = []
        kept = _Held(held).instead

        def told(part: bytes) -> None:
            mark = len(part), hash(part)
            found = before.get(mark)
            if found is None:
                tasks = self.some(part)
                found = tuple(map(kept, tasks) if held else tasks)
            slices[mark] = found
            order.append(mark)

        parts, failed = list[bytes](), 0
        for piece in _slices(pieces):
            parts.append(piece)
            if failed and sum(map(len, parts)) < 2 * failed:
                continue
            part = _joined(parts)
            try:
                told(part)
            except msgspec.DecodeError:
                failed = len(part)
            else:
                parts, failed = [], 0
        if parts:
            told(_joined(parts))
        self._slices = slices
        return TaskList(slices, order)


class _Held:
    """Finds tasks that are there, service by service as they are asked for."""

    def __init__(self, held: Mapping[str, Iterable[Task]]) -> None:
        self._held = held
        self._by_id: dict[str, dict[str, Task]] = {}

    def instead(self, task: Task) -> Task:
        """The one that is there where it is equal; else the task itself."""
        tasks = self._by_id.get(task.service_id)
        if tasks is None:
            tasks = self._by_id[task.service_id] = {each.id: each for each in self._held.get(task.service_id, ())}
        there = tasks.get(task.id)
        return there if there is not None and there == task else task


def _slices(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """A body in arrays of their own, which are the same however it came."""
    rest, opening, looked = bytearray(), b"", SLICE
    for piece in pieces:
        rest += piece
        while (between := BETWEEN.search(rest, looked)) is not None:
            cut = between.start() + 1
            yield opening + bytes(rest[:cut]) + b"]"
            del rest[: cut + 1]
            opening, looked = b"[", SLICE
        looked = max(SLICE, len(rest) - LONGEST)
    yield opening + bytes(rest)


def _joined(parts: list[bytes]) -> bytes:
    """Arrays as one."""
    if len(parts) == 1:
        return parts[0]
    first, *between, last = parts
    return b",".join((first[:-1], *(each[1:-1] for each in between), last[1:]))
