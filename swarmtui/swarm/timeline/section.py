"""What happened to one object, as a section of its description."""

from __future__ import annotations

from itertools import islice

from swarmtui.swarm.describe.document import Fact, Section
from swarmtui.swarm.timeline.event import Source
from swarmtui.swarm.timeline.timeline import Timeline
from swarmtui.swarm.timeline.words import clock

__all__ = ["happened_to"]

MOST = 12
"""How many are listed; the time line lists them all."""


def happened_to(timeline: Timeline, object_id: str, now: float) -> tuple[Section, ...]:
    """The newest of what happened to an object and its parts; no section where nothing is known.

    Args:
        now: the managers' time, in seconds since 1970.
    """
    if not object_id:
        return ()
    found = list(islice(timeline.about(object_id), MOST + 1))
    facts = [
        Fact(
            clock(entry.at, now),
            f"{entry.text}{' (done with swarmtui)' * (entry.event.source is Source.OWN)}",
            entry.event.tone,
        )
        for entry in found[:MOST]
    ]
    if len(found) > MOST:
        facts.append(Fact("…", "and more before: the time line has it", "dim"))
    return (Section("What happened", tuple(facts)),) if facts else ()
