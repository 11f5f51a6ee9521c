"""What happens outside the widgets, as Textual messages."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from textual.message import Message

from swarmtui.engine.polling.observation import Observation
from swarmtui.swarm.kinds import Target
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.ui.navigation.service_filter import ServiceFilter
from swarmtui.ui.session import SwarmSession

__all__ = [
    "ChangeAsked",
    "ChangesSent",
    "CursorPassed",
    "FiguresAsked",
    "InspectAsked",
    "LogsAsked",
    "Narrowed",
    "NarrowingAsked",
    "NodeSelected",
    "Observed",
    "RelatedAsked",
    "RolloutAsked",
    "ServiceSelected",
    "TaskOpened",
    "UsageAsked",
]


class Observed(Message, bubble=False):
    """Something new is known of the swarm, or of the connection to it.

    Attributes:
        session: whose observation it is. The program may have gone to another swarm meanwhile.
    """

    def __init__(self, session: SwarmSession, observation: Observation) -> None:
        super().__init__()
        self.session = session
        self.observation = observation

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Observed) and message.session is self.session


class ChangeAsked(Message):
    """A key or a command asks for a change of an object. Nothing has been decided yet.

    Attributes:
        what: an action's name ("service.scale"), as swarmtui.ui.openers knows them.
        item: the object under the cursor when the key was pressed; None where there was none.
        marked: the objects that were marked, those that a filter hides included; they are meant instead.
    """

    def __init__(self, what: str, item: object, marked: Sequence[object] = ()) -> None:
        super().__init__()
        self.what = what
        self.item = item
        self.marked = tuple(marked)


class ChangesSent(Message, bubble=False):
    """Of several changes that were asked for as one, those were accepted that are about these objects.

    Attributes:
        ids: of the objects.
    """

    def __init__(self, ids: Collection[str]) -> None:
        super().__init__()
        self.ids = frozenset(ids)


class InspectAsked(Message):
    """All of an object is to be shown.

    Attributes:
        target: the object.
        raw: as YAML rather than in words.
    """

    def __init__(self, target: Target, *, raw: bool) -> None:
        super().__init__()
        self.target = target
        self.raw = raw


class LogsAsked(Message):
    """The log of a service or a task is to be shown, or those of several together."""

    def __init__(self, *targets: Target) -> None:
        super().__init__()
        self.targets = targets


class RolloutAsked(Message):
    """The update or scaling of a service, or the drain of a node, is to be watched."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self.target = target


class FiguresAsked(Message):
    """Live figures are to be turned on, or off again."""


class UsageAsked(Message):
    """What a task, a service or a node uses is to be shown.

    Attributes:
        target: the object.
    """

    def __init__(self, target: Target) -> None:
        super().__init__()
        self.target = target


class Narrowed(Message):
    """A pane shows other rows than before of those it has: by its filter, or only the unhealthy."""


class NarrowingAsked(Message):
    """The user opened something that has services: those are to be shown, and no others."""

    def __init__(self, narrowing: ServiceFilter) -> None:
        super().__init__()
        self.narrowing = narrowing


class RelatedAsked(Message):
    """Where else you can go from an object: a menu of that is asked for.

    Attributes:
        item: the object under the cursor.
    """

    def __init__(self, item: object) -> None:
        super().__init__()
        self.item = item


class NodeSelected(Message):
    """The user is on a node: the cursor was moved to it, or (`enter`) it was opened."""

    def __init__(self, node: Node, *, enter: bool) -> None:
        super().__init__()
        self.node = node
        self.enter = enter


class ServiceSelected(Message):
    """The user is on a service: the cursor was moved to it, or (`enter`) it was opened."""

    def __init__(self, service: Service, *, enter: bool) -> None:
        super().__init__()
        self.service = service
        self.enter = enter


class CursorPassed(Message):
    """The cursor stands on a node or service that the user has not moved it to: others are shown than before.

    Attributes:
        item: the node or service.
        filtered: the user has changed which are shown; else rows came or went by themselves.
    """

    def __init__(self, item: Node | Service, *, filtered: bool) -> None:
        super().__init__()
        self.item = item
        self.filtered = filtered


class TaskOpened(Message):
    """The user opened a task: what its slot went through is asked for.

    Attributes:
        key: of its row.
    """

    def __init__(self, task: Task, key: str) -> None:
        super().__init__()
        self.task = task
        self.key = key
