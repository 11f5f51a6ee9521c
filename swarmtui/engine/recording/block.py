"""The file of a record: a line that says what it is, then blocks, each with its length and its checksum.

    swarmtui record 1↵
    block: header (MAGIC, kind, whether connected, length, checksum, first and last moment, checksum of the header)
           content, compressed by itself

So a file can be cut off anywhere and be read up to there, and a damaged block hides only what is based on it.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import msgspec

from swarmtui.errors import RecordUnreadable
from swarmtui.swarm.objects.struct_decoders import msgpack_decoder

__all__ = ["FIRST_LINE", "Block", "BlockKind", "check_first_line", "content_of", "header_of", "pack", "scan"]

FORMAT = 1
FIRST_LINE = b"swarmtui record %d\n" % FORMAT
WORDS = b"swarmtui record "

MAGIC = b"\xabSWR"
HEADER = struct.Struct(">4sBBIIdd")
CHECKSUM = struct.Struct(">I")
SIZE = HEADER.size + CHECKSUM.size

LEVEL = 6
"""Of zlib: more costs twice the time, and saves 2 % (measured on 10,000 tasks)."""
LATEST = 32_503_680_000.0
"""The year 3000, in seconds since 1970: a moment after it is none."""
LARGEST = 1 << 28
"""Bytes to which a block may grow: a record may come from anybody."""
PIECE = 1 << 16
"""Bytes that are read at a time to find the next block after damage."""

COMMON = (
    b"AvailabilityReachabilityreachableManagerStatusLeaderAddrEngineVersionLabelsPluginsDescriptionHostname"
    b"PlatformArchitecturex86_64OSlinuxResourcesNanoCPUsMemoryBytesSpecNameRolemanagerworkeractivedrainpause"
    b"servicesnodessecretsconfigsnetworksputgoneServiceStatusRunningTasksDesiredTasksCompletedTasksUpdateStatus"
    b"StateupdatingpausedcompletedStartedAtCompletedAtMessagePreviousSpecEndpointSpecPortsTargetPortPublishedPort"
    b"ModeReplicatedReplicasGlobalTaskTemplateContainerSpecImageEnvNetworksTargetPlacementConstraintsForceUpdate"
    b"com.docker.stack.namespaceDesiredStateshutdownremovepreparingstartingassignedacceptedreadypendingallocated"
    b"failedrejectedcompletetask: non-zero exitno suitable nodeErrExitCodePIDServiceIDSlotNodeIDCreatedAtUpdatedAt"
    b"VersionIndexStatusTimestampStaterunningMessagestartedContainerStatusContainerIDDesiredStaterunningattasksID"
)
"""What small blocks have in common, so that each need not hold it. It belongs to the format: never change it."""


class BlockKind(IntEnum):
    """What is in a block."""

    RUN = 1
    """A program began to record; what follows was seen by it."""
    WHOLE = 2
    """One frame that stands by itself."""
    CHANGES = 3
    """Frames, each the difference from the one before."""
    ALIVE = 4
    """Nothing has changed up to then; no content."""
    OWN = 5
    """Changes made with swarmtui on the same machine, from its audit log."""


@dataclass(frozen=True, slots=True)
class Block:
    """Where a block is.

    Attributes:
        kind: what is in it.
        live: whether the engine was connected at its end.
        first, last: the first and the last moment that it tells of, in seconds since 1970 by the managers' clock.
        offset: of its content in the file; its header is right before.
        length, checksum: of its content.
    """

    kind: BlockKind
    live: bool
    first: float
    last: float
    offset: int
    length: int
    checksum: int

    @property
    def start(self) -> int:
        """Where its header begins."""
        return self.offset - SIZE

    @property
    def end(self) -> int:
        """Where the next block begins."""
        return self.offset + self.length

    def header(self) -> bytes:
        """As it is written."""
        head = HEADER.pack(MAGIC, self.kind, self.live, self.length, self.checksum, self.first, self.last)
        return head + CHECKSUM.pack(zlib.crc32(head))


def pack(kind: BlockKind, first: float, last: float, parts: Sequence[bytes] = (), *, live: bool = True) -> bytes:
    """A block as it is written; `parts` are its frames, or whatever its kind has."""
    content = b""
    if parts:
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, 15, 9, zlib.Z_DEFAULT_STRATEGY, COMMON)
        content = packer.compress(msgspec.msgpack.encode(list(parts))) + packer.flush()
    return Block(kind, live, first, last, 0, len(content), zlib.crc32(content)).header() + content


def content_of(descriptor: int, block: Block) -> list[bytes] | None:
    """The parts of a block; None where it is damaged."""
    data = os.pread(descriptor, block.length, block.offset)
    if len(data) != block.length or zlib.crc32(data) != block.checksum:
        return None
    if not data:
        return []
    unpacker = zlib.decompressobj(zdict=COMMON)
    try:
        content = unpacker.decompress(data, LARGEST)
        return None if not unpacker.eof else msgpack_decoder(list[bytes]).decode(content)
    except (zlib.error, msgspec.DecodeError):
        return None


def check_first_line(descriptor: int) -> None:
    """Raises RecordUnreadable when the file is no record, or one of another format."""
    line = os.pread(descriptor, 64, 0).partition(b"\n")[0] + b"\n"
    if line == FIRST_LINE:
        return
    number = line.removeprefix(WORDS).strip()
    if line.startswith(WORDS) and number.isdigit():
        raise RecordUnreadable(
            f"It is a record of format {int(number)}; this version of swarmtui reads format {FORMAT}.",
            "Open it with the version of swarmtui that wrote it, or a newer one.",
        )
    raise RecordUnreadable("It is no record of swarmtui.", "swarmtui record FILE makes one.")


def scan(descriptor: int) -> Iterator[Block]:
    """The blocks of a file in their order, by their headers alone, up to where it is cut off.

    After damage it goes on with the next block that stands by itself.
    """
    size, offset, damaged = os.fstat(descriptor).st_size, len(FIRST_LINE), False
    while offset + SIZE <= size:
        block = header_of(os.pread(descriptor, SIZE, offset), offset)
        if block is None or block.end > size:
            found = _next_magic(descriptor, offset + 1)
            if found is None:
                return
            offset, damaged = found, True
            continue
        damaged = damaged and block.kind is not BlockKind.WHOLE
        if not damaged or block.kind in (BlockKind.RUN, BlockKind.OWN):
            yield block
        offset = block.end


def header_of(head: bytes, offset: int) -> Block | None:
    """The block whose header these bytes begin with, and where it stands; None where it is damaged, or none."""
    head = head[:SIZE]
    if len(head) < SIZE or head[:4] != MAGIC or zlib.crc32(head[: HEADER.size]) != CHECKSUM.unpack(head[-4:])[0]:
        return None
    _, kind, live, length, checksum, first, last = HEADER.unpack(head[: HEADER.size])
    if not 0.0 <= first <= last <= LATEST:
        return None
    try:
        return Block(BlockKind(kind), bool(live), first, last, offset + SIZE, length, checksum)
    except ValueError:  # of a kind that a later version may know
        return None


def _next_magic(descriptor: int, offset: int) -> int | None:
    """Where a block may begin again."""
    while piece := os.pread(descriptor, PIECE, offset):
        place = piece.find(MAGIC)
        if place >= 0:
            return offset + place
        offset += max(1, len(piece) - len(MAGIC) + 1)
        if len(piece) < len(MAGIC):
            return None
    return None
