"""What happened to one object, as a section of its description."""

from __future__ import annotations

from itertools import islice

from swarmtui.swarm.describe.document import Fact, Section
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.timeline.event import Source
from swarmtui.swarm.timeline.moment_words import clock
from swarmtui.swarm.timeline.tasks import slot_key
from swarmtui.swarm.timeline.timeline import Timeline

__all__ = ["happened_to", "subject_of"]

MOST = 12
"""How many are listed; the time line lists them all."""


def subject_of(kind: Kind, object_id: str, raw: Raw) -> str:
    """What it happened to, as the time line knows it: of a task the slot, which outlives it.

    Args:
        raw: the object's JSON.
    """
    if kind is not Kind.TASK:
        return object_id
    return slot_key(raw.text("ServiceID"), int(raw.number("Slot") or 0), raw.text("NodeID"))


def happened_to(timeline: Timeline, subject: str, now: float) -> tuple[Section, ...]:
    """The newest of what happened to an object and its parts; no section where nothing is known.

    Args:
        now: the managers' time, in seconds since 1970.
    """
    if not subject:
        return ()
    found = list(islice(timeline.about(subject), MOST + 1))
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
