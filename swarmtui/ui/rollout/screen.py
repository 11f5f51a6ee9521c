"""An update, a rollback or a scaling of one service: each slot's old and new task, what holds it up, and its keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding
from textual.content import Content

from swarmtui.engine.polling.observation import TaskScope
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Target
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.rollout.overview import Overview, overview_of
from swarmtui.swarm.rollout.scaling import HeldUp, Scaling, held_up, scaling_of
from swarmtui.swarm.rollout.slots import SlotRollout, Stage
from swarmtui.swarm.services.rolling import ResumeUpdate, RollBack
from swarmtui.swarm.units import SECOND, age
from swarmtui.ui.changes.operations import Operations
from swarmtui.ui.kit.tables.columns import Cell, Column
from swarmtui.ui.kit.tables.whole_column import WholeColumn
from swarmtui.ui.kit.texts.text import natural, visible
from swarmtui.ui.rollout.watch_screen import WatchScreen, head_rows
from swarmtui.ui.services.image_cell import row_image
from swarmtui.ui.session import SwarmSession

__all__ = ["RolloutScreen"]

Watched = Overview | Scaling
"""What is seen of the service: its update, or its way to the number of tasks that it is to have."""


def image_cell(slot: SlotRollout, _: Watched) -> Cell:
    """ "nginx:1.26 → 1.27": a repository that stays the same is said once."""
    before = row_image(slot.old.image) if slot.old is not None else ""
    after = row_image(slot.new.image) if slot.new is not None else ""
    if not before or not after or before == after or slot.stage is Stage.KEPT:
        return Cell(after or before, "" if after else "dim")
    stem, colon, tag = after.rpartition(":")
    same = colon and before.rpartition(":")[0] == stem
    return Cell(f"{before} → {tag if same else after}")


def state_cell(slot: SlotRollout, seen: Watched) -> Cell:
    """How far a slot is, the worst with its cause."""
    lasted = None if slot.since is None else seen.now - slot.since
    last = "" if lasted is None else f" for {age(lasted)}"
    if slot.stage is Stage.FAILED:
        return Cell(f"✖ {slot.trouble or 'failed'}", "bad")
    if slot.stage is Stage.HELD_UP:
        return Cell(f"◌ {slot.trouble}", "warn")
    if slot.stage is Stage.REPLACING:
        return Cell(f"◌ {slot.new.status.state if slot.new is not None else 'replacing'}{last}", "accent")
    if slot.stage is Stage.LEAVING:
        return Cell(f"○ stopping{last}", "dim")
    if isinstance(seen, Scaling):
        return Cell(f"● runs{last}", "good")
    if slot.stage is Stage.MONITORED:
        left = seen.policy.monitor / SECOND - (lasted or 0.0)
        return Cell(f"◌ runs, monitored for {age(left)} more", "accent")
    if slot.stage is Stage.WAITING:
        return Cell("○ not replaced yet", "dim")
    return Cell(f"● {'replaced' if slot.stage is Stage.DONE else 'had it already'}, runs{last}", "good")


COLUMNS: tuple[Column[SlotRollout, Watched], ...] = (
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


class RolloutScreen(WatchScreen[SlotRollout]):
    """Follows the update of a service; while there is none, its way to the number of tasks that it is to have."""

    COLUMNS: ClassVar = COLUMNS

    BINDINGS: ClassVar = [
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
        super().__init__(session, target, operations, left)
        self._service: Service | None = None
        self._overview: Overview | None = None
        self._scaling: Scaling | None = None
        self._waits: HeldUp | None = None

    @property
    def _scope(self) -> TaskScope:
        return TaskScope(service_id=self.target.id)

    def _key_of(self, item: SlotRollout) -> str:
        return item.key

    @property
    def _seen(self) -> bool:
        return self._overview is not None

    @property
    def _subject(self) -> object:
        return self._service

    # ------------------------------------------------------------------------------------ what is known

    def _look(self, cluster: Cluster, now: float) -> None:
        service = self._service = cluster.services.get(self.target.id)
        if service is not None:
            self._overview = overview_of(cluster, service, now)
            settles = not self._overview.is_on_its_way and not service.spec.mode.name.endswith("-job")
            self._scaling = scaling_of(cluster, service, now, self._occupancy) if settles else None
            tasks = cluster.tasks_of(service.id) or ()
            self._waits = held_up(cluster, service, tasks, self._occupancy)
        self._table.empty_text = self._empty_text

    @property
    def _shows_scaling(self) -> bool:
        """Whether the rows are the slots that come and go; a settled service keeps those of its last update."""
        scaling, overview = self._scaling, self._overview
        return scaling is not None and (scaling.goes_on or overview is None or not overview.slots)

    def _show_rows(self) -> None:
        if self._scaling is not None and self._shows_scaling:
            self._table.show(self._scaling.slots or (), self._scaling)
        elif self._overview is not None:
            self._table.show(self._overview.slots or (), self._overview)

    @property
    def _empty_text(self) -> str:
        shown = self._scaling if self._shows_scaling else self._overview
        if shown is not None and shown.slots is None:
            return "asking for its tasks …"
        return "No task is being replaced."

    def _told(self) -> list[Content]:
        overview = self._overview
        if overview is None or self._service is None:
            return [self._gone()]
        if overview.rollout is None or not overview.is_on_its_way:
            return self._told_of_scaling(overview)
        style = "bold $text-error" if overview.rollout.alarming else "bold $text-accent"
        sign = "✖ " if overview.rollout.alarming else ""
        rows = [
            ("Image", overview.images),
            ("Pace", overview.pace),
            ("Failures", overview.on_failure),
            ("Time", overview.time_left),
            *self._held_up(),
        ]
        said = Content.styled(f"{sign}{visible(self.target.name)} {visible(overview.headline)}", style)
        return [said, *head_rows(rows)]

    def _told_of_scaling(self, overview: Overview) -> list[Content]:
        settled = Content.styled(visible(f"{overview.headline}."), "bold" if self._scaling is None else "dim")
        if self._scaling is None:
            return [settled]
        style = "bold $text-accent" if self._scaling.goes_on else "bold"
        return [Content.styled(visible(self._scaling.headline), style), *head_rows(self._held_up()), settled]

    def _held_up(self) -> list[tuple[str, str]]:
        if self._waits is None:
            return []
        lines = self._waits.by_node if len(self._waits.by_node) > 1 else ()
        return [("Held up", self._waits.why), *(("", line) for line in lines)]

    # ------------------------------------------------------------------------------------ the row under the cursor

    def _task_of(self, item: SlotRollout) -> Task | None:
        return item.shown

    def _detail_of(self, item: SlotRollout) -> Content:
        """The whole cause, and what is still there of the old task."""
        lines = []
        if item.trouble:
            style = "$text-error" if item.stage is Stage.FAILED else "$text-warning"
            lines.append(
                Content.assemble(
                    (visible(f"{item.name}{f' on {item.node}' if item.node else ''}: {item.trouble}"), style),
                    ("   l shows its log", "dim"),
                )
            )
        tasks = {"old": item.old, "new": item.new} if item.old is not None or item.first is not None else {"": item.new}
        said = [f"{word}: {task.image} {task.status.state}" for word, task in tasks.items() if task is not None]
        lines.append(Content(visible("   ".join(said).removeprefix(": "))))
        return Content("\n").join(lines)

    # ------------------------------------------------------------------------------------ keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "ask" and not self._works(str(parameters[0])):
            return None
        return super().check_action(action, parameters)

    @property
    def _offers(self) -> tuple[bool, ...]:
        return tuple(self._works(name) for name in (ResumeUpdate.name, RollBack.name))

    def _works(self, command: str) -> bool:
        rollout = self._overview.rollout if self._overview is not None else None
        if self._service is None or rollout is None:
            return False
        return rollout.paused if command == ResumeUpdate.name else self._service.previous_spec is not None
