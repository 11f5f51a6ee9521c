"""RecordFile: writes a record, and keeps it within its bounds."""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from swarmtui.engine.recording.block import FIRST_LINE, Block, BlockKind, check_first_line, header_of, pack, scan
from swarmtui.engine.recording.record import Record
from swarmtui.errors import NotSaved, RecordUnreadable
from swarmtui.swarm.recording.frame import Moment

__all__ = ["Bounds", "RecordFile"]

SHARE = 0.25
"""Of the bounds: so much may be too old, so that the file is not written again for each block; and a whole frame comes
at least so often, since only what is before one can be dropped."""
PIECE = 1 << 20
"""Bytes that are copied at a time."""


@dataclass(frozen=True)
class Bounds:
    """What a record may hold.

    Attributes:
        size: bytes at most.
        time: seconds that it reaches back; a quarter more may be kept.
    """

    size: int = 100_000_000
    time: float = 86_400.0


class RecordFile:
    """A record that is being written: a file of the user alone (0600). One thread calls it.

    An existing record is continued: what is torn at its end is cut off. While it is open no other program can write to
    it. What is too old or too much is dropped by writing the rest to a new file, which takes the place of the old one
    in one step.

    Args:
        path: the file.
        bounds: what it may hold.

    Attributes:
        last: the moment that the record ended with; None for a new one.
        size: bytes.

    Raises:
        RecordUnreadable: there is a file, and it is no record, or one of another format.
        NotSaved: it cannot be written.
    """

    def __init__(self, path: Path, bounds: Bounds) -> None:
        self._path = path
        self._bounds = bounds
        self._blocks: list[Block] = []
        self._whole: Block | None = None
        self.last: Moment | None = None
        try:
            self._file = self._open()
        except OSError as error:
            raise NotSaved(f"{path} cannot be written: {error.strerror}.", "Choose another file.") from error

    def _open(self) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        file = os.open(self._path, flags, 0o600)
        try:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise NotSaved(f"{self._path} is no regular file.", "Choose another one.")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise NotSaved(f"Another program is recording to {self._path}.", "Choose another file.") from None
            if os.fstat(file).st_size == 0:
                os.write(file, FIRST_LINE)
                self.size = len(FIRST_LINE)
            else:
                self._continue(file)
            os.fchmod(file, 0o600)
        except BaseException:
            os.close(file)
            raise
        return file

    def _continue(self, file: int) -> None:
        """Find the end of what is there."""
        try:
            check_first_line(file)
        except RecordUnreadable as error:
            raise RecordUnreadable(f"{self._path}: {error.message}", "Choose another file.") from error
        self._blocks = list(scan(file))
        self.size = self._blocks[-1].end if self._blocks else len(FIRST_LINE)
        os.ftruncate(file, self.size)
        try:
            record = Record(self._path)
        except RecordUnreadable:  # nothing is in it yet
            return
        self.last = record.at(record.last)
        record.close()

    @property
    def wants_whole(self) -> bool:
        """Whether a frame that stands by itself is due, so that what is before it can be dropped some day."""
        whole = self._whole
        if whole is None:
            return True
        most = max(self._bounds.size * SHARE - whole.length, whole.length)
        return self.size - whole.end > most or self._blocks[-1].last - whole.first > self._bounds.time * SHARE

    def add(
        self, kind: BlockKind, first: float, last: float, parts: Sequence[bytes] = (), *, live: bool = True
    ) -> None:
        """Write a block. Whoever reads the file from now on finds it.

        Raises:
            NotSaved: it cannot be written; the file is as before.
        """
        data = pack(kind, first, last, parts, live=live)
        try:
            _write_at(self._file, data, self.size)
        except OSError as error:
            os.ftruncate(self._file, self.size)
            raise NotSaved(f"{self._path} cannot be written: {error.strerror}.") from error
        block = header_of(data, self.size)
        assert block is not None
        self._blocks.append(block)
        self.size += len(data)
        if kind is BlockKind.WHOLE:
            self._whole = block
        if kind is BlockKind.WHOLE or (self._whole is not None and self.size > self._bounds.size):
            self._keep_within()

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    # -------------------------------------------------------------------------------- the bounds

    def _keep_within(self) -> None:
        """Drop what is too old or too much, where that is worth it."""
        wholes = [place for place, each in enumerate(self._blocks) if each.kind is BlockKind.WHOLE]
        oldest = self._blocks[-1].last - self._bounds.time
        room = self._bounds.size * (1 - SHARE)
        first = next((place for place in wholes if self.size - self._blocks[place].start <= room), wholes[-1])
        if self.size <= self._bounds.size * (1 - SHARE / 2):
            first = wholes[0]
        if self._blocks[wholes[0]].first < oldest - self._bounds.time * SHARE:
            late = [place for place in wholes if self._blocks[place].first <= oldest]
            first = max([first, *late[-1:]])
        if first != wholes[0]:
            self._rewrite_from(first)

    def _rewrite_from(self, first: int) -> None:
        """Let the record begin with a block, after the one that says who recorded."""
        run = next((each for each in reversed(self._blocks[:first]) if each.kind is BlockKind.RUN), None)
        kept = self._blocks[first:]
        try:
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        except OSError as error:
            raise NotSaved(f"{self._path.parent} cannot be written to: {error.strerror}.") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            head = FIRST_LINE + (b"" if run is None else os.pread(self._file, run.end - run.start, run.start))
            _write_at(handle, head, 0)
            start, place = kept[0].start, len(head)
            while start < self.size:
                piece = os.pread(self._file, min(PIECE, self.size - start), start)
                _write_at(handle, piece, place)
                start, place = start + len(piece), place + len(piece)
            os.fsync(handle)
            Path(name).replace(self._path)
        except OSError as error:
            os.close(handle)
            Path(name).unlink(missing_ok=True)
            raise NotSaved(f"{self._path} cannot be written: {error.strerror}.") from error
        os.close(self._file)
        self._file, self.size = handle, place
        self._blocks = list(scan(handle))
        self._whole = next((each for each in reversed(self._blocks) if each.kind is BlockKind.WHOLE), None)


def _write_at(file: int, data: bytes, offset: int) -> None:
    while data:
        written = os.pwrite(file, data, offset)
        data, offset = data[written:], offset + written
