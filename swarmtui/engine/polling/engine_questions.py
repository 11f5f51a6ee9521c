"""What can be asked of an engine, how often in the ordinary case, and by whom."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

import msgspec

from swarmtui.engine.polling.pace import SELDOM, WHOLE, Pace, Rest
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_kinds import LISTED

__all__ = ["BY_ID", "EVENTS", "LANES", "OF_SERVICES", "ROUTINE", "SELDOM_ASKED", "Lane", "Question", "Topic"]


class Topic(msgspec.Struct, frozen=True, eq=False):
    """What can be asked. There is one of each, told apart by identity; those with rules of their own have names here.

    Attributes:
        path: what is asked, for the log.
        kind: what the answer is a list of; None of what is no list.
    """

    path: str
    kind: Kind | None = None

    INFO: ClassVar[Topic]
    NODES: ClassVar[Topic]
    SERVICES: ClassVar[Topic]
    SWARM: ClassVar[Topic]
    NETWORKS: ClassVar[Topic]
    NETWORK: ClassVar[Topic]
    """One network that is in no list, by its ID."""
    VOLUMES: ClassVar[Topic]
    """The cluster volumes, where a service mounts any."""
    ALL_TASKS: ClassVar[Topic]
    TASKS_OF: ClassVar[Topic]
    """The tasks of services."""
    STANDING_OF: ClassVar[Topic]
    """The same without those that the manager has given up: the history is most of a troubled service's tasks."""
    TASKS_ON: ClassVar[Topic]
    """The tasks on nodes."""
    ENDED: ClassVar[Topic]
    """Those of the tasks that ran a moment ago which the swarm has given up since; by the beginnings of their IDs."""
    ENDED_OF: ClassVar[Topic]
    """The same, of services."""
    SOME_NODES: ClassVar[Topic]
    """Nodes by their IDs."""
    SOME_SERVICES: ClassVar[Topic]
    """Services by their IDs."""

    @staticmethod
    def of(kind: Kind) -> Topic:
        """The list of a kind of objects; the whole one of tasks."""
        return _LISTS[kind]


_LISTS = {kind: Topic(f"/{kind.value}", kind) for kind in (*(each.kind for each in LISTED), Kind.SWARM, Kind.TASK)}

Topic.INFO = Topic("/info")
Topic.NODES = Topic.of(Kind.NODE)
Topic.SERVICES = Topic.of(Kind.SERVICE)
Topic.SWARM = Topic.of(Kind.SWARM)
Topic.NETWORKS = Topic.of(Kind.NETWORK)
Topic.NETWORK = Topic("/networks of engines")
Topic.VOLUMES = Topic("/volumes")
Topic.ALL_TASKS = Topic.of(Kind.TASK)
Topic.TASKS_OF = Topic("/tasks of services", Kind.TASK)
Topic.STANDING_OF = Topic("/tasks of services that stand", Kind.TASK)
Topic.TASKS_ON = Topic("/tasks on nodes", Kind.TASK)
Topic.ENDED = Topic("/tasks that ended")
Topic.ENDED_OF = Topic("/tasks of services that ended")
Topic.SOME_NODES = Topic("/nodes by ID", Kind.NODE)
Topic.SOME_SERVICES = Topic("/services by ID", Kind.SERVICE)


class Lane(Enum):
    """Who asks: each lane is one thread with its own connection, so that nothing small waits for something big."""

    PULSE = "pulse"
    """Whether the engine is well."""
    LISTS = "lists"
    """All that is small."""
    BULK = "bulk"
    """The whole task list, and the tasks of heavy services."""


class Question(msgspec.Struct, frozen=True):
    """One request.

    Attributes:
        topic: what is asked.
        ids: of the services or nodes that it is about, or how the IDs of its tasks begin; empty for the other topics,
            and for `ENDED` of all tasks.
    """

    topic: Topic
    ids: tuple[str, ...] = ()


SELDOM_ASKED = tuple(Topic.of(each.kind) for each in LISTED if each.seldom)
"""What an engine may fail to give for whatever reason without the rest being any worse for it."""

ROUTINE = {
    Topic.INFO: Pace(5.0, 0.05, 64_000, most=10.0),
    Topic.NODES: Pace(2.5, 0.03, 64_000, most=15.0, rest=Rest(20.0, 2_000, most=300.0, slowing=0.5)),
    Topic.SERVICES: Pace(1.0, 0.03, 64_000, most=10.0, rest=Rest(10.0, 2_000, most=300.0, slowing=0.5)),
    Topic.SWARM: Pace(2.0, 0.01, 24_000, most=30.0, rest=Rest(5.0)),
    Topic.VOLUMES: Pace(5.0, 0.01, 24_000, most=60.0, rest=Rest(15.0)),
    **dict.fromkeys(SELDOM_ASKED, SELDOM),
    Topic.ALL_TASKS: WHOLE,
}
OF_SERVICES = (Topic.TASKS_OF, Topic.STANDING_OF)
BY_ID = {Topic.NODES: Topic.SOME_NODES, Topic.SERVICES: Topic.SOME_SERVICES}
"""Of which lists a part can be asked for by the IDs of its objects."""
LANES = {Topic.INFO: Lane.PULSE, Topic.ALL_TASKS: Lane.BULK}

EVENTS = {each.kind.word: Topic.of(each.kind) for each in LISTED}
"""What to ask about after an event, by its type."""
