"""Logs: what the tasks of services, or single tasks, write, as they write it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.content import Content

from swarmtui.engine.polling.observation import Observation
from swarmtui.engine.streams.log_lines import REMARKS
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.logs.containers import LogContainer, log_containers
from swarmtui.swarm.logs.sources import LogObstacle, LogSource
from swarmtui.swarm.logs.writers import Writers
from swarmtui.ui.kit.dialogs.save import SaveDialog
from swarmtui.ui.kit.filter_line import FilterLine
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.kit.texts.text_screen import TextScreen
from swarmtui.ui.logs.going_on import GoingOn, Step
from swarmtui.ui.logs.keys import KEYS
from swarmtui.ui.logs.legend import LEGEND
from swarmtui.ui.logs.log_book import LogBook
from swarmtui.ui.logs.log_feed import MOST_SOURCES, LogFeed
from swarmtui.ui.logs.log_heading import count_of, names_of, offer_of, state_of, straight_of, troubles_of
from swarmtui.ui.logs.log_text import Entry, missing_nodes
from swarmtui.ui.logs.log_view import LogView
from swarmtui.ui.logs.narrowing import Scope
from swarmtui.ui.logs.painter import LogPainter
from swarmtui.ui.logs.since import TAIL, Since
from swarmtui.ui.logs.since_dialog import SinceDialog
from swarmtui.ui.logs.straight_feed import StraightFeed
from swarmtui.ui.logs.tally import Tally, tallied
from swarmtui.ui.logs.tally_dialog import TallyDialog
from swarmtui.ui.messages import InspectAsked
from swarmtui.ui.session import SwarmSession

__all__ = ["DRAIN", "LogsScreen"]

DRAIN = 0.1
"""Seconds between two looks at what has come."""

OF_SEVERAL_TASKS = frozenset({"only", "tally"})
"""What makes no sense in the log of one task."""


class LogsScreen(TextScreen[Entry]):
    """Follows logs for as long as it is open.

    Args:
        session: where the logs come from.
        targets: services and tasks; beyond `MOST_SOURCES` they are left out.
    """

    LEGEND = LEGEND

    BINDINGS: ClassVar = KEYS

    def __init__(self, session: SwarmSession, targets: Sequence[Target]) -> None:
        self.targets = tuple(targets[:MOST_SOURCES])
        self._asked = len(targets)
        self._of_one_task = len(targets) == 1 and targets[0].kind is Kind.TASK
        self._writers = Writers(self.targets)
        self._painter = LogPainter(self._writers, named=not self._of_one_task, node_name=self._node_name)
        self._view = LogView(
            self._painter.line_of,
            wrap=False,
            empty_text="no lines yet",
            cells_of=self._painter.cells_of,
            searched=self._painter.search_text,
            id="log-lines",
        )
        super().__init__(self._view, "filter: a regular expression, ! excludes; ⏎ keeps it, and / adds another one")
        self._session = session
        self._book = LogBook(self._painter.search_text, self._is_in_scope)
        self._read: Entry | None = None
        """The line that the user was on before a filter hid it."""
        self._feed: LogFeed | None = None
        self._since = TAIL
        self._straight = False
        self._containers: Sequence[LogContainer] = ()
        self._containers_of: tuple[object, ...] = (None, None, None)
        self._missing: set[str] = set()
        """Nodes of which the manager said that it gets no lines from them."""
        self._lost = 0
        self._following = True
        self._paused = False
        self._connection_failed = False
        self._begun_with = self.targets
        self._sources: dict[Target, LogSource] = {}
        self._going_on = GoingOn(self.targets)
        self._obstacles: dict[Target, LogObstacle] = {}

    def on_mount(self) -> None:
        super().on_mount()
        self._open()
        self.set_interval(DRAIN, self._drain)

    def on_unmount(self) -> None:
        if self._feed is not None:
            self._feed.close()

    # ------------------------------------------------------------------------------------ the streams

    def _open(self) -> None:
        """Begin the log again."""
        if self._feed is not None:
            self._feed.close()
        self.targets, self._going_on = self._begun_with, GoingOn(self._begun_with)
        self._sources = {target: LogSource(target) for target in self.targets}
        request = self._since.request(self._now())
        if self._straight:
            self._feed = StraightFeed(self._session, request)
            self._follow_containers(self._feed)
        else:
            self._feed = LogFeed(self._session, self.targets, request)
        self._book.clear()
        self._missing.clear()
        self._lost = 0
        self._following, self._paused = True, False
        self._view.show([], cursor=-1)
        self.observe(self._session.observation())
        self.say_heading()

    def _follow_containers(self, feed: StraightFeed) -> None:
        """Those of the newest snapshot, which are looked for when tasks or nodes are others than before."""
        cluster = self._session.observation().cluster
        if cluster is None:
            return
        seen = (cluster.nodes, cluster.tasks_by_service, self.targets)
        if not all(a is b for a, b in zip(seen, self._containers_of, strict=True)):
            self._containers_of = seen
            self._containers = log_containers(cluster, self._sources.values())
        feed.follow(self._containers)

    def action_straight(self) -> None:
        self._straight = not self._straight
        self._open()

    def _now(self) -> float:
        """By the engine's clock."""
        return time.time() + self._session.observation().connection.clock_offset

    def _drain(self) -> None:
        """Show what has come. When nothing has, nothing is written."""
        if self._feed is None or not self.is_mounted:
            return
        if not self._paused:
            taken = self._feed.take()
            self._lost += taken.dropped
            if taken.lines:
                for target, task_ids in taken.writers:
                    self._writers.note(target, task_ids)
                    self._make_room(task_ids)
                self._missing -= {line.node_id for line in taken.lines}
                self._missing |= missing_nodes(taken.lines)
                added = self._book.add(taken.lines)
                self._view.append(added.shown, drop=added.gone, follow=self._following)
            for step in self._going_on.due(self._feed):
                self._go_on(step, self._feed)
        self.say_heading()

    def _go_on(self, step: Step, feed: LogFeed) -> None:
        """Show the log of a task's replacement below its own."""
        added = self._book.add([step.line])
        self._view.append(added.shown, drop=added.gone, follow=self._following)
        self._following = self._following and not step.rest
        self.targets = tuple(step.new if target == step.old else target for target in self.targets)
        self._sources = {target: LogSource(target) for target in self.targets}
        feed.go_on(step.old, step.new, self._since.request(self._now()))
        self.observe(self._session.observation())

    def _make_room(self, task_ids: set[str]) -> None:
        if self._painter.make_room(task_ids, self.size.width):
            self._view.draw_anew()

    def observe(self, observation: Observation) -> None:
        """The newest that is known: names of tasks, what keeps lines away, whether the connection has come back."""
        failed = observation.connection.error is not None
        if self._connection_failed and not failed and self._feed is not None:
            self._feed.reconnect()
        self._connection_failed = failed
        cluster = observation.cluster
        if cluster is None:
            return
        if isinstance(self._feed, StraightFeed):
            self._follow_containers(self._feed)
        if self._writers.learn(cluster):
            self._make_room({entry.line.task_id for entry in self._view.items[-1000:] if entry.line.task_id})
            if self._book.narrowing.narrows:
                self._show_narrowed()
        self._going_on.observe(cluster, self._session.timeline, self._now())
        found = ((target, source.obstacle(cluster)) for target, source in self._sources.items())
        self._obstacles = {target: obstacle for target, obstacle in found if obstacle is not None}

    def _node_name(self, node_id: str) -> str:
        cluster = self._session.observation().cluster
        return cluster.node_name(node_id) if cluster is not None else node_id[:12]

    # ------------------------------------------------------------------------------------ heading

    def heading(self) -> Content:
        if self._feed is None:
            return Content("")
        statuses, narrowing = self._feed.statuses, self._book.narrowing
        waiting = self._feed.waiting if self._paused else None
        parts = [
            Content.styled(f"Logs of {names_of(self.targets, self._asked)}", "bold"),
            state_of(statuses, self._obstacles, following=self._following, paused=waiting),
            count_of(self._book, len(self._view.items) if narrowing.narrows else 0),
            *troubles_of(statuses, self._obstacles),
            *(straight_of(self._feed) if isinstance(self._feed, StraightFeed) else self._offer()),
        ]
        if self._since != TAIL:
            parts.append(Content(self._since.words))
        if self._book.forgotten:
            parts.append(Content(f"{self._book.forgotten:,} older ones dropped"))
        if self._lost:
            parts.append(Content.styled(f"{self._lost:,} lost: they came too fast", "$text-warning"))
        return Content(" ── ").join(parts)

    def _offer(self) -> Iterator[Content]:
        """The other way to lines that the manager does not get."""
        keep_away = any(not each.final for each in self._obstacles.values())
        if self._missing or keep_away:
            yield offer_of([self._node_name(each) for each in self._missing])

    # ------------------------------------------------------------------------------------ reading

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
        self._painter.times = (self._painter.times + 1) % 3
        self._view.draw_anew()
        if self._book.narrowing.narrows:
            self._show_narrowed()

    # ------------------------------------------------------------------------------------ narrowing

    def action_context(self) -> None:
        if not self._book.narrowing.patterns:
            self.app.notify("No search to show hits of: / starts one.", markup=False)
            return
        self._book.narrowing.with_context = not self._book.narrowing.with_context
        self._show_narrowed()

    def searched(self, text: str, *, done: bool) -> None:
        if not done:
            self._book.narrowing.type(text)
        else:
            self._book.narrowing.keep(text)
            self.empty_search()
        self._show_narrowed()

    @on(FilterLine.Emptied)
    def _take_back(self) -> None:
        """Backspace in the empty line: the newest filter can be changed."""
        text = self._book.narrowing.drop()
        if text:
            self.fill_search(text)
        self._show_narrowed()

    def action_widen(self) -> bool:
        """Take the newest filter away, else the replica, node or service; returns whether there was one."""
        had = self._book.narrowing.drop() is not None
        if had:
            self._show_narrowed()
        return had

    def action_all(self) -> None:
        if self._book.narrowing.clear():
            self._show_narrowed()

    def action_back(self) -> None:
        if not self.clear_search() and not self.action_widen():
            super().action_back()

    def action_only(self, what: str) -> None:
        narrowing, entry = self._book.narrowing, self._view.item
        if narrowing.scope is not None and narrowing.scope.what == what:
            narrowing.scope = None
        elif entry is None or entry.line.source in REMARKS:
            self.app.notify(f"No {what} wrote this line: go to a line of the one that you want.", markup=False)
            return
        else:
            narrowing.scope = self._scope_of(what, entry)
        self._show_narrowed()

    def _scope_of(self, what: str, entry: Entry) -> Scope:
        writer = self._writers.of(entry.line.task_id)
        if what == "node":
            return Scope(what, entry.line.node_id, f"only on {self._node_name(entry.line.node_id)}")
        if what == "replica":
            return Scope(what, writer.replica, f"only {writer.replica}")
        name = next((target.name for target in self.targets if target.id == writer.of), "?")
        return Scope(what, writer.of, f"only {name}")

    def _is_in_scope(self, entry: Entry) -> bool:
        """Notices of the engine are, too: they tell what is missing."""
        line, scope = entry.line, self._book.narrowing.scope
        if scope is None or line.source in REMARKS:
            return True
        if scope.what == "node":
            return line.node_id == scope.key
        writer = self._writers.of(line.task_id)
        return (writer.replica if scope.what == "replica" else writer.of) == scope.key

    def _show_narrowed(self) -> None:
        narrowing, item = self._book.narrowing, self._view.item
        self._view.patterns = narrowing.patterns
        shown = self._book.shown()
        if self._following:
            self._read = None
        elif self._read is None:
            self._read = item
        self._view.empty_text = "no line matches" if self._book.entries and narrowing.words else "no lines yet"
        self._view.show(shown, cursor=self._book.place_of(self._read, shown))
        self.say_heading()

    # ------------------------------------------------------------------------------------ dialogs

    def action_tally(self) -> None:
        words = self._book.narrowing.filter_words
        count = lambda: tallied(self._book.in_any_scope(), self._writers)  # noqa: E731
        self.app.push_screen(TallyDialog(count, self._now, words), self._replica_chosen)

    def _replica_chosen(self, tally: Tally | None) -> None:
        if tally is not None:
            replica = tally.writer.replica
            self._book.narrowing.scope = Scope("replica", replica, f"only {replica}")
            self._show_narrowed()

    def action_since(self) -> None:
        self.app.push_screen(SinceDialog(self._since, time.time), self._since_chosen)

    def _since_chosen(self, since: Since | None) -> None:
        if since is not None:
            self._since = since
            self._open()

    def action_reconnect(self) -> None:
        if self._feed is not None:
            self._feed.reconnect()

    def action_inspect(self, raw: bool) -> None:
        """Of several the one that wrote the line under the cursor."""
        entry = self._view.item
        of = self._writers.of(entry.line.task_id).of if entry is not None else ""
        target = next((each for each in self.targets if each.id == of), self.targets[0])
        self.post_message(InspectAsked(target, raw=raw))

    def action_save(self) -> None:
        entries, names = list(self._view.items), names_of(self.targets)
        plain = re.sub(r"[^\w.-]+", "_", names) or "log"
        name = f"{plain}-{datetime.now(UTC).astimezone():%Y%m%d-%H%M%S}.log"
        what = f"the log of {names}, {len(entries):,} lines"
        self.app.push_screen(SaveDialog(what, name, lambda _: self._painter.as_file(entries)), self._saved)

    def _saved(self, path: Path | None) -> None:
        if path is not None:
            self.app.notify(f"Saved to {visible(str(path))}", markup=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is about several is not offered where there is one."""
        if action in OF_SEVERAL_TASKS and self._of_one_task:
            return False
        if action == "only" and parameters == ("service",):
            return len(self.targets) > 1
        return super().check_action(action, parameters)
