"""WatchScreen: base of the screens that follow what the swarm does to one object, until one leaves them."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from swarmtui.engine.polling.observation import Observation, Phase, TaskScope
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.occupancy import Occupancy
from swarmtui.swarm.kinds import Target
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.kind import TASK
from swarmtui.ui.changes.operations import Operations
from swarmtui.ui.kit.cell_updates import CellUpdateScreen
from swarmtui.ui.kit.key_line import KeyLine
from swarmtui.ui.kit.tables.columns import Column
from swarmtui.ui.kit.tables.live_table import LiveTable
from swarmtui.ui.kit.tables.table_messages import Activated, CursorMoved
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.messages import ChangeAsked, LogsAsked
from swarmtui.ui.panes.detail import DetailLine
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.shell.notices import ActivityLine, why_unfollowed

__all__ = ["WatchScreen", "head_rows"]

TICK = 1.0
"""Seconds between two looks at the clock: the time left and the monitoring go on by themselves."""

Item = TypeVar("Item")


class WatchScreen(CellUpdateScreen[None], Generic[Item]):
    """A head that says how far it is, a row for each task or slot, and the whole cause of the one under the cursor.

    Args:
        session: whose observations are shown.
        target: what is watched.
        operations: the changes under way: those that are asked for here are told here.
        left: called when the screen is left.
    """

    AUTO_FOCUS = "LiveTable"

    BINDINGS: ClassVar = [
        Binding("escape,q", "back", "Back", id="rollout.close", tooltip="Leave this; the swarm goes on"),
        Binding("l", "logs", "Logs", id="logs.open", tooltip="The log of the slot's new task, else of its old one"),
    ]

    COLUMNS: ClassVar[Sequence[Column[Any, Any]]] = ()

    def __init__(
        self, session: SwarmSession, target: Target, operations: Operations, left: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__()
        self._session = session
        self.target = target
        self._operations = operations
        self._left = left
        self._head = Static(id="rollout-head")
        self._head_drawn: Content | None = None
        self._offered: tuple[bool, ...] = ()
        self._greyed = False
        self._occupancy = Occupancy()
        self._table: LiveTable[Item, Any] = LiveTable(self.COLUMNS, key=self._key_of)
        self._detail = DetailLine()
        self._activity = ActivityLine(id="activity")

    # ------------------------------------------------------------------------------------ for subclasses

    @property
    @abstractmethod
    def _scope(self) -> TaskScope:
        """Whose tasks are asked for most often."""

    @abstractmethod
    def _key_of(self, item: Item) -> str:
        """A row's key."""

    @property
    @abstractmethod
    def _seen(self) -> bool:
        """Whether anything has been seen of it yet."""

    @abstractmethod
    def _look(self, cluster: Cluster, now: float) -> None:
        """Take what a snapshot tells."""

    @abstractmethod
    def _show_rows(self) -> None:
        """Give the table what was seen last."""

    @abstractmethod
    def _told(self) -> list[Content]:
        """How far it is, in lines for the head."""

    @abstractmethod
    def _detail_of(self, item: Item) -> Content:
        """What the row under the cursor has no room for."""

    @abstractmethod
    def _task_of(self, item: Item) -> Task | None:
        """The task whose log tells most."""

    @property
    def _offers(self) -> tuple[bool, ...]:
        """Whether each of the keys for changes works now."""
        return ()

    @property
    @abstractmethod
    def _subject(self) -> object:
        """The object that keys change."""

    # ------------------------------------------------------------------------------------ what is known

    def compose(self) -> ComposeResult:
        yield self._head
        yield self._table
        yield self._detail
        yield self._activity
        yield KeyLine()

    def on_mount(self) -> None:
        self._session.look_at(self._scope)
        self.set_interval(TICK, self._tick)
        self.observe(self._session.observation())

    def on_unmount(self) -> None:
        self._left()

    def _tick(self) -> None:
        self.observe(self._session.observation())

    def observe(self, observation: Observation) -> None:
        """Show the newest that is known. Called when time has passed, too."""
        if not self.is_mounted or observation.cluster is None:
            return
        connection = observation.connection
        self._greyed = connection.phase(time.monotonic()) is not Phase.LIVE
        if not self._greyed or not self._seen:  # while nothing is heard, time tells nothing
            self._look(observation.cluster, time.time() + connection.clock_offset)
        self._table.greyed = self._greyed
        self._show_rows()
        self._say_head()
        self._show_detail()
        unfollowed = why_unfollowed(connection, time.monotonic())
        self._activity.show(self._operations.shown, unfollowed=unfollowed, now=self._operations.clock())
        if self._offers != self._offered:
            self._offered = self._offers
            self.refresh_bindings()

    def _say_head(self) -> None:
        old = [Content("✖ The connection is lost or slow: this may be old.")] if self._greyed else []
        content = Content("\n").join([*old, *self._told()])
        if self._greyed:
            content = Content(content.plain)
        if self._head_drawn is None or content.markup != self._head_drawn.markup:
            self._head_drawn = content
            self._head.update(content)
            self._head.set_class(self._greyed, "-old")

    def _gone(self) -> Content:
        return Content.styled(visible(f"✖ {self.target.name} is gone from the swarm."), "$text-error")

    # ------------------------------------------------------------------------------------ the row under the cursor

    def _show_detail(self) -> None:
        item = self._table.cursor_item
        self._detail.show(Content("") if item is None else self._detail_of(item), old=self._greyed)

    @on(CursorMoved)
    def _cursor_moved(self, event: CursorMoved) -> None:
        event.stop()
        self._show_detail()

    @on(Activated)
    def _activated(self, event: Activated) -> None:
        event.stop()
        self.action_logs()

    # ------------------------------------------------------------------------------------ keys

    def action_ask(self, what: str) -> None:
        """Ask for a change of what is watched."""
        self.post_message(ChangeAsked(what, self._subject))

    def action_logs(self) -> None:
        """Show the log of the row under the cursor."""
        item, cluster = self._table.cursor_item, self._session.observation().cluster
        task = None if item is None else self._task_of(item)
        if task is not None and cluster is not None:
            self._table.take()
            self.post_message(LogsAsked(TASK.target(cluster, task)))

    def action_back(self) -> None:
        self.dismiss(None)


def head_rows(rows: Sequence[tuple[str, str]]) -> list[Content]:
    """Lines of the head, each with a word before it; "" continues the line before."""
    return [Content.assemble((f"{word:<9}", "dim"), visible(text)) for word, text in rows]
