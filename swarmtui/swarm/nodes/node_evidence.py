"""What a node's own engine told somebody who looked at it, kept for findings: the room on its disk, its images."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.nodes.stored import DiskUse, StoredImage, disk_use, images_in

__all__ = ["DISK_COUNTS", "IMAGES_COUNT", "NEARLY_FULL", "DiskRoom", "NodeEvidence"]

DISK_COUNTS, IMAGES_COUNT = 3600.0, 600.0
"""Seconds for which what a node told of its disk and of its images is taken for true."""
NEARLY_FULL = 0.9
"""The share of a disk from which on it is told that it is nearly full."""


class DiskRoom(msgspec.Struct, frozen=True):
    """The file system that Docker's root directory lies on.

    Attributes:
        size, free: bytes; free is what programs without privileges may still take.
    """

    size: int
    free: int

    @classmethod
    def of(cls, raw: Raw | None) -> DiskRoom | None:
        """Read it from what `NodeAccess.disk_room` gives; None where it is not known."""
        size, free = (raw.number("Size"), raw.number("Free")) if raw is not None else (None, None)
        return cls(int(size), int(free)) if size and free is not None else None

    @property
    def used(self) -> float:
        """The share that is taken, 0 to 1."""
        return 1 - self.free / self.size


@dataclass(frozen=True)
class NodeEvidence:
    """What a node told, and when.

    Attributes:
        at: in seconds since 1970, by the managers' clock.
        room: of its disk; None where that is not known.
        uses: what Docker has on it, as `docker system df`; () where that was not measured.
        images: the images it has; None where it was not asked.
    """

    at: float
    room: DiskRoom | None = None
    uses: tuple[DiskUse, ...] = ()
    images: tuple[StoredImage, ...] | None = None

    @classmethod
    def of(cls, at: float, room: Raw | None, df: Raw | None, images: Raw | None) -> NodeEvidence:
        """Read it from the answers that there are."""
        return cls(
            at,
            DiskRoom.of(room),
            tuple(disk_use(df)) if df is not None else (),
            images_in(images) if images is not None else None,
        )

    def upon(self, before: NodeEvidence | None) -> NodeEvidence:
        """The same with what was told before and not again."""
        if before is None:
            return self
        images = before.images if self.images is None else self.images
        return replace(self, room=self.room or before.room, uses=self.uses or before.uses, images=images)
