"""Logs: what the tasks of a service, or one task, write, as they write it."""

from __future__ import annotations

import re
import time
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding
from textual.content import Content

from swarmtui.engine.polling.observation import Observation
from swarmtui.engine.streams.log_lines import NOTICE, STDERR, LogLine, LogPhase, LogRequest, LogStatus, LogStream
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.logs.sources import LogObstacle, LogSource
from swarmtui.ui.kit.dialogs.save_text import SaveTextDialog
from swarmtui.ui.kit.texts.text import cell_width, fit_middle, visible
from swarmtui.ui.kit.texts.text_lines import Piece, TextLine
from swarmtui.ui.kit.texts.text_screen import TextScreen
from swarmtui.ui.kit.texts.text_view import TextView
from swarmtui.ui.logs.log_book import LogBook
from swarmtui.ui.logs.log_text import Entry, clock_of, notice_text
from swarmtui.ui.logs.since import SPANS, SinceDialog
from swarmtui.ui.messages import InspectAsked
from swarmtui.ui.session import SwarmSession

__all__ = ["DRAIN", "LogsScreen"]

DRAIN = 0.1
"""Seconds between two looks at what has come."""
COLOURS = 6
LEAST_NAME, WIDEST_NAME = 6, 24
"""Cells for a task's name before its lines."""
SHORT_CLOCK, FULL_CLOCK = 13, 36
"""Cells that a line's time takes at most."""
UNREADABLE = frozenset({"none"})
"""Log drivers of which nothing can ever be read back."""
READABLE = frozenset({"", "json-file", "local", "journald"})


class LogView(TextView[Entry]):
    """The lines; the arrow keys scroll sideways. One looks at the newest, so `n` goes through the hits backwards."""

    BINDINGS: ClassVar = [
        Binding("left", "sideways(-1)", "Left", show=False, id="logs.left", tooltip="Scroll to the left"),
        Binding("right", "sideways(1)", "Right", show=False, id="logs.right", tooltip="Scroll to the right"),
    ]

    def action_find(self, step: int) -> None:
        """`n` (1) goes to the next older hit, `N` (-1) to the next newer one."""
        step = -step
        if self.pattern is not None and not self.find(step, around=False):
            other = "N finds newer ones" if step < 0 else "n finds older ones"
            self.app.notify(f"No {'older' if step < 0 else 'newer'} hit; {other}.", markup=False)


class LogsScreen(TextScreen[Entry]):
    """Follows a log for as long as it is open.

    Args:
        session: where the log comes from.
        target: a service or a task.
    """

    BINDINGS: ClassVar = [
        Binding("f", "follow", "Follow", id="logs.follow", tooltip="Go to the newest line and follow"),
        Binding("p,space", "pause", "Pause", id="logs.pause", tooltip="Hold new lines, or show them again"),
        Binding(
            "ampersand",
            "context",
            "Only hits",
            show=False,
            id="logs.context",
            tooltip="Show only lines that match, or all",
        ),
        Binding("t", "times", "Times", id="logs.times", tooltip="Show no times, local times or the engine's"),
        Binding("s", "since", "Since", id="logs.since", tooltip="Show lines since…"),
        Binding("S", "save", "Save", id="logs.save", tooltip="Save the shown lines to a file"),
        Binding(
            "i", "inspect(False)", "Inspect", show=False, id="inspect.readable", tooltip="Show the object in words"
        ),
        Binding("y", "inspect(True)", "YAML", show=False, id="inspect.yaml", tooltip="Show the raw JSON as YAML"),
        Binding("ctrl+r,f5", "reconnect", "Reconnect", show=False, id="logs.reconnect", tooltip="Reconnect the log"),
    ]

    def __init__(self, session: SwarmSession, target: Target) -> None:
        self._view = LogView(
            self._line_of,
            wrap=False,
            empty_text="no lines yet",
            cells_of=self._cells_of,
            searched=self._search_text,
            id="log-lines",
        )
        super().__init__(self._view, "filter: a regular expression, ! excludes, & shows the other lines too")
        self._session = session
        self.target = target
        self._book = LogBook(self._search_text)
        self._read: Entry | None = None
        """The line that the user was on before a filter hid it."""
        self._stream: LogStream | None = None
        self._since = "tail"
        self._lost = 0
        self._times = 0
        self._following = True
        self._paused = False
        self._connection_failed = False
        self._source = LogSource(target)
        self._obstacle: LogObstacle | None = None
        self._names: dict[str, str] = {}
        self._named_of: object = None
        self._name_width = 0

    def on_mount(self) -> None:
        super().on_mount()
        self.observe(self._session.observation())
        self._open()
        self.set_interval(DRAIN, self._drain)

    def on_unmount(self) -> None:
        if self._stream is not None:
            self._stream.close()

    # ------------------------------------------------------------------------------------ the stream

    def _open(self) -> None:
        """Begin the log again."""
        if self._stream is not None:
            self._stream.close()
        _, seconds, tail = SPANS[self._since]
        now = time.time() + self._session.observation().connection.clock_offset
        request = LogRequest(None if seconds is None else now - seconds, tail)
        self._stream = self._session.logs(self.target, request)
        self._book.clear()
        self._lost = 0
        self._following, self._paused = True, False
        self._view.show([], cursor=-1)
        self.say_heading()

    def _drain(self) -> None:
        """Show what has come. When nothing has, nothing is written."""
        if self._stream is None or not self.is_mounted:
            return
        if not self._paused:
            batch = self._stream.take()
            self._lost += batch.dropped
            if batch.lines:
                self._learn_names({line.task_id for line in batch.lines})
                added = self._book.add(batch.lines)
                self._view.append(added.shown, drop=added.gone, follow=self._following)
        self.say_heading()

    def observe(self, observation: Observation) -> None:
        """The newest that is known: names of tasks, what keeps lines away, whether the connection has come back."""
        failed = observation.connection.error is not None
        if self._connection_failed and not failed and self._stream is not None:
            self._stream.reconnect()
        self._connection_failed = failed
        if observation.cluster is not None:
            self._name_tasks(observation.cluster)
            self._obstacle = self._source.obstacle(observation.cluster)

    def _name_tasks(self, cluster: Cluster) -> None:
        if self.target.kind is not Kind.SERVICE:
            return
        tasks = cluster.tasks_of(self.target.id)
        if tasks is self._named_of:
            return
        self._named_of = tasks
        before = dict(self._names)
        for task in tasks or ():
            node = cluster.node_name(task.node_id) if task.node_id else ""
            name = cluster.task_name(task)
            self._names[task.id] = visible(f"{name}@{node}" if node and task.slot else name)
        self._learn_names(())
        if self._book.narrows and self._names != before:
            self._show_filtered()

    def _learn_names(self, task_ids: set[str] | tuple[()]) -> None:
        """Make room for the names of tasks; their column only grows."""
        if self.target.kind is not Kind.SERVICE:
            return
        for task_id in task_ids:
            self._names.setdefault(task_id, visible(task_id[:12]))
        seen = {entry.line.task_id for entry in self._view.items[-1000:]} | set(task_ids)
        wanted = max((cell_width(self._names.get(task_id, "")) for task_id in seen), default=0)
        most = max(LEAST_NAME, min(WIDEST_NAME, self.size.width // 4))
        width = max(self._name_width, min(wanted, most))
        if width != self._name_width:
            self._name_width = width
            self._view.draw_anew()

    def _node_name(self, node_id: str) -> str:
        cluster = self._session.observation().cluster
        return cluster.node_name(node_id) if cluster is not None else node_id[:12]

    # ------------------------------------------------------------------------------------ lines

    def _line_of(self, entry: Entry) -> TextLine:
        line, text = entry
        if line.source == NOTICE:
            return TextLine((("» ", "warn"), (notice_text(text, self._node_name), "warn")), 2)
        pieces: list[Piece] = []
        if self._times:
            pieces.append((f"{clock_of(line.stamp, full=self._times == 2)} ", "dim"))
        if self._name_width:
            name = self._name_of(line)
            colour = f"task{zlib.crc32(line.task_id.encode()) % COLOURS}"
            pieces.append((fit_middle(name, self._name_width) + " ", colour))
        wrong = line.source == STDERR
        pieces.append(("! " if wrong else "  ", "warn"))
        hang = sum(cell_width(part) for part, _ in pieces)
        pieces.append((text, "warn" if wrong else ""))
        return TextLine(tuple(pieces), hang)

    def _name_of(self, line: LogLine) -> str:
        return self._names.get(line.task_id, line.task_id[:12])

    def _search_text(self, entry: Entry) -> str:
        """What can be read of an entry: its time, its task and its text, each on a line of its own."""
        line, text = entry
        if line.source == NOTICE:
            return notice_text(text, self._node_name)
        time = clock_of(line.stamp, full=self._times == 2) if self._times else ""
        name = self._name_of(line) if self._name_width else ""
        return "\n".join(part for part in (time, name, text) if part)

    def _cells_of(self, entry: Entry) -> int:
        """The width of an entry's line, or more."""
        clock = (0, SHORT_CLOCK, FULL_CLOCK)[self._times]
        text = entry.text
        return clock + self._name_width + 3 + (len(text) if text.isascii() else 2 * len(text))

    # ------------------------------------------------------------------------------------ heading

    def heading(self) -> Content:
        status = self._stream.status if self._stream is not None else LogStatus()
        parts = [Content.styled(f"Logs of {visible(self.target.name)}", "bold"), self._state(status)]
        kept = len(self._book.entries)
        pattern = self._book.filter.pattern
        if pattern is None:
            parts.append(Content(f"{kept:,} line{'' if kept == 1 else 's'}"))
        else:
            literal = ", taken literally" if self._book.filter.problem else ""
            shown = f"{len(self._view.items):,} of {kept:,} lines" if self._book.narrows else f"{kept:,} lines"
            parts.append(Content.styled(f"/{visible(self._book.filter.text)}: {shown}{literal}", "$text-warning"))
        if self._obstacle is not None and not self._obstacle.final:
            parts.append(Content.styled(visible(self._obstacle.words), "$text-warning"))
        if self._since != "tail":
            parts.append(Content(SPANS[self._since][0]))
        if self._book.forgotten:
            parts.append(Content(f"{self._book.forgotten:,} older ones dropped"))
        if self._lost:
            parts.append(Content.styled(f"{self._lost:,} lost: they came too fast", "$text-warning"))
        if status.driver in UNREADABLE:
            parts.append(Content.styled(f"its log driver is {status.driver}: nothing can be read", "$text-error"))
        elif status.driver not in READABLE:
            driver = visible(status.driver)
            parts.append(Content.styled(f"log driver {driver}: only what nodes keep locally", "$text-warning"))
        return Content(" ── ").join(parts)

    def _state(self, status: LogStatus) -> Content:
        if self._paused:
            waiting = self._stream.waiting if self._stream is not None else 0
            return Content.styled(f"‖ paused, {waiting:,} new lines", "$text-warning")
        why = f": {visible(str(status.error))}" if status.error is not None else ""
        if self._obstacle is not None and self._obstacle.final:
            return Content(f"○ {visible(self._obstacle.words)}")
        if status.phase is LogPhase.FOLLOWING:
            if self._following:
                return Content.styled("● following", "$text-success")
            return Content("○ not following, f follows")
        if status.phase is LogPhase.ENDED:
            return Content(f"○ ended{why or ': no more lines will come'}")
        if status.phase is LogPhase.CONNECTING:
            return Content("◌ connecting")
        return Content.styled(f"✖ reconnecting{why}", "$text-error")

    # ------------------------------------------------------------------------------------ keys

    def cursor_moved(self) -> None:
        """At the newest line it follows; elsewhere what one reads must stay."""
        self._following = self._view.cursor >= self._view.line_count - 1
        self._read = None
        self.say_heading()

    def action_follow(self) -> None:
        self._paused = False
        self._following = True
        self._view.action_last()
        self._drain()

    def action_pause(self) -> None:
        self._paused = not self._paused
        self._drain()

    def action_times(self) -> None:
        self._times = (self._times + 1) % 3
        self._view.draw_anew()
        if self._book.narrows:
            self._show_filtered()

    def action_context(self) -> None:
        if self._book.filter.pattern is None or self._book.filter.excludes:
            self.app.notify("No search to show hits of: / starts one.", markup=False)
            return
        self._book.with_context = not self._book.with_context
        self._show_filtered()

    def searched(self, text: str, *, done: bool) -> None:
        self._book.set_filter(text)
        if self._book.filter.pattern is None:
            self._book.with_context = False
        self._show_filtered()

    def _show_filtered(self) -> None:
        item = self._view.item
        pattern = self._book.filter.pattern
        self._view.pattern = None if self._book.filter.excludes else pattern
        shown = self._book.shown()
        if self._following:
            self._read = None
        elif self._read is None:
            self._read = item
        cursor = self._place_in(shown)
        nothing = "no line matches" if self._book.entries and pattern is not None else "no lines yet"
        self._view.empty_text = nothing
        self._view.show(shown, cursor=cursor)
        self.say_heading()

    def _place_in(self, shown: list[Entry]) -> int:
        """Which of the lines that are shown is the one that was read; else the nearest before it, else after it."""
        places = {id(entry): place for place, entry in enumerate(shown)}
        entries, read = self._book.entries, self._read
        at = next((number for number, entry in enumerate(entries) if entry is read), -1)
        if at < 0:
            return len(shown) - 1
        for number in (*range(at, -1, -1), *range(at + 1, len(entries))):
            if (place := places.get(id(entries[number]))) is not None:
                return place
        return -1

    def action_since(self) -> None:
        self.app.push_screen(SinceDialog(self._since), self._since_chosen)

    def _since_chosen(self, since: str | None) -> None:
        if since is not None:
            self._since = since
            self._open()

    def action_reconnect(self) -> None:
        if self._stream is not None:
            self._stream.reconnect()

    def action_inspect(self, raw: bool) -> None:
        self.post_message(InspectAsked(self.target, raw=raw))

    def action_save(self) -> None:
        entries = list(self._view.items)
        plain = re.sub(r"[^\w.-]+", "_", self.target.name) or "log"
        name = f"{plain}-{datetime.now(UTC).astimezone():%Y%m%d-%H%M%S}.log"
        what = f"the log of {self.target.name}, {len(entries):,} lines"
        self.app.push_screen(SaveTextDialog(what, name, lambda: self._as_file(entries)), self._saved)

    def _as_file(self, entries: list[Entry]) -> str:
        lines = []
        for line, text in entries:
            name = self._names.get(line.task_id, "") if self._name_width else ""
            source = {STDERR: "stderr", NOTICE: "engine"}.get(line.source, "stdout")
            lines.append(" ".join(part for part in (line.stamp, name, source, text) if part) + "\n")
        return "".join(lines)

    def _saved(self, path: Path | None) -> None:
        if path is not None:
            self.app.notify(f"Saved to {visible(str(path))}", markup=False)
