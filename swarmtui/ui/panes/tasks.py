"""The tasks of a service (as `docker service ps`), of a node (`docker node ps`), or of the whole swarm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding
from textual.content import Content

from swarmtui.engine.observation import TaskScope
from swarmtui.swarm.actions.wording import docker
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.history import TaskRow, rows_of
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects import Node, Service, Task, seconds_of
from swarmtui.swarm.states import is_finished, is_leaving
from swarmtui.swarm.task_state import Health, state_of
from swarmtui.ui.ages import age
from swarmtui.ui.messages import TaskOpened
from swarmtui.ui.panes.images import IMAGE_ROOM, row_image
from swarmtui.ui.panes.pane import Pane
from swarmtui.ui.panes.view import View
from swarmtui.ui.panes.whole_column import WholeColumn
from swarmtui.ui.text import natural, visible
from swarmtui.ui.widgets.columns import Cell, Column

__all__ = ["TASK_COLUMNS", "TaskRows", "TasksPane"]

SIGNS = {
    Health.GOOD: ("●", "good"),
    Health.PROGRESS: ("◌", "accent"),
    Health.BAD: ("✖", "bad"),
    Health.DONE: ("○", "dim"),
    Health.UNKNOWN: ("?", "warn"),
}


def name_cell(row: TaskRow, view: View) -> Cell:
    """The task's name; a slot's earlier tasks stand indented under its current one."""
    name = view.cluster.task_name(row.task)
    return Cell(name) if row.current else Cell(f" └ {name}", "dim")


def node_cell(row: TaskRow, view: View) -> Cell:
    return Cell(view.cluster.node_name(row.task.node_id) if row.task.node_id else "—", "" if row.current else "dim")


def state_cell(row: TaskRow, view: View) -> Cell:
    state = state_of(view.cluster, row.task, view.now)
    sign, tone = SIGNS[state.health]
    return Cell(f"{sign} {state.word}", tone)


def since_cell(row: TaskRow, view: View) -> Cell:
    since = seconds_of(row.task.status.timestamp)
    return Cell("" if since is None else age(view.now - since), "dim")


def desired_cell(row: TaskRow, view: View) -> Cell:
    return Cell(row.task.desired_state, "dim")


def error_text(row: TaskRow, view: View) -> str:
    """Why the task is as it is: the engine's error, else our reason, else the engine's message until it runs."""
    task = row.task
    if task.status.err:
        return task.status.err
    state = state_of(view.cluster, task, view.now)
    reason = state.reason or (task.status.message if state.health in (Health.PROGRESS, Health.BAD) else "")
    if row.last_error and state.health in (Health.PROGRESS, Health.BAD):
        times = f" (failed {row.failures} times)" if row.failures > 1 else ""
        return f"before: {row.last_error}{times}; {reason}" if reason else f"before: {row.last_error}{times}"
    return reason


def error_cell(row: TaskRow, view: View) -> Cell:
    bad = row.current and state_of(view.cluster, row.task, view.now).health is Health.BAD
    return Cell(error_text(row, view), "bad" if bad else "dim")


TASK_COLUMNS: tuple[Column[TaskRow, View], ...] = (
    WholeColumn(
        "name",
        "NAME",
        name_cell,
        lambda row, view: (natural(view.cluster.service_name(row.task.service_id)), row.task.slot),
        priority=9,
        weight=1,
        enough=20,
    ),
    WholeColumn(
        "node",
        "NODE",
        node_cell,
        lambda row, view: natural(view.cluster.node_name(row.task.node_id)),
        priority=7,
        enough=12,
        max_width=30,
    ),
    Column("state", "STATE", state_cell, lambda row, view: row.task.status.state, priority=8, min_width=11),
    Column(
        "since",
        "SINCE",
        since_cell,
        lambda row, view: row.task.status.timestamp,
        priority=5,
        min_width=6,
        searchable=False,
    ),
    Column("desired", "DESIRED", desired_cell, lambda row, view: row.task.desired_state, priority=3, min_width=8),
    WholeColumn(
        "image",
        "IMAGE",
        lambda row, view: Cell(row_image(row.task.image), "dim"),
        lambda row, view: row.task.image,
        search=lambda row, view: row.task.image,
        priority=1,
        enough=IMAGE_ROOM,
    ),
    WholeColumn(
        "error",
        "ERROR",
        error_cell,
        lambda row, view: error_text(row, view) or None,
        priority=6,
        weight=4,
        enough=20,
    ),
)


class TaskRows:
    """Makes the rows of the task table, and keeps each service's until its tasks change."""

    def __init__(self) -> None:
        self._by_service: dict[str, tuple[object, list[TaskRow], list[TaskRow]]] = {}
        self._made_of: tuple[object, object, TaskScope, bool] | None = None
        self._rows: Sequence[TaskRow] = ()
        self._words: dict[str, tuple[object, object, Counter[str]]] = {}

    def of(self, cluster: Cluster, scope: TaskScope, *, history: bool) -> Sequence[TaskRow]:
        """The rows of a scope; the same sequence object while nothing in it changed.

        Args:
            history: whether tasks that are only remembered are shown too.
        """
        made_of = (cluster.tasks_by_service, cluster.services, scope, history)
        if self._made_of is None or not _same(made_of, self._made_of):
            rows = self._make(cluster, scope, history)
            if len(rows) != len(self._rows) or not all(a is b for a, b in zip(rows, self._rows, strict=True)):
                self._rows = rows
            self._made_of = made_of
        return self._rows

    def words(self, cluster: Cluster, scope: TaskScope) -> Counter[str]:
        """How many of the current tasks of a scope each word is said of. Each service is counted when it changes."""
        if scope.node_id:
            rows = self.of(cluster, scope, history=False)
            return _count_words(cluster, [row.task for row in rows if row.current])
        words: Counter[str] = Counter()
        for service_id in [scope.service_id] if scope.service_id else cluster.tasks_by_service:
            words.update(self._words_of(cluster, service_id))
        return words

    def _words_of(self, cluster: Cluster, service_id: str) -> Counter[str]:
        rows = self._of_service(cluster, service_id)[1]
        known = self._words.get(service_id)
        if known is None or known[0] is not rows or known[1] is not cluster.nodes:
            words = _count_words(cluster, [row.task for row in rows if row.current])
            known = self._words[service_id] = (rows, cluster.nodes, words)
        return known[2]

    def _make(self, cluster: Cluster, scope: TaskScope, history: bool) -> list[TaskRow]:
        if scope.service_id:
            services: Iterable[str] = [scope.service_id]
        else:
            services = sorted(
                cluster.tasks_by_service, key=lambda service_id: (natural(cluster.service_name(service_id)), service_id)
            )
        rows: list[TaskRow] = []
        for service_id in services:
            rows += self._of_service(cluster, service_id)[0 if history else 1]
        if scope.node_id:
            rows = [row for row in rows if row.task.node_id == scope.node_id]
        if len(self._by_service) > len(cluster.tasks_by_service):
            self._by_service = {key: kept for key, kept in self._by_service.items() if key in cluster.tasks_by_service}
            self._words = {key: kept for key, kept in self._words.items() if key in self._by_service}
        return rows

    def _of_service(self, cluster: Cluster, service_id: str) -> tuple[list[TaskRow], list[TaskRow]]:
        """All rows of a service, and those that are not mere history."""
        tasks = cluster.tasks_by_service.get(service_id)
        known = self._by_service.get(service_id)
        if known is None or known[0] is not tasks:
            rows = rows_of(cluster, service_id)
            before = {row.task.id: row for row in known[1]} if known else {}
            rows = [before[row.task.id] if before.get(row.task.id) == row else row for row in rows]
            known = (tasks, rows, [row for row in rows if row.current or not _is_history(row.task)])
            self._by_service[service_id] = known
        return known[1], known[2]


def _same(a: tuple[object, object, TaskScope, bool], b: tuple[object, object, TaskScope, bool]) -> bool:
    return a[0] is b[0] and a[1] is b[1] and a[2:] == b[2:]


def _count_words(cluster: Cluster, tasks: Sequence[Task]) -> Counter[str]:
    """How many tasks each word is said of. It depends on state and node alone: so few tasks need to be judged."""
    words: Counter[str] = Counter()
    examples = {(task.status.state, task.node_id): task for task in tasks}
    for kind, count in Counter((task.status.state, task.node_id) for task in tasks).items():
        words[state_of(cluster, examples[kind]).word] += count
    return words


def _is_history(task: Task) -> bool:
    return is_leaving(task) and is_finished(task)


class TasksPane(Pane[TaskRow]):
    """Whose tasks is set by `look_at`. Below the table stands the full error of the task under the cursor."""

    BINDINGS: ClassVar = [
        Binding("l", "logs", "Logs", id="logs.open", tooltip="What the task writes, followed"),
        Binding("H", "history", "History", id="tasks.history", tooltip="Show or hide the tasks that were there before"),
    ]

    def __init__(self) -> None:
        super().__init__(TASK_COLUMNS, id="tasks", name="Tasks")
        self.scope = TaskScope()
        self._scope_name = ""
        self._history: bool | None = None
        self._rows = TaskRows()
        self._counted = ""
        self._counted_of: tuple[object, object] = (None, None)

    def key_of(self, item: TaskRow) -> str:
        return item.task.id

    def look_at(self, *, service: Service | None = None, node: Node | None = None) -> None:
        """Show the tasks of a service, of a node, or (neither) of the whole swarm."""
        self.scope = TaskScope(service.id if service else "", node.id if node else "")
        self._scope_name = service.name if service else node.name if node else ""

    @property
    def shows_all(self) -> bool:
        return self.scope == TaskScope()

    @property
    def shows_history(self) -> bool:
        """By default a service's tasks come with their history, as `docker service ps` shows them; others do not."""
        return bool(self.scope.service_id) if self._history is None else self._history

    def action_history(self) -> None:
        self._history = not self.shows_history
        if self._view is not None:
            self.show(self._view)

    def items_of(self, view: View) -> Sequence[TaskRow]:
        return self._rows.of(view.cluster, self.scope, history=self.shows_history)

    def show(self, view: View) -> None:
        self.table.empty_text = self._empty_text(view.cluster)
        super().show(view)

    def _empty_text(self, cluster: Cluster) -> str:
        service_id, node_id = self.scope.service_id, self.scope.node_id
        if (service_id and service_id not in cluster.services) or (node_id and node_id not in cluster.nodes):
            return f"{self._scope_name} was removed from the swarm"
        known = cluster.tasks_of(service_id) is not None if service_id else cluster.tasks_complete
        return "no tasks" if known else "asking for the tasks …"

    def is_unhealthy(self, item: TaskRow, view: View) -> bool:
        return item.current and state_of(view.cluster, item.task, view.now).health in (Health.BAD, Health.UNKNOWN)

    @property
    def change_item(self) -> Task | None:
        return self.item.task if self.item is not None else None

    @property
    def subject(self) -> object:
        return self.scope

    @property
    def tab(self) -> str:
        return f"Tasks of {self._scope_name}" if self._scope_name else "Tasks"

    @property
    def heading(self) -> str:
        if self._view is None:
            return self.tab
        rows, nodes = self.items_of(self._view), self._view.cluster.nodes
        if self._counted_of[0] is not rows or self._counted_of[1] is not nodes:
            states = self._rows.words(self._view.cluster, self.scope)
            self._counted_of = (rows, nodes)
            self._counted = ", ".join(f"{number} {word}" for word, number in states.most_common(3))
        return f"{self.tab} ── {self._counted}" if self._counted else self.tab

    def detail(self, item: TaskRow, view: View) -> Content:
        """The whole error, and the exit code."""
        task, text = item.task, error_text(item, view)
        if not text:
            return Content("")
        code = task.status.container_status.exit_code if task.status.container_status else 0
        extra = f"  (exit code {code})" if code else ""
        where = visible(view.cluster.node_name(task.node_id)) or "no node"
        head = f"{visible(view.cluster.task_name(task))} on {where}: "
        return Content.assemble((head, "bold"), visible(text) + extra)

    @property
    def target(self) -> Target | None:
        if self.item is None or self._view is None:
            return None
        task = self.item.task
        return Target(Kind.TASK, task.id, self._view.cluster.task_name(task), task.version.index)

    def selected(self, item: TaskRow, *, enter: bool) -> None:
        if enter and item.task.service_id != self.scope.service_id:
            self.post_message(TaskOpened(item.task))

    def copies(self, item: TaskRow, view: View) -> dict[str, str]:
        task, status = item.task, item.task.status.container_status
        return {
            "name": view.cluster.task_name(task),
            "ID": task.id,
            "container": status.container_id if status else "",
            "error": error_text(item, view),
            "command": docker("inspect", "--type", "task", task.id),
        }
