"""An update or a rollback of one service: each slot's old and new task, the failures, the time left, and its keys."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from swarmtui.engine.polling.observation import Observation, Phase, TaskScope
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Target
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.rollout.overview import Overview, overview_of
from swarmtui.swarm.rollout.slots import SlotRollout, Stage
from swarmtui.swarm.services.rolling import ResumeUpdate, RollBack
from swarmtui.swarm.tasks.kind import TASK
from swarmtui.swarm.units import SECOND, age
from swarmtui.ui.changes.operations import Operations
from swarmtui.ui.kit.cell_updates import CellUpdateScreen
from swarmtui.ui.kit.key_line import KeyLine
from swarmtui.ui.kit.tables.columns import Cell, Column
from swarmtui.ui.kit.tables.live_table import LiveTable
from swarmtui.ui.kit.tables.table_messages import Activated, CursorMoved
from swarmtui.ui.kit.tables.whole_column import WholeColumn
from swarmtui.ui.kit.texts.text import natural, visible
from swarmtui.ui.messages import ChangeAsked, LogsAsked
from swarmtui.ui.panes.detail import DetailLine
from swarmtui.ui.services.image_cell import row_image
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.shell.notices import ActivityLine, why_unfollowed

__all__ = ["RolloutScreen"]

TICK = 1.0
"""Seconds between two looks at the clock: the time left and the monitoring go on by themselves."""


def image_cell(slot: SlotRollout, _: Overview) -> Cell:
    """ "nginx:1.26 → 1.27": a repository that stays the same is said once."""
    before = row_image(slot.old.image) if slot.old is not None else ""
    after = row_image(slot.new.image) if slot.new is not None else ""
    if not before or not after or before == after or slot.stage is Stage.KEPT:
        return Cell(after or before, "" if after else "dim")
    stem, colon, tag = after.rpartition(":")
    same = colon and before.rpartition(":")[0] == stem
    return Cell(f"{before} → {tag if same else after}")


def state_cell(slot: SlotRollout, overview: Overview) -> Cell:
    """How far a slot is, the worst with its cause."""
    lasted = None if slot.since is None else overview.now - slot.since
    last = "" if lasted is None else f" for {age(lasted)}"
    if slot.stage is Stage.FAILED:
        return Cell(f"✖ {slot.trouble or 'failed'}", "bad")
    if slot.stage is Stage.HELD_UP:
        return Cell(f"◌ {slot.trouble}", "warn")
    if slot.stage is Stage.REPLACING:
        return Cell(f"◌ {slot.new.status.state if slot.new is not None else 'replacing'}{last}", "accent")
    if slot.stage is Stage.MONITORED:
        left = overview.policy.monitor / SECOND - (lasted or 0.0)
        return Cell(f"◌ runs, monitored for {age(left)} more", "accent")
    if slot.stage is Stage.WAITING:
        return Cell("○ not replaced yet", "dim")
    return Cell(f"● {'replaced' if slot.stage is Stage.DONE else 'had it already'}, runs{last}", "good")


COLUMNS: tuple[Column[SlotRollout, Overview], ...] = (
    WholeColumn(
        "slot",
        "SLOT",
        lambda slot, _: Cell(slot.name),
        lambda slot, _: natural(slot.name),
        priority=9,
        enough=12,
        max_width=30,
    ),
    WholeColumn(
        "node",
        "NODE",
        lambda slot, _: Cell(slot.node),
        lambda slot, _: natural(slot.node),
        priority=5,
        enough=8,
        max_width=24,
    ),
    WholeColumn("image", "IMAGE", image_cell, priority=6, enough=24, max_width=60),
    WholeColumn(
        "state",
        "STATE",
        state_cell,
        lambda slot, _: (slot.stage, natural(slot.name)),
        priority=8,
        weight=1,
        enough=24,
        reserve=24,
    ),
)


class RolloutScreen(CellUpdateScreen[None]):
    """Follows the update of a service until one leaves it.

    Args:
        session: whose observations are shown.
        target: the service.
        operations: the changes under way: those that are asked for here are told here.
        left: called when the screen is left.
    """

    AUTO_FOCUS = "LiveTable"

    BINDINGS: ClassVar = [
        Binding("escape,q", "back", "Back", id="rollout.close", tooltip="Leave this; the update goes on"),
        Binding("l", "logs", "Logs", id="logs.open", tooltip="The log of the slot's new task, else of its old one"),
        Binding(
            "E",
            f"ask('{ResumeUpdate.name}')",
            "Resume",
            id=ResumeUpdate.name,
            tooltip="Resume the paused update: Swarm goes on replacing tasks",
        ),
        Binding(
            "R",
            f"ask('{RollBack.name}')",
            "Roll back",
            id=RollBack.name,
            tooltip="Roll back to what it was before its last change",
        ),
    ]

    def __init__(
        self, session: SwarmSession, target: Target, operations: Operations, left: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__()
        self._session = session
        self.target = target
        self._operations = operations
        self._left = left
        self._service: Service | None = None
        self._overview: Overview | None = None
        self._head = Static(id="rollout-head")
        self._head_drawn: Content | None = None
        self._offered: tuple[bool, ...] = ()
        self._greyed = False
        self._table: LiveTable[SlotRollout, Overview] = LiveTable(COLUMNS, key=lambda slot: slot.key)
        self._detail = DetailLine()
        self._activity = ActivityLine(id="activity")

    def compose(self) -> ComposeResult:
        yield self._head
        yield self._table
        yield self._detail
        yield self._activity
        yield KeyLine()

    def on_mount(self) -> None:
        self._session.look_at(TaskScope(service_id=self.target.id))
        self.set_interval(TICK, self._tick)
        self.observe(self._session.observation())

    def on_unmount(self) -> None:
        self._left()

    # ------------------------------------------------------------------------------------ what is known

    def _tick(self) -> None:
        self.observe(self._session.observation())

    def observe(self, observation: Observation) -> None:
        """Show the newest that is known. Called when time has passed, too."""
        if not self.is_mounted or observation.cluster is None:
            return
        connection = observation.connection
        self._greyed = connection.phase(time.monotonic()) is not Phase.LIVE
        if not self._greyed or self._overview is None:  # while nothing is heard, time tells nothing of an update
            self._look(observation.cluster, time.time() + connection.clock_offset)
        self._table.greyed = self._greyed
        if self._overview is not None:
            self._table.show(self._overview.slots or (), self._overview)
        self._say_head()
        self._show_detail()
        unfollowed = why_unfollowed(connection, time.monotonic())
        self._activity.show(self._operations.shown, unfollowed=unfollowed, now=self._operations.clock())
        offered = tuple(self._works(name) for name in (ResumeUpdate.name, RollBack.name))
        if offered != self._offered:
            self._offered = offered
            self.refresh_bindings()

    def _look(self, cluster: Cluster, now: float) -> None:
        self._service = cluster.services.get(self.target.id)
        if self._service is not None:
            self._overview = overview_of(cluster, self._service, now)
        self._table.empty_text = self._empty_text

    @property
    def _empty_text(self) -> str:
        if self._overview is not None and self._overview.slots is None:
            return "asking for its tasks …"
        return "No task is being replaced."

    def _say_head(self) -> None:
        content = Content("\n").join(self._head_lines())
        if self._greyed:
            content = Content(content.plain)
        if self._head_drawn is None or content.markup != self._head_drawn.markup:
            self._head_drawn = content
            self._head.update(content)
            self._head.set_class(self._greyed, "-old")

    def _head_lines(self) -> list[Content]:
        overview = self._overview
        lines = []
        if self._greyed:
            lines.append(Content("✖ The connection is lost or slow: this may be old."))
        if overview is None or self._service is None:
            gone = f"✖ {self.target.name} is gone from the swarm."
            return [*lines, Content.styled(visible(gone), "$text-error")]
        if overview.rollout is None or not overview.is_on_its_way:
            return [*lines, Content.styled(visible(f"{overview.headline}."), "bold")]
        style = "bold $text-error" if overview.rollout.alarming else "bold $text-accent"
        sign = "✖ " if overview.rollout.alarming else ""
        lines.append(Content.styled(f"{sign}{visible(self.target.name)} {visible(overview.headline)}", style))
        rows = {
            "Image": overview.images,
            "Pace": overview.pace,
            "Failures": overview.on_failure,
            "Time": overview.time_left,
        }
        return [*lines, *(Content.assemble((f"{word:<9}", "dim"), visible(text)) for word, text in rows.items())]

    # ------------------------------------------------------------------------------------ the row under the cursor

    def _show_detail(self) -> None:
        self._detail.show(self._detail_of(self._table.cursor_item), old=self._greyed)

    def _detail_of(self, slot: SlotRollout | None) -> Content:
        """The whole cause, and what is still there of the old task."""
        if slot is None:
            return Content("")
        lines = []
        if slot.trouble:
            style = "$text-error" if slot.stage is Stage.FAILED else "$text-warning"
            lines.append(
                Content.assemble(
                    (visible(f"{slot.name}{f' on {slot.node}' if slot.node else ''}: {slot.trouble}"), style),
                    ("   l shows its log", "dim"),
                )
            )
        tasks = {"old": slot.old, "new": slot.new}
        said = [f"{word}: {task.image} {task.status.state}" for word, task in tasks.items() if task is not None]
        lines.append(Content(visible("   ".join(said))))
        return Content("\n").join(lines)

    @on(CursorMoved)
    def _cursor_moved(self, event: CursorMoved) -> None:
        event.stop()
        self._show_detail()

    @on(Activated)
    def _activated(self, event: Activated) -> None:
        event.stop()
        self.action_logs()

    # ------------------------------------------------------------------------------------ keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "ask" and not self._works(str(parameters[0])):
            return None
        return super().check_action(action, parameters)

    def _works(self, command: str) -> bool:
        rollout = self._overview.rollout if self._overview is not None else None
        if self._service is None or rollout is None:
            return False
        return rollout.paused if command == ResumeUpdate.name else self._service.previous_spec is not None

    def action_ask(self, what: str) -> None:
        """Ask for a change of the service."""
        self.post_message(ChangeAsked(what, self._service))

    def action_logs(self) -> None:
        """Show the log of the slot under the cursor."""
        slot, cluster = self._table.cursor_item, self._session.observation().cluster
        if slot is not None and slot.shown is not None and cluster is not None:
            self._table.take()
            self.post_message(LogsAsked(TASK.target(cluster, slot.shown)))

    def action_back(self) -> None:
        self.dismiss(None)
