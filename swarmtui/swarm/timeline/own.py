"""OwnChange: a change that was made with this program, as its audit log has it."""

from __future__ import annotations

import msgspec

from swarmtui.swarm.actions.names import REMOVALS
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.timeline.event import Category, Event, Source

__all__ = ["OwnChange", "event_of", "explains"]

NEAR = 30.0
"""Seconds between a creation or removal and when it was seen, for the two to be the same."""

CLOSE = 10.0
"""The same for a change of which no version is known: that was made before this program was started. The clocks of two
machines are compared by an answer that may have been seconds on its way."""

BY_USERS = frozenset(
    {
        Category.REPLICAS,
        Category.IMAGE,
        Category.SPEC,
        Category.LABELS,
        Category.AVAILABILITY,
        Category.ROLE,
        Category.KEYS,
    }
)
"""What nobody but a user changes."""


class OwnChange(msgspec.Struct, frozen=True, gc=False):
    """A change that was made, or tried, with this program.

    Attributes:
        at: when it had been sent, in seconds since 1970 by the managers' clock.
        kind, id, name: the object; the ID is "" of what did not exist before.
        title: what was done: "Scale web from 2 to 4".
        command: the docker command that does it. No secret is in it.
        outcome: "done", "failed" (it was not done) or "unknown".
        version: the object's version that it was made on; 0 where that is not known.
        error: why it was not done.
        action: the name of the action (`swarm.actions.names`); "" where it was not written down.
    """

    at: float
    kind: Kind
    id: str
    name: str
    title: str
    command: str = ""
    outcome: str = "done"
    version: int = 0
    error: str = ""
    action: str = ""


def explains(change: OwnChange, event: Event) -> bool:
    """Whether something that was seen is what a change did: by the object's version where that can be told.

    An update is accepted only upon the newest version, so what became of that version is what the update did.
    """
    if change.outcome == "failed" or event.kind is not change.kind or event.source is Source.GAP:
        return False
    before, after = event.versions
    if after and change.version:
        return change.id == event.id and before <= change.version < after
    if not after and not change.version and event.category in BY_USERS:
        return change.id == event.id and abs(change.at - event.at) <= CLOSE
    if abs(change.at - event.at) > NEAR:
        return False
    if event.category is Category.CREATED:  # by nothing that was done to an object that was there
        return not change.id and change.name == event.name
    return event.category is Category.REMOVED and change.id == event.id and change.action in REMOVALS


def event_of(change: OwnChange) -> Event:
    """The event of a change by itself, for what no snapshot shows."""
    text, tone = change.title or change.command, ""
    if change.outcome == "failed":
        text, tone = f"{text}: failed: {change.error}", "warn"
    elif change.outcome == "unknown":
        text, tone = f"{text}: it is not known whether that was done", "warn"
    return Event(
        change.at,
        change.kind,
        change.id,
        change.name,
        Category.CHANGE,
        text,
        tone,
        Source.OWN,
        command=change.command,
    )
