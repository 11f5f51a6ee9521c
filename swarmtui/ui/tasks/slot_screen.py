"""The slot screen: the life of one slot of a service, task by task, as it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.binding import Binding
from textual.content import Content

from swarmtui.engine.polling.observation import Observation, Phase, TaskScope
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Target
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.history import slot_of
from swarmtui.swarm.tasks.kind import TASK
from swarmtui.swarm.timeline.slot_life import Life, SlotLife, slot_life, state_in, summary_of
from swarmtui.ui.kit.tables.rows import parse_filter
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.kit.texts.text_screen import TextScreen
from swarmtui.ui.kit.texts.text_view import TextView
from swarmtui.ui.messages import InspectAsked, LogsAsked
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.tasks.slot_drawing import LEGEND, MOST_ZOOM, SIGNS, SlotLine, Window, slot_lines
from swarmtui.ui.terminal.opening import open_terminal_in

if TYPE_CHECKING:
    from swarmtui.ui.shell.app import SwarmApp

__all__ = ["SlotScreen"]

TICK = 1.0
"""Seconds between two looks at the clock."""

STYLES = {"good": "$text-success", "bad": "$text-error", "warn": "$text-warning", "accent": "$text-accent", "dim": ""}


class SlotScreen(TextScreen[SlotLine]):
    """Shows the newest observation; the app tells it of each with `observe`.

    It follows the slot: when its task is replaced, the next one comes on top.

    Args:
        session: where what happened comes from.
        cluster: the snapshot that the task is of.
        task: one of the slot's tasks.
        tasks: shows the tasks of its service.
        left: called when it is closed.
    """

    LEGEND = LEGEND
    leading_keys: ClassVar = ("slot.tasks", "logs.open", "task.shell", "inspect.readable", "slot.nearer")

    BINDINGS: ClassVar = [
        Binding(
            "l", "logs", "Logs", id="logs.open", tooltip="Follow the log of this task, and of those that replace it"
        ),
        Binding("x", "terminal", "Shell", id="task.shell", tooltip="Open a shell in the container of the slot"),
        Binding("i", "inspect(False)", "Inspect", id="inspect.readable", tooltip="Show this task in words"),
        Binding("y", "inspect(True)", "YAML", show=False, id="inspect.yaml", tooltip="Show this task as YAML"),
        Binding(
            "enter",
            "tasks",
            "All tasks",
            id="slot.tasks",
            tooltip="Go to the tasks of the service, with the cursor on this slot",
        ),
        Binding("plus", "zoom(1)", "Nearer", id="slot.nearer", tooltip="Show a shorter time, with more of each second"),
        Binding("minus", "zoom(-1)", "Farther", id="slot.farther", tooltip="Show a longer time"),
    ]

    def __init__(
        self,
        session: SwarmSession,
        cluster: Cluster,
        task: Task,
        *,
        tasks: Callable[[], None],
        left: Callable[[], None] = lambda: None,
    ) -> None:
        self._view: TextView[SlotLine] = TextView(
            lambda item: item.line, wrap=True, empty_text="loading the tasks …", id="slot-lines"
        )
        super().__init__(self._view, "search: a regular expression")
        self._session = session
        self._service_id, self._slot = task.service_id, slot_of(cluster, task)
        self._slot_name = cluster.task_name(task)
        self._tasks, self._left = tasks, left
        self._known = cluster
        self._life = SlotLife(())
        self._zoom: int | None = None
        self._greyed = False
        self._shown: list[SlotLine] = []
        self._first_task = task.id

    def on_mount(self) -> None:
        super().on_mount()
        self._session.look_at(TaskScope(service_id=self._service_id))
        self.set_interval(TICK, lambda: self.observe(self._session.observation()))
        self.call_after_refresh(lambda: self.observe(self._session.observation()))

    def on_unmount(self) -> None:
        self._left()

    def on_resize(self, event: events.Resize) -> None:
        self._draw(event.size.width)

    # ------------------------------------------------------------------------------------ what is known

    def observe(self, observation: Observation) -> None:
        """Show the newest that is known. Called when time has passed, too."""
        if not self.is_mounted or observation.cluster is None:
            return
        connection = observation.connection
        self._greyed = connection.phase(time.monotonic()) is not Phase.LIVE
        self._known = observation.cluster
        life = slot_life(self._known, self._session.timeline, self._service_id, self._slot)
        if life.lives:  # what is gone from the swarm stays on the screen
            self._life = life
        self._draw(self.size.width)

    @property
    def _now(self) -> float:
        """By the managers' clock."""
        return time.time() + self._session.observation().connection.clock_offset

    def _draw(self, width: int) -> None:
        if not self.is_mounted or not width:
            return
        lines = slot_lines(self._life, self._known, self._now, self._zoom, width - 2)
        if lines != self._shown:
            cursor = self._cursor_in(lines)
            self._view.show(lines, cursor=cursor if self._shown else 0)
            self._view.move_to(cursor)  # with the scale above it, where there is room
            self._shown = lines
        self.say_heading()

    def _cursor_in(self, lines: list[SlotLine]) -> int:
        """The place of the line that the cursor is on. Who is on the newest task goes on to the next one."""
        item, newest = self._view.item, self._shown[1].task_id if len(self._shown) > 1 else ""
        wanted = (item.task_id, item.part) if item is not None else (self._first_task, 0)
        if item is None or item.task_id != newest:
            found = (place for place, line in enumerate(lines) if (line.task_id, line.part) == wanted)
            return next(found, min(1, len(lines) - 1))
        if lines and lines[1].task_id == newest:
            return next((place for place, line in enumerate(lines) if (line.task_id, line.part) == wanted), 1)
        return 1

    def heading(self) -> Content:
        parts = [Content.styled(f"Slot {visible(self._slot_name)}", "bold")]
        current = self._life.current
        if self._service_id not in self._known.services:
            parts.append(Content.styled("✖ its service was removed from the swarm", "$text-error"))
        elif current is not None:
            state = state_in(current, self._known, self._now)
            where = f" on {self._known.node_name(current.task.node_id)}" if current.task.node_id else ""
            words, _, why = state.words.partition(": ")
            said = f"{SIGNS[state.tone]} {words}{where}{f': {why}' if why else ''}"
            parts.append(Content.styled(visible(said), STYLES[state.tone]))
        if self._greyed:
            parts.append(Content.styled("✖ the connection is lost or slow: this may be old", "$text-warning"))
        summary = summary_of(self._life, self._now)
        parts += [Content(summary)] if summary else []
        if self.search_text:
            parts.append(Content(f"/{visible(self.search_text)}"))
        return Content(" ── ").join(parts)

    # ------------------------------------------------------------------------------------ keys

    @property
    def _life_here(self) -> Life | None:
        """The task under the cursor; on the scale, the current one."""
        item = self._view.item
        return (self._life.of(item.task_id) if item is not None and item.task_id else None) or self._life.current

    def _target(self, life: Life) -> Target:
        return TASK.target(self._known, life.task)

    def action_logs(self) -> None:
        life = self._life_here
        if life is not None and not life.forgotten:
            self.post_message(LogsAsked(self._target(life)))
        elif life is not None:
            self._say_forgotten("log")

    def action_inspect(self, raw: bool) -> None:
        life = self._life_here
        if life is not None and not life.forgotten:
            self.post_message(InspectAsked(self._target(life), raw=raw))
        elif life is not None:
            self._say_forgotten("details")

    def _say_forgotten(self, what: str) -> None:
        self.app.notify(f"The swarm has forgotten this task: its {what} cannot be had any more.", markup=False)

    def action_terminal(self) -> None:
        """In the container that runs, whichever task the cursor is on."""
        current = self._life.current
        if current is not None and not current.forgotten:
            open_terminal_in(cast("SwarmApp", self.app), self._target(current))

    def action_tasks(self) -> None:
        self.dismiss(None)
        self._tasks()

    def action_zoom(self, step: int) -> None:
        life, now = self._life, self._now
        before = Window.zoom_of(life, now) if self._zoom is None else self._zoom
        wanted = max(0, min(MOST_ZOOM, before + step))
        if Window.of(life, now, wanted) != Window.of(life, now, before):  # it may be the shortest already
            self._zoom = wanted
            self._draw(self.size.width)

    def searched(self, text: str, *, done: bool) -> None:
        pattern = parse_filter(text).pattern
        self._view.patterns = () if pattern is None else (pattern,)
        if pattern is not None:
            self._view.find(1, here=True)
