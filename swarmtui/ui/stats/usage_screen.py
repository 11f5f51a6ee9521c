"""UsageScreen: what one task, service or node uses and used in the last minutes, and its processes or tasks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from swarmtui.engine.polling.observation import Phase
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.stats.figure_words import cpu_text, glance
from swarmtui.swarm.stats.figures import Total
from swarmtui.swarm.stats.live_figures import LiveFigures
from swarmtui.swarm.stats.processes import Process
from swarmtui.swarm.stats.stats import container_of, subjects_of
from swarmtui.swarm.tasks.kind import TASK
from swarmtui.ui.kit.cell_updates import CellUpdateScreen
from swarmtui.ui.kit.key_line import KeyLine
from swarmtui.ui.kit.lent_terminal import is_lent
from swarmtui.ui.kit.tables.columns import Cell, Column
from swarmtui.ui.kit.tables.live_table import LiveTable
from swarmtui.ui.kit.tables.table_messages import Activated
from swarmtui.ui.kit.tables.whole_column import WholeColumn
from swarmtui.ui.kit.texts.text import fit_host, fit_middle, natural, visible
from swarmtui.ui.messages import LogsAsked
from swarmtui.ui.panes.view import View
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.stats.charts import charts, minutes_of
from swarmtui.ui.stats.columns import figure_columns
from swarmtui.ui.stats.lines import unreached_lines
from swarmtui.ui.stats.process_feed import ProcessFeed

__all__ = ["UsageScreen"]

TICK = 1.0
"""Seconds between two looks at the figures."""
TALL = 36
"""Rows of a terminal in which charts may be high."""

PROCESS_COLUMNS: tuple[Column[Process, None], ...] = (
    Column(
        "pid", "PID", lambda each, _: str(each.pid), lambda each, _: each.pid, priority=8, align="right", min_width=6
    ),
    Column("user", "USER", lambda each, _: each.user, lambda each, _: each.user, priority=5, min_width=8, max_width=16),
    Column(
        "cpu",
        "%CPU",
        lambda each, _: cpu_text(each.cpu),
        lambda each, _: each.cpu,
        priority=7,
        align="right",
        min_width=5,
    ),
    Column(
        "rss",
        "RSS",
        lambda each, _: glance(each.memory),
        lambda each, _: each.memory,
        priority=6,
        align="right",
        min_width=8,
    ),
    Column(
        "time", "TIME", lambda each, _: each.time, lambda each, _: each.time, priority=4, align="right", min_width=8
    ),
    WholeColumn(
        "command",
        "COMMAND",
        lambda each, _: each.command,
        lambda each, _: each.command,
        priority=9,
        weight=1,
        enough=20,
    ),
)

TASK_COLUMNS: tuple[Column[Task, View], ...] = (
    WholeColumn(
        "name",
        "TASK",
        lambda task, view: Cell(view.cluster.task_name(task)),
        lambda task, view: natural(view.cluster.task_name(task)),
        priority=9,
        weight=1,
        enough=20,
        cut=fit_middle,
    ),
    WholeColumn(
        "node",
        "NODE",
        lambda task, view: Cell(view.cluster.node_name(task.node_id)),
        lambda task, view: natural(view.cluster.node_name(task.node_id)),
        priority=7,
        enough=10,
        cut=fit_host,
    ),
    *figure_columns(
        lambda task, view: Total() if view.live is None else view.live.of_task(task),
        {"cpu": 8, "memory": 8, "network": 5, "block": 4, "pids": 2},
    ),
)


class UsageScreen(CellUpdateScreen[None]):
    """Asks for figures as long as it is in front. Of a task it shows the processes, else the tasks.

    Args:
        session: asked for all of it.
        target: a task, a service or a node.
        left: called when the screen is left: others may be looked at then.
    """

    AUTO_FOCUS = "LiveTable"

    BINDINGS: ClassVar = [
        Binding("escape,q,P", "back", "Back", id="usage.close", tooltip="Go back to where one came from"),
        Binding("l", "logs", "Logs", id="logs.open", tooltip="The log of this, or of the task under the cursor"),
    ]

    def __init__(self, session: SwarmSession, target: Target, left: Callable[[], None]) -> None:
        super().__init__()
        self._session = session
        self.target = target
        self._left = left
        self._observation = session.observation()
        self._head = Static(id="usage-head")
        self._head_drawn: Content | None = None
        self._feed = ProcessFeed(session) if target.kind is Kind.TASK else None
        self._table: LiveTable[Any, Any] = (
            LiveTable(PROCESS_COLUMNS, key=lambda each: str(each.pid), loading_text="asking for its processes …")
            if self._feed is not None
            else LiveTable(TASK_COLUMNS, key=lambda task: task.id, empty_text="no task runs")
        )

    def compose(self) -> ComposeResult:
        yield self._head
        yield self._table
        yield KeyLine()

    def on_mount(self) -> None:
        self.set_interval(TICK, self._look)
        self.call_after_refresh(self._look)

    def on_unmount(self) -> None:
        self._left()
        if self._feed is not None:
            self._feed.stop()

    def on_resize(self) -> None:
        self.call_after_refresh(self._look)

    # ------------------------------------------------------------------------------------ once a second

    def _look(self) -> None:
        self._observation = self._session.observation()
        cluster, shown = self._observation.cluster, self.app.screen
        if cluster is None or not (shown is self or shown.is_modal) or is_lent(self.app):
            return
        tasks = self._tasks(cluster)
        self._session.nodes.watch_stats(subjects_of(cluster, tasks))
        live = LiveFigures(cluster, self._session.nodes.stats())
        if self._feed is not None:
            self._show_processes(cluster, tasks)
        else:
            self._show_tasks(cluster, tasks, live)
        self._say_head(cluster, tasks, live)

    def _tasks(self, cluster: Cluster) -> Sequence[Task]:
        """Those that have a container now."""
        if self.target.kind is Kind.NODE:
            tasks: Sequence[Task] = cluster.tasks_on(self.target.id)
        elif self.target.kind is Kind.SERVICE:
            tasks = cluster.tasks_of(self.target.id) or ()
        else:
            tasks = [task for task in cluster.all_tasks() if task.id == self.target.id]
        return [task for task in tasks if container_of(task)]

    def _show_tasks(self, cluster: Cluster, tasks: Sequence[Task], live: LiveFigures) -> None:
        order = sorted(tasks, key=lambda task: natural(cluster.task_name(task)))
        view = View(cluster, time.time(), live=live)
        self._table.show(order, view)

    def _show_processes(self, cluster: Cluster, tasks: Sequence[Task]) -> None:
        assert self._feed is not None
        task = tasks[0] if tasks else None
        node = cluster.nodes.get(task.node_id) if task is not None else None
        if task is None or node is None:
            self._table.empty_text = f"{self.target.name} has no running container"
            self._table.show((), None)
            return
        self._feed.look(node, container_of(task))
        if self._feed.problem:
            self._table.empty_text = "no processes known"
            self._table.show((), None)
        elif self._feed.processes is not None:
            self._table.show(self._feed.processes, None)

    # ------------------------------------------------------------------------------------ the head

    def _say_head(self, cluster: Cluster, tasks: Sequence[Task], live: LiveFigures) -> None:
        total = live.of_task(tasks[0]) if self.target.kind is Kind.TASK and tasks else self._total(live)
        lines = [self._title(cluster, tasks, live), *unreached_lines(live.unreached(tasks))]
        lines += charts(total, live, tasks, self.size.width - 2, tall=self.size.height >= TALL)
        if self._feed is not None and self._feed.problem:
            lines.append(Content.styled(visible(f"✖ {self._feed.problem}"), "$text-error"))
        elif total.figures.pids is not None:
            lines.append(Content.styled(f"{total.figures.pids} PIDs: processes and threads", "dim"))
        content = Content("\n").join(lines)
        if self._head_drawn is None or content.markup != self._head_drawn.markup:
            higher = self._head_drawn is None or len(lines) != len(self._head_drawn.plain.split("\n"))
            self._head_drawn = content
            self._head.update(content, layout=higher)

    def _total(self, live: LiveFigures) -> Total:
        if self.target.kind is Kind.NODE:
            return live.of_node(self.target.id)
        return live.of_service(self.target.id) if self.target.kind is Kind.SERVICE else Total()

    def _title(self, cluster: Cluster, tasks: Sequence[Task], live: LiveFigures) -> Content:
        name = self.target.name
        if self.target.kind is Kind.TASK:
            where = f" on {cluster.node_name(tasks[0].node_id)}" if tasks else ""
        else:
            where = f": {len(tasks)} running task{'' if len(tasks) == 1 else 's'}"
        lost = self._observation.connection.phase(time.monotonic()) is not Phase.LIVE
        old = "  ✖ The connection is lost: tasks may be old." if lost else ""
        said = live.words if tasks else ""
        return Content.assemble(
            (visible(f"{name}{where}"), "bold"),
            (f"   {said}, last {minutes_of(live, tasks)} min" if said else "", "dim"),
            old,
        )

    # ------------------------------------------------------------------------------------ keys

    @on(Activated)
    def _activated(self, event: Activated) -> None:
        event.stop()
        task, cluster = self._table.cursor_item, self._observation.cluster
        if isinstance(task, Task) and cluster is not None:
            self.app.push_screen(UsageScreen(self._session, TASK.target(cluster, task), self._look))

    def action_logs(self) -> None:
        """Show the log of what is under the cursor."""
        task, cluster = self._table.cursor_item, self._observation.cluster
        if isinstance(task, Task) and cluster is not None:
            self.post_message(LogsAsked(TASK.target(cluster, task)))
        elif self.target.kind is not Kind.NODE:
            self.post_message(LogsAsked(self.target))

    def action_back(self) -> None:
        self.dismiss(None)
