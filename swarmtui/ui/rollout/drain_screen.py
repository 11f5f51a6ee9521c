"""The drain of one node: its tasks, which have left, where they run again, which wait and why, and its keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding
from textual.content import Content

from swarmtui.engine.polling.observation import TaskScope
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Target
from swarmtui.swarm.nodes.availability import SetAvailability
from swarmtui.swarm.nodes.rebalance import why_not_on
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.rollout.drain import Departure, Drain, Leaving, drain_of
from swarmtui.swarm.units import age
from swarmtui.ui.changes.operations import Operations
from swarmtui.ui.kit.tables.columns import Cell, Column
from swarmtui.ui.kit.tables.whole_column import WholeColumn
from swarmtui.ui.kit.texts.text import natural, visible
from swarmtui.ui.rollout.watch_screen import WatchScreen, head_rows
from swarmtui.ui.session import SwarmSession

__all__ = ["DrainScreen"]

REBALANCE = "node.rebalance"

MOST_SERVICES = 4
"""Services whose waiting tasks are told of in the head."""


def state_cell(task: Leaving, drain: Drain) -> Cell:
    """How far a task is, the worst with its cause."""
    last = "" if task.since is None else f" for {age(drain.now - task.since)}"
    if task.stage is Departure.FAILED:
        return Cell(f"✖ {task.trouble}", "bad")
    if task.stage is Departure.WAITING:
        return Cell(f"◌ {task.trouble}", "warn")
    if task.stage is Departure.STOPPING:
        return Cell(f"◌ stopping here{last}", "accent")
    if task.stage is Departure.STARTING:
        state = task.successor.status.state if task.successor is not None else "starting"
        return Cell(f"◌ {task.trouble or f'{state}{last}'}", "accent")
    if task.stage is Departure.STAYING:
        return Cell(f"{task.task.status.state} here{last}", "")
    if task.stage is Departure.MOVED:
        return Cell(f"● runs there{last}", "good")
    return Cell("○ stopped, starts nowhere else", "dim")


COLUMNS: tuple[Column[Leaving, Drain], ...] = (
    WholeColumn(
        "task",
        "TASK",
        lambda task, _: Cell(task.name),
        lambda task, _: natural(task.name),
        priority=9,
        enough=16,
        max_width=40,
    ),
    WholeColumn(
        "node",
        "NOW ON",
        lambda task, _: Cell(task.node),
        lambda task, _: natural(task.node),
        priority=6,
        enough=8,
        max_width=24,
    ),
    WholeColumn(
        "state",
        "STATE",
        state_cell,
        lambda task, _: (task.stage, natural(task.name)),
        priority=8,
        weight=1,
        enough=24,
        reserve=24,
    ),
)


class DrainScreen(WatchScreen[Leaving]):
    """Follows the tasks that leave a node."""

    COLUMNS: ClassVar = COLUMNS

    BINDINGS: ClassVar = [
        Binding(
            "a",
            f"ask('{SetAvailability.name}')",
            "Avail",
            id=SetAvailability.name,
            tooltip="Set the node's availability: active, pause or drain",
        ),
        Binding(
            "b",
            f"ask('{REBALANCE}')",
            "Rebalance",
            id=REBALANCE,
            tooltip="Force-update services you choose, so that Swarm may place tasks on the node again",
        ),
    ]

    def __init__(
        self, session: SwarmSession, target: Target, operations: Operations, left: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(session, target, operations, left)
        self._node: Node | None = None
        self._drain: Drain | None = None
        self._table.empty_text = "No task has left it or is on it."

    @property
    def _scope(self) -> TaskScope:
        return TaskScope()

    def _key_of(self, item: Leaving) -> str:
        return item.task.id

    @property
    def _seen(self) -> bool:
        return self._drain is not None

    @property
    def _subject(self) -> object:
        return self._node

    @property
    def _offers(self) -> tuple[bool, ...]:
        return (self._rebalances,)

    @property
    def _rebalances(self) -> bool:
        """Whether the node takes tasks again."""
        return self._node is not None and not why_not_on(self._node)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "ask" and parameters[0] == REBALANCE and not self._rebalances:
            return None
        return super().check_action(action, parameters)

    def _look(self, cluster: Cluster, now: float) -> None:
        node = self._node = cluster.nodes.get(self.target.id)
        if node is not None:
            self._drain = drain_of(cluster, node, now, self._occupancy)

    def _show_rows(self) -> None:
        if self._drain is not None:
            self._table.show(self._drain.tasks, self._drain)

    def _told(self) -> list[Content]:
        drain = self._drain
        if drain is None or self._node is None:
            return [self._gone()]
        goes_on = drain.is_leaving and not drain.settled
        said = Content.styled(visible(drain.headline), "bold $text-accent" if goes_on else "bold")
        if not drain.complete:
            return [said, Content.styled("Not all tasks are known yet.", "dim")]
        waits = sorted(drain.held_up.items(), key=lambda each: natural(each[0]))
        rows = [("Held up" if not place else "", f"{name}: {each.why}") for place, (name, each) in enumerate(waits)]
        more = [("", f"and {len(rows) - MOST_SERVICES} more services")] if len(rows) > MOST_SERVICES else []
        return [said, *head_rows([*rows[:MOST_SERVICES], *more])]

    def _task_of(self, item: Leaving) -> Task | None:
        return item.shown

    def _detail_of(self, item: Leaving) -> Content:
        """The whole cause, and for one service the nodes that refuse it."""
        lines = []
        if item.trouble:
            style = "$text-error" if item.stage is Departure.FAILED else "$text-warning"
            lines.append(Content.styled(visible(f"{item.name}: {item.trouble}"), style))
        waits = self._drain.held_up.get(item.name.rpartition(".")[0]) if self._drain is not None else None
        if item.stage is Departure.WAITING and waits is not None:
            lines += [Content(visible(line)) for line in waits.by_node]
        else:
            lines.append(Content(visible(f"{item.shown.image} {item.shown.status.state}")))
        return Content("\n").join(lines)
