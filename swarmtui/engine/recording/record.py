"""Record: a file that was recorded, to be read at any moment."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec

from swarmtui.engine.recording.block import Block, BlockKind, check_first_line, content_of, scan
from swarmtui.errors import RecordUnreadable
from swarmtui.swarm.objects.struct_decoders import msgpack_decoder
from swarmtui.swarm.recording.decoder import after, decode_frame
from swarmtui.swarm.recording.frame import Frame, Moment
from swarmtui.swarm.recording.position import Gap
from swarmtui.swarm.timeline.own import OwnChange

__all__ = ["About", "Record", "Seen"]

KEPT = 3
"""So many whole frames are kept decoded: to go back and forth must not read them again."""
SHORTEST_GAP = 10.0
"""Seconds without connection that count as a gap."""


class About(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who recorded.

    Attributes:
        endpoint: the swarm's name there.
        version: of swarmtui.
    """

    endpoint: str = ""
    version: str = ""


class Seen(NamedTuple):
    """One step of a record, in its order.

    Attributes:
        moment: what was known.
        begins: the first of a run: nothing was recorded before it, for a while at least.
        own: a change that was made with swarmtui; `moment` is the same as before.
    """

    moment: Moment
    begins: bool = False
    own: OwnChange | None = None


@dataclass(frozen=True)
class _Stretch:
    """A whole frame and what follows it, by the places of their blocks."""

    whole: int
    end: int


class Record:
    """Reads a record. One thread calls it, except for what is an attribute.

    Args:
        path: the file. It is read, never changed, and may still be growing.

    Attributes:
        first, last: what it covers, in seconds since 1970 by the managers' clock.
        gaps: where it knows nothing, the oldest first.
        about: who recorded the end of it.

    Raises:
        RecordUnreadable: it cannot be opened, is no record, is of another format, or holds nothing.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise RecordUnreadable(f"{path} cannot be opened: {error.strerror}.") from error
        try:
            check_first_line(self._file)
            self._blocks = list(scan(self._file))
            self._stretches = list(_stretches(self._blocks))
            if not self._stretches:
                raise RecordUnreadable("There is nothing in it.", "The recorder has not seen a swarm yet.")
        except BaseException as error:
            os.close(self._file)
            if isinstance(error, RecordUnreadable):
                raise RecordUnreadable(f"{path}: {error.message}", error.remedy) from error
            if isinstance(error, OSError):
                raise RecordUnreadable(f"{path} cannot be read: {error.strerror}.") from error
            raise
        self._starts = [self._blocks[each.whole].first for each in self._stretches]
        self.first, self.last = self._starts[0], max(block.last for block in self._blocks)
        self.gaps = tuple(_gaps(self._blocks))
        self.about = self._about()
        self._wholes: dict[int, Moment] = {}
        self._moment = Moment(self.first)
        self._frame: Frame | None = None
        self._waiting: list[bytes] = []
        self._begin(0)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def at(self, time: float) -> Moment:
        """What was known at a time; before the record's first moment that one, after its last the last."""
        number = max(0, bisect_right(self._starts, time) - 1)
        here = self._stretches[number]
        if number != self._number or time < self._moment.at:
            self._begin(number)
        frames = []
        while (frame := self._next_frame(here.end)) is not None and frame.at <= time:
            frames.append(frame)
            self._frame = None
        if frames:
            self._moment = after(self._moment, *frames)
        return self._moment

    def _begin(self, number: int) -> None:
        """Go to the start of a stretch."""
        self._number = number
        place = self._stretches[number].whole
        moment = self._wholes.pop(number, None) or self._whole(place)
        self._wholes[number] = moment
        if len(self._wholes) > KEPT:
            del self._wholes[next(iter(self._wholes))]
        self._moment, self._place = moment, place + 1
        self._frame = None
        self._waiting = []

    def _whole(self, place: int) -> Moment:
        block = self._blocks[place]
        frames = self._frames(block)
        return after(Moment(block.first), frames[0]) if frames else Moment(block.first)

    def _next_frame(self, end: int) -> Frame | None:
        """The frame after the moment that is shown; None at the end of the stretch."""
        while self._frame is None:
            if self._waiting:
                try:
                    self._frame = decode_frame(self._waiting.pop(0))
                except msgspec.DecodeError:  # what follows it is based on it
                    self._waiting, self._place = [], end
            elif self._place >= end:
                return None
            else:
                block = self._blocks[self._place]
                self._place += 1
                if block.kind is BlockKind.CHANGES:
                    found = content_of(self._file, block)
                    if found is None:  # what follows it is based on it
                        self._place = end
                    self._waiting = found or []
        return self._frame

    def _frames(self, block: Block) -> list[Frame]:
        """The frames of a block; [] where it is damaged."""
        try:
            return [decode_frame(each) for each in content_of(self._file, block) or ()]
        except msgspec.DecodeError:
            return []

    def walk(self) -> Iterator[Seen]:
        """All that was seen, from the first moment to the last.

        What does not change stays the same object, also from one stretch to the next.
        """
        moment: Moment | None = None
        begins = True
        for block in self._blocks:
            if block.kind is BlockKind.RUN:
                begins = True
            elif block.kind is BlockKind.OWN and moment is not None:
                for own in self._own(block):
                    yield Seen(moment, own=own)
            elif block.kind in (BlockKind.WHOLE, BlockKind.CHANGES):
                if block.kind is BlockKind.WHOLE and moment is not None and not begins:
                    continue  # it repeats what is known
                frames = self._frames(block)
                if not frames:  # damaged: what follows is based on it, up to the next whole one
                    moment, begins = None, True
                for frame in frames:
                    if moment is None and not frame.whole:
                        break
                    moment = after(moment or Moment(frame.at), frame)
                    yield Seen(moment, begins)
                    begins = False

    def _own(self, block: Block) -> Iterator[OwnChange]:
        for part in content_of(self._file, block) or ():
            try:
                yield msgpack_decoder(OwnChange).decode(part)
            except msgspec.DecodeError:
                continue

    def _about(self) -> About:
        for block in reversed(self._blocks):
            if block.kind is BlockKind.RUN:
                for part in content_of(self._file, block) or ():
                    try:
                        return msgpack_decoder(About).decode(part)
                    except msgspec.DecodeError:
                        break
        return About()


def _stretches(blocks: list[Block]) -> Iterator[_Stretch]:
    whole: int | None = None
    for place, block in enumerate(blocks):
        if block.kind in (BlockKind.WHOLE, BlockKind.RUN):
            if whole is not None:
                yield _Stretch(whole, place)
            whole = place if block.kind is BlockKind.WHOLE else None
    if whole is not None:
        yield _Stretch(whole, len(blocks))


def _gaps(blocks: list[Block]) -> Iterator[Gap]:
    """Where the recorder did not run, and where it was not connected."""
    last, lost = None, None
    for block in blocks:
        if last is not None and block.kind is BlockKind.RUN:
            if lost is not None:
                yield Gap(lost, last, running=True)
                lost = None
            yield Gap(last, block.first, running=False)
        if not block.live and lost is None and block.kind is not BlockKind.RUN:
            lost = block.first
        elif block.live and lost is not None:
            if block.first - lost >= SHORTEST_GAP:
                yield Gap(lost, block.first, running=True)
            lost = None
        last = block.last
    if lost is not None and last is not None and last - lost >= SHORTEST_GAP:
        yield Gap(lost, last, running=True)
