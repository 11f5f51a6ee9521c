"""Event: one thing that happened, when, to which object, and how that is known."""

from __future__ import annotations

from enum import Enum

import msgspec

from swarmtui.swarm.kinds import Kind

__all__ = ["OF_A_SPEC", "Category", "Event", "Source"]


class Category(Enum):
    """What sort of thing happened; the value is the word for it."""

    CREATED = "created"
    REMOVED = "removed"
    REPLICAS = "replicas"
    IMAGE = "image"
    SPEC = "spec"
    LABELS = "labels"
    UPDATE = "update"
    FAILURE = "failure"
    WAITING = "waiting"
    ENDED = "ended"
    MOVED = "moved"
    STATE = "state"
    AVAILABILITY = "availability"
    ROLE = "role"
    LEADER = "leader"
    KEYS = "keys"
    CHANGE = "change"
    """A change made here of which the snapshots show nothing."""
    ENGINE = "engine"
    """What the engine of a node tells: of containers, images, volumes and networks there."""
    GAP = "gap"
    """Nothing was seen, so nothing is known."""


OF_A_SPEC = frozenset({Category.REPLICAS, Category.IMAGE, Category.SPEC, Category.LABELS})
"""Changes of a service's spec."""


class Source(Enum):
    """How it is known; the value is the word for it."""

    SEEN = "seen"
    """Two snapshots differ."""
    KEPT = "kept"
    """The swarm keeps it, from before this program looked: times of objects, former tasks, former specs."""
    OWN = "you"
    """It was done with this program: its audit log has it."""
    NODE = "node"
    """The engine of a node told it while the node was reached."""
    GAP = "gap"
    """This program saw nothing."""

    @property
    def sign(self) -> str:
        """Its word with a sign, for a column."""
        return f"◆ {self.value}" if self is Source.OWN else self.value


class Event(msgspec.Struct, frozen=True, gc=False):
    """One thing that happened.

    Attributes:
        at: when, in seconds since 1970 by the managers' clock.
        kind, id, name: the object that it happened to; a task is named by its slot.
        category: what sort of thing it is.
        text: one plain sentence. It may hold text from outside, and never holds a value that is secret by its name.
        tone: "good", "warn", "bad", or "" where it is neither.
        source: how it is known.
        before, after: the values it changed from and to, where there are such.
        related: IDs of other objects that it is about: a task's service and node.
        fold: events with the same become one entry when they follow each other soon; "" for none.
        command: the docker command of a change made here; "" of all others.
        versions: the object's version before and after, where a change of its spec was seen.
        details: more lines for who opens it.
    """

    at: float
    kind: Kind
    id: str
    name: str
    category: Category
    text: str
    tone: str = ""
    source: Source = Source.SEEN
    before: str = ""
    after: str = ""
    related: tuple[str, ...] = ()
    fold: str = ""
    command: str = ""
    versions: tuple[int, int] = (0, 0)
    details: tuple[str, ...] = ()

    def is_about(self, object_id: str) -> bool:
        """Whether it happened to an object, or to a part of it."""
        return object_id == self.id or object_id in self.related

    @property
    def leads_to(self) -> str:
        """The ID of what one goes to from it: of a task its slot, or its service where none is told."""
        if self.kind is not Kind.TASK:
            return self.id
        return next((each for each in self.related if "/" in each), self.related[0] if self.related else self.id)

    @property
    def subject(self) -> str:
        """ "service web", "task web.3", "the swarm", or "" of what is about no object."""
        if self.kind is Kind.SWARM:
            return "" if self.category is Category.GAP else "the swarm"
        return f"{self.kind.word} {self.name}"
