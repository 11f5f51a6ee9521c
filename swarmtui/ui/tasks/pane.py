"""The tasks of a service (as `docker service ps`), of a node (`docker node ps`), or of the whole swarm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding
from textual.content import Content

from swarmtui.engine.polling.observation import TaskScope
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.wording import docker
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.health.tasks import is_well
from swarmtui.swarm.judgement.local_data import data_left_behind
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import ContainerStatus, Task
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.stats.figures import Total
from swarmtui.swarm.stats.live_figures import LiveFigures
from swarmtui.swarm.tasks.ending import unwrapped
from swarmtui.swarm.tasks.history import TaskRow
from swarmtui.swarm.tasks.kind import TASK
from swarmtui.swarm.tasks.states import holds_a_place
from swarmtui.ui.commands.command import keys_of
from swarmtui.ui.kit.tables.export import time_value
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.messages import ChangeAsked, TaskOpened
from swarmtui.ui.panes.view import View
from swarmtui.ui.services.commands import SERVICE_COMMANDS
from swarmtui.ui.stats.figure_pane import FIGURE_KEYS, FigurePane
from swarmtui.ui.tasks.columns import TASK_COLUMNS, TASK_FIGURES, engine_words, error_text, exit_code
from swarmtui.ui.tasks.commands import TASK_COMMANDS
from swarmtui.ui.tasks.file_key import FILE_KEY, copy_a_file
from swarmtui.ui.tasks.rows import TaskRows
from swarmtui.ui.terminal.key import ENTRY_KEYS, TerminalKey

if TYPE_CHECKING:
    from swarmtui.swarm.tasks.command_across import Chosen
    from swarmtui.ui.shell.app import SwarmApp

__all__ = ["TasksPane"]

ON_THE_SERVICE = (names.SCALE_SERVICE, names.UPDATE_IMAGE, names.FORCE_UPDATE, names.ROLL_BACK)
"""What helps a task is done to its service; these keys of the services work here, too."""


class TasksPane(TerminalKey[TaskRow], FigurePane[TaskRow]):
    """Whose tasks is set by `look_at`. Below the table stands the full error of the task under the cursor."""

    ID: ClassVar = "tasks"
    TITLE: ClassVar = "Tasks"
    COLUMNS: ClassVar = TASK_COLUMNS
    MARKABLE: ClassVar = True
    FIGURE_COLUMNS: ClassVar = TASK_FIGURES
    FIGURES_AFTER: ClassVar = "state"
    kind = Kind.TASK
    EXPORTED: ClassVar = {
        "id": lambda row, view: row.task.id,
        "service": lambda row, view: view.cluster.service_name(row.task.service_id),
        "service_id": lambda row, view: row.task.service_id,
        "slot": lambda row, view: row.task.slot or None,
        "current": lambda row, view: row.current,
        "exit_code": lambda row, view: exit_code(row),
        "container_id": lambda row, view: (row.task.status.container_status or ContainerStatus()).container_id or None,
        "created_at": lambda row, view: time_value(row.task.created_at),
    }

    BINDINGS: ClassVar = [
        Binding(
            "l", "logs", "Logs", id="logs.open", tooltip="Follow the task's logs, or those of the marked tasks together"
        ),
        *ENTRY_KEYS,
        FILE_KEY,
        *FIGURE_KEYS,
        *keys_of(each for each in SERVICE_COMMANDS if each.name in ON_THE_SERVICE),
        *keys_of(TASK_COMMANDS),
        Binding("H", "history", "History", id="tasks.history", tooltip="Show or hide earlier tasks"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.scope = TaskScope()
        self._scope_name = ""
        self._history: bool | None = None
        self._rows = TaskRows()
        self._counted = ""
        self._counted_of: tuple[object, object] = (None, None)

    def key_of(self, item: TaskRow) -> str:
        return item.key

    def group_of(self, item: TaskRow) -> str:
        return item.slot or item.key

    def key_instead(self, item: TaskRow) -> str | None:
        """Of a task that was there before: the slot's current one."""
        return item.slot or None

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
        return "no tasks" if known else "loading the tasks …"

    def is_unhealthy(self, item: TaskRow, view: View) -> bool:
        return not is_well(view.cluster, item, view.now)

    @property
    def change_item(self) -> Task | None:
        return self.item.task if self.item is not None else None

    def tasks_behind(self, item: TaskRow, cluster: Cluster) -> Sequence[Task]:
        return (item.task,)

    def total_of(self, item: TaskRow, live: LiveFigures) -> Total:
        return live.of_task(item.task)

    def sick_id(self, item: TaskRow) -> str:
        return item.task.service_id

    def action_file(self) -> None:
        """Copy a file out of the container of the task under the cursor, or into it."""
        if self.item is not None and self._view is not None:
            self.table.take()
            copy_a_file(cast("SwarmApp", self.app), self._view.cluster, self.item.task)

    def action_ask(self, what: str) -> None:
        """Ask for a change of the task under the cursor, or of its service."""
        if self.item is not None and self._view is not None:
            self.table.take()
            task = self.item.task
            if any(each.name == what for each in TASK_COMMANDS):
                self.post_message(ChangeAsked(what, task, [row.task for row in self.table.marked_items()]))
            else:
                self.post_message(ChangeAsked(what, self._view.cluster.services.get(task.service_id)))

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
        """The whole reason, and the engine's own words for it."""
        task, text = item.task, error_text(item, view)
        helps = self.what_helps(self.findings_of(item, view)) if self._is_sick(item, view) else Content("")
        if not text:
            return Content("\n").join(each for each in (self._of_data(task, view), helps) if each)
        where = visible(view.cluster.node_name(task.node_id)) or "no node"
        head = f"{visible(view.cluster.task_name(task))} on {where}: "
        said = engine_words(item)
        evidence = f"  engine: {visible(said)}" if said and unwrapped(said) not in text else ""
        why = Content.assemble((head, "bold"), visible(text), (evidence, "dim"))
        return Content("\n").join(each for each in (why, helps) if each)

    def _is_sick(self, item: TaskRow, view: View) -> bool:
        """Whether what helps the service belongs to this row, not to another slot of it."""
        return bool(error_text(item, view)) or self.is_unhealthy(item, view)

    def _of_data(self, task: Task, view: View) -> Content:
        """That the task is not where its data is."""
        service = view.cluster.services.get(task.service_id)
        for left in data_left_behind(view.cluster, service) if service is not None else ():
            if left.slot == task.slot and left.is_on == task.node_id and holds_a_place(task):
                return Content.styled(f"▲ {visible(left.text(view.cluster))}", "$text-warning")
        return Content("")

    @property
    def target(self) -> Target | None:
        if self.item is None or self._view is None:
            return None
        task = self.item.task
        return TASK.target(self._view.cluster, task)

    @property
    def log_targets(self) -> Sequence[Target]:
        if self._view is None:
            return []
        cluster = self._view.cluster
        return [TASK.target(cluster, row.task) for row in self.table.marked_items()] or super().log_targets

    def chosen(self) -> Chosen | None:
        from swarmtui.swarm.tasks.command_across import Chosen

        rows = self.table.marked_items() or ([self.item] if self.item is not None else [])
        if not rows or self._view is None:
            return None
        name = self._view.cluster.task_name(rows[0].task) if len(rows) == 1 else counted(len(rows), "marked task")
        return Chosen(name, tasks=tuple(row.task for row in rows))

    def selected(self, item: TaskRow, *, enter: bool) -> None:
        if enter:
            self.post_message(TaskOpened(item.task, item.key))

    def copies(self, item: TaskRow, view: View) -> dict[str, str]:
        task, status = item.task, item.task.status.container_status
        return {
            "name": view.cluster.task_name(task),
            "ID": task.id,
            "container": status.container_id if status else "",
            "error": engine_words(item) or error_text(item, view),
            "command": docker("inspect", "--type", "task", task.id),
        }
