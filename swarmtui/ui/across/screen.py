"""The results of one command in several containers: a row for each, and the output of the one under the cursor."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Static

from swarmtui.engine.nodes.command_run import CommandRun, Output, Result
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.tasks.command_across import Chosen, tasks_and_nodes, where_it_runs
from swarmtui.ui.across.dialog import AcrossDialog
from swarmtui.ui.across.wording import COLUMNS, Moment, as_file, pieces_of, summary, title_of
from swarmtui.ui.kit.cell_updates import CellUpdateScreen
from swarmtui.ui.kit.dialogs.save import SaveDialog
from swarmtui.ui.kit.key_line import KeyLine
from swarmtui.ui.kit.tables.live_table import LiveTable
from swarmtui.ui.kit.tables.table_messages import Activated, CursorMoved
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.kit.texts.text_keys import TextKeys
from swarmtui.ui.kit.texts.text_lines import Piece, TextLine
from swarmtui.ui.kit.texts.text_view import TextView
from swarmtui.ui.session import SwarmSession

__all__ = ["AcrossScreen"]

LOOK = 0.2
"""Seconds between two looks at what has come."""
WIDE = 130
"""Cells from which the output stands beside the rows."""


class AcrossScreen(CellUpdateScreen[None]):
    """Shows a command for as long as it runs, and what came of it.

    Args:
        session: for running it again.
        run: the command.
        chosen: whose containers, for running it again.
    """

    AUTO_FOCUS = "LiveTable"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-beside")]  # noqa: RUF012 - Textual declares it without ClassVar

    BINDINGS: ClassVar = [
        Binding(
            "escape,q",
            "back",
            "Back",
            id="across.back",
            tooltip="Stop waiting for what still runs; then leave this",
        ),
        Binding(
            "x",
            "stop",
            "Stop",
            id="across.stop",
            tooltip="Stop waiting, and begin no more; what runs in a container goes on there",
        ),
        Binding(
            "r", "again", "Run again", id="across.again", tooltip="Run the same command again, after a confirmation"
        ),
        Binding("tab", "app.focus_next", "Output", id="across.output", tooltip="Go to the output, and back"),
        Binding("S,ctrl+s", "save", "Save", id="across.save", tooltip="Save all results and outputs to a file"),
    ]

    def __init__(self, session: SwarmSession, run: CommandRun, chosen: Chosen) -> None:
        super().__init__()
        self._session = session
        self._run = run
        self._chosen = chosen
        self._head = Static(id="across-head")
        self._head_drawn = ""
        self._table: LiveTable[Result, Moment] = LiveTable(COLUMNS, key=_key_of, id="across-table")
        self._title = Static(id="across-title")
        self._titled = ""
        self._view: TextView[Piece] = TextView(
            lambda piece: TextLine((piece,), 2), wrap=True, cells_of=_cells_of, id="across-output"
        )
        self._shown: tuple[str, Output | None, object] = ("", None, None)
        self._moment = Moment(0.0)
        self._was_over = False

    def compose(self) -> ComposeResult:
        yield self._head
        with Container(id="across-body"):
            yield self._table
            with Vertical(id="across-right"):
                yield self._title
                yield self._view
        yield KeyLine()

    def on_mount(self) -> None:
        self.set_interval(LOOK, self._look)
        self._look()

    def on_unmount(self) -> None:
        self._run.stop()

    # ------------------------------------------------------------------------------------ what is known

    def _look(self) -> None:
        results, over, now = self._run.results, self._run.over, time.monotonic()
        if now - self._moment.now >= 1.0 and not over:
            self._moment = Moment(now)
        self._table.styles.max_height = len(results) + 1
        self._table.show(results, self._moment)
        self._say_head(results)
        self._show_output()
        if over != self._was_over:
            self._was_over = over
            self.refresh_bindings()

    def _say_head(self, results: tuple[Result, ...]) -> None:
        first = results[0].asked
        more = [f"as {first.user}" if first.user else "", f"in {first.directory}" if first.directory else ""]
        where = " ".join(["", *filter(None, more), "─ in", tasks_and_nodes([each.asked for each in results])])
        told = Content.assemble((f"$ {visible(first.command)}", "bold"), (visible(where), "dim"))
        failed = "failed" in summary(results)
        style = "" if not self._run.over else "$text-error" if failed else "$text-success"
        lines = [told, Content.styled(visible(summary(results)), style)]
        lines += [Content.styled(f"▲ {visible(each)}", "$text-warning") for each in self._run.warnings]
        content = Content("\n").join(lines)
        if content.markup != self._head_drawn:
            self._head_drawn = content.markup
            self._head.update(content)

    def _show_output(self) -> None:
        result = self._table.cursor_item
        if result is None:
            return
        name = result.asked.target.id
        title = visible(title_of(result, self._moment.now))
        if title != self._titled:
            self._titled = title
            self._title.update(Content(title))
        if self._shown == (name, result.output, result.error):
            return
        same = self._shown[0] == name
        at_end = self._view.cursor >= self._view.line_count - 1
        self._shown = (name, result.output, result.error)
        lines = pieces_of(result)
        self._view.empty_text = "no output yet" if not self._run.over else "no output"
        follows = same and at_end and self._view.line_count > 0
        self._view.show(lines, cursor=len(lines) - 1 if follows else self._view.cursor if same else 0)

    @on(CursorMoved)
    def _cursor_moved(self, event: CursorMoved) -> None:
        event.stop()
        self._show_output()

    @on(Activated)
    def _activated(self, event: Activated) -> None:
        event.stop()
        self._view.focus()

    # ------------------------------------------------------------------------------------ keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "stop" and self._run.over:
            return None
        if action == "again" and not self._run.over:
            return None
        return super().check_action(action, parameters)

    def action_stop(self) -> None:
        self._run.stop()
        self._look()

    def action_back(self) -> None:
        if self.focused is self._view and not self._view.clear_selection():
            self._table.focus()
        elif not self._run.over:
            self.action_stop()
        else:
            self.dismiss(None)

    def action_again(self) -> None:
        """Ask whether it is to run again, in the containers that are there now."""
        cluster = self._session.observation().cluster
        if cluster is None:
            return
        execs, without = where_it_runs(cluster, self._chosen.tasks_now(cluster))
        if not execs:
            self.app.notify(f"{visible(self._chosen.name)}: no task runs.", severity="warning", markup=False)
            return
        first = self._run.results[0].asked
        asked = [each.asking_for(first.command, first.user, first.directory) for each in execs]
        self.app.push_screen(AcrossDialog(self._session, asked, without, again=True), self._begin_anew)

    def _begin_anew(self, run: CommandRun | None) -> None:
        if run is not None:
            self._run = run
            self._shown = ("", None, None)
            self._was_over = False
            self._look()

    def action_save(self) -> None:
        results, now = self._run.results, time.monotonic()
        plain = re.sub(r"[^\w.-]+", "_", self._chosen.name) or "command"
        name = f"{plain}-{datetime.now(UTC).astimezone():%Y%m%d-%H%M%S}.txt"
        what = f"what {counted(len(results), 'task')} wrote"
        self.app.push_screen(SaveDialog(what, name, lambda _: as_file(results, now)), self._saved)

    def _saved(self, path: Path | None) -> None:
        if path is not None:
            self.app.notify(f"Saved to {visible(str(path))}", markup=False)

    @on(TextKeys.Copied)
    def _copied(self, event: TextKeys.Copied) -> None:
        self.app.copy_to_clipboard(event.text)
        self.app.notify(f"Copied {counted(event.lines, 'line')} (if your terminal allows it).", markup=False)


def _key_of(result: Result) -> str:
    return result.asked.target.id


def _cells_of(piece: Piece) -> int:
    """The width of a line, or more."""
    text = piece[0]
    return len(text) if text.isascii() else 2 * len(text)
