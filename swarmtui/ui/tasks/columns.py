"""The columns of the tasks' table, and the words in them."""

from __future__ import annotations

from swarmtui.swarm.health.tasks import doubt_about_row
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.stats.figures import Total
from swarmtui.swarm.syntax.image import short_image
from swarmtui.swarm.tasks.history import TaskRow
from swarmtui.swarm.tasks.states import is_finished
from swarmtui.swarm.tasks.task_state import Health, state_of
from swarmtui.ui.kit.tables.columns import Cell, Column
from swarmtui.ui.kit.tables.export import time_value
from swarmtui.ui.kit.tables.whole_column import WholeColumn
from swarmtui.ui.kit.texts.ages import age_key
from swarmtui.ui.kit.texts.text import fit_host, fit_middle, natural
from swarmtui.ui.panes.view import View
from swarmtui.ui.services.image_cell import IMAGE_ROOM, cut_image, row_image, whole_image
from swarmtui.ui.stats.columns import figure_columns

__all__ = ["TASK_COLUMNS", "TASK_FIGURES", "engine_words", "error_text", "exit_code"]

SIGNS = {
    Health.GOOD: ("●", "good"),
    Health.PROGRESS: ("◌", "accent"),
    Health.BAD: ("✖", "bad"),
    Health.DONE: ("○", "dim"),
    Health.UNKNOWN: ("?", "warn"),
}


WORST_FIRST = (Health.BAD, Health.UNKNOWN, Health.PROGRESS, Health.GOOD, Health.DONE)


def name_cell(row: TaskRow, view: View) -> Cell:
    """The task's name; a slot's earlier tasks stand indented under its current one."""
    name = view.cluster.task_name(row.task)
    return Cell(name) if row.current else Cell(f" └ {name}", "dim")


def node_cell(row: TaskRow, view: View) -> Cell:
    return Cell(view.cluster.node_name(row.task.node_id) if row.task.node_id else "—", "" if row.current else "dim")


def state_cell(row: TaskRow, view: View) -> Cell:
    """A task that runs after failures is not green before it has been steady."""
    state = state_of(view.cluster, row.task, view.now)
    sign, tone = SIGNS[state.health]
    return Cell(f"{sign} {state.word}", "warn" if state.health is Health.GOOD and doubt(row, view) else tone)


def doubt(row: TaskRow, view: View) -> str:
    """What the failures before a current task say of it; "" when they are history."""
    return doubt_about_row(view.cluster, row, view.now)


def since_cell(row: TaskRow, view: View) -> Cell:
    return Cell(view.age(seconds_of(row.task.status.timestamp)), "dim")


def desired_cell(row: TaskRow, view: View) -> Cell:
    return Cell(row.task.desired_state, "dim")


def error_text(row: TaskRow, view: View) -> str:
    """Why the task is as it is, and what it follows; the most telling words first, since the line may be cut."""
    task, doubted = row.task, doubt(row, view)
    state = state_of(view.cluster, task, view.now)
    reason = state.reason or (task.status.message if state.health in (Health.PROGRESS, Health.BAD) else "")
    if is_finished(task) and row.failures is not None and not (row.failures.gave_up or row.failures.looping):
        return reason
    if is_finished(task):
        return doubted or reason
    parts = (reason, doubted) if task.status.err else (doubted, reason)
    return "; ".join(part for part in parts if part)


def engine_words(row: TaskRow) -> str:
    """What the engine said of the task, or of the last one before it that failed."""
    failed = row.failures.newest.status.err if row.failures is not None else ""
    return row.task.status.err or failed


def error_cell(row: TaskRow, view: View) -> Cell:
    bad = row.current and (state_of(view.cluster, row.task, view.now).health is Health.BAD or doubt(row, view))
    return Cell(error_text(row, view), "bad" if bad else "dim")


def name_key(row: TaskRow, view: View) -> tuple[object, ...]:
    cluster, task = view.cluster, row.task
    return natural(cluster.service_name(task.service_id)), task.slot, natural(cluster.node_name(task.node_id))


def state_key(row: TaskRow, view: View) -> tuple[int, str]:
    """What asks for attention comes first."""
    state = state_of(view.cluster, row.task, view.now)
    return WORST_FIRST.index(state.health), state.word


def exit_code(row: TaskRow) -> int | None:
    """Of a task that has run and ended."""
    status = row.task.status.container_status
    return status.exit_code if status is not None and status.container_id and is_finished(row.task) else None


TASK_COLUMNS: tuple[Column[TaskRow, View], ...] = (
    WholeColumn(
        "name",
        "NAME",
        name_cell,
        name_key,
        search=lambda row, view: view.cluster.task_name(row.task),
        priority=9,
        weight=1,
        enough=20,
        cut=fit_middle,
        export={"name": lambda row, view: view.cluster.task_name(row.task)},
    ),
    WholeColumn(
        "node",
        "NODE",
        node_cell,
        lambda row, view: natural(view.cluster.node_name(row.task.node_id)) if row.task.node_id else None,
        priority=7,
        enough=12,
        max_width=30,
        cut=fit_host,
        export={
            "node": lambda row, view: view.cluster.node_name(row.task.node_id) if row.task.node_id else None,
            "node_id": lambda row, view: row.task.node_id or None,
        },
    ),
    Column(
        "state",
        "STATE",
        state_cell,
        state_key,
        priority=8,
        min_width=11,
        export={"state": lambda row, view: row.task.status.state},
    ),
    Column(
        "since",
        "SINCE",
        since_cell,
        lambda row, view: age_key(row.task.status.timestamp),
        priority=5,
        min_width=6,
        searchable=False,
        export={"state_since": lambda row, view: time_value(row.task.status.timestamp)},
    ),
    Column(
        "desired",
        "DESIRED",
        desired_cell,
        lambda row, view: row.task.desired_state,
        priority=3,
        min_width=8,
        export={"desired_state": lambda row, view: row.task.desired_state},
    ),
    WholeColumn(
        "image",
        "IMAGE",
        lambda row, view: Cell(row_image(row.task.image or row.task.plugin), "dim"),
        lambda row, view: natural(short_image(row.task.image or row.task.plugin)),
        search=lambda row, view: whole_image(row.task.image or row.task.plugin),
        priority=1,
        enough=IMAGE_ROOM,
        max_width=40,
        cut=cut_image,
        export={"image": lambda row, view: row.task.image or row.task.plugin or None},
    ),
    WholeColumn(
        "error",
        "ERROR",
        error_cell,
        lambda row, view: error_text(row, view) or None,
        priority=6,
        weight=4,
        enough=20,
        export={
            "error": lambda row, view: row.task.status.err or None,
            "message": lambda row, view: row.task.status.message or None,
        },
    ),
)


def used_by(row: TaskRow, view: View) -> Total:
    return Total() if view.live is None else view.live.of_task(row.task)


TASK_FIGURES = figure_columns(used_by, {"cpu": 8, "memory": 7, "network": 5, "block": 4, "pids": 2})
