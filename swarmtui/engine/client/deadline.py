"""How long calls to an engine may take."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BULK", "CHANGE", "MEMBERSHIP", "PROBE", "REGISTRY", "SLOW", "SMALL", "Deadline"]


@dataclass(frozen=True)
class Deadline:
    """How long a call may take, in seconds.

    Attributes:
        connect: to be accepted.
        silence: without a byte, before the answer or in it.
        total: from the sending to the last byte. It is looked at whenever bytes come: `silence` may overrun it.
    """

    connect: float
    silence: float
    total: float


SMALL = Deadline(connect=3.0, silence=4.0, total=30.0)
"""For answers of some kilobytes. The manager of 10,000 tasks takes 0.06 s for the longest of them; a line of 100 kbit/s
that is busy takes ten."""
PROBE = Deadline(connect=2.0, silence=2.5, total=5.0)
"""For `/_ping` and `/info`, asked to know who it is that does not answer."""
BULK = Deadline(connect=3.0, silence=20.0, total=600.0)
"""For whole task lists: a manager of 150,000 tasks thinks for seconds before the first byte, and a line of 100 kbit/s
brings those of 10,000 tasks in four minutes; given up, it would only begin again."""
SLOW = Deadline(connect=3.0, silence=300.0, total=600.0)
"""For `/system/df`: an engine walks through all of its volumes before the first byte."""
CHANGE = Deadline(connect=3.0, silence=20.0, total=30.0)
"""For updates: Raft must agree before the engine answers, which takes seconds during an election."""
MEMBERSHIP = Deadline(connect=3.0, silence=45.0, total=60.0)
"""For an engine that makes a swarm, joins or leaves one: it gives up by itself after 20 s without a manager."""
REGISTRY = Deadline(connect=3.0, silence=15.0, total=20.0)
"""For `/distribution`: the engine asks a registry, which may be slow, far away, or behind a firewall that drops all."""
