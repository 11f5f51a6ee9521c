"""What all objects of the Engine API have in common here: bytes in, frozen objects out.

Only the fields in use are named; msgspec skips everything else without building it (measured: 25 ms for 25 MB of
tasks where `json.loads` takes 600). Every field has a default, since engines leave out what is empty and old and new
ones differ. These classes are for reading alone: a change is made on the raw JSON (see swarmtui.swarm.actions).

Times are kept as the engine's RFC 3339 text, and read by `seconds_of` where one is shown. `gc=False` is right
because no object refers back to one that holds it.
"""

from __future__ import annotations

import msgspec

__all__ = ["Record", "Version"]


class Record(msgspec.Struct, frozen=True, gc=False, rename="pascal", omit_defaults=True):
    """Base of all: frozen, and named in JSON as Go names its fields. Where one is recorded, defaults are left out."""


class Version(Record, frozen=True):
    """The Raft index at which the object last changed; an update must name the current one."""

    index: int = msgspec.field(name="Index", default=0)
