"""The main screen: nodes, services and tasks at once; folded to one at a time where there is little room."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult

from swarmtui.engine.polling.observation import Observation, Phase
from swarmtui.swarm.diagnosis.diagnosis import Diagnosis
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.ui.changes.operation import Operation
from swarmtui.ui.changes.operations import Operations
from swarmtui.ui.commands.command import Command
from swarmtui.ui.commands.registry import COMMANDS
from swarmtui.ui.kit.key_line import KeyLine
from swarmtui.ui.membership.commands import ENGINE_COMMANDS
from swarmtui.ui.messages import ChangeAsked, Narrowed
from swarmtui.ui.navigation.tasks_of_row import TasksOfRowScreen
from swarmtui.ui.panes.view import View
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.shell.header import StatusHeader
from swarmtui.ui.shell.main_keys import MAIN_KEYS
from swarmtui.ui.shell.notices import ActivityLine, Banner, TroublePanel, why_unfollowed
from swarmtui.ui.shell.pane_area import AnyPane, PaneArea
from swarmtui.ui.shell.tab_line import TabLine
from swarmtui.ui.stats.figures_screen import FiguresScreen
from swarmtui.ui.timeline.recalling import RecallingScreen

__all__ = ["TICK", "MainScreen"]

FOLD_WIDTH, FOLD_HEIGHT = 100, 28
"""Below this many columns or rows the panes become tabs."""

PANE_ACTIONS = frozenset({"next_pane", "pane", "zoom", "unhealthy", "back", "placement"})

TABS_HEIGHT = 32
"""Rows from which on the tabs are worth a line even while three panes are shown together."""

TICK = 1.0
"""Seconds between two looks at the clock, for ages and freshness."""

FIRST_LOOK = 0.15
"""Seconds from the first sight of a swarm to the first look for what is wrong: until then the rules can be loaded."""

LOOK, LOOK_ON = 0.015, 0.05
"""Seconds that a look for what is wrong may take at a time, and until it goes on where that was not enough."""


class MainScreen(RecallingScreen, FiguresScreen, TasksOfRowScreen):
    """Shows the newest observation; the app tells it of each with `observe`.

    Args:
        session: what is shown.
        operations: the changes under way.
        elsewhere: whether the user can choose another swarm.
    """

    AUTO_FOCUS = ""

    BINDINGS: ClassVar = MAIN_KEYS

    def __init__(self, session: SwarmSession, operations: Operations, *, elsewhere: bool = False) -> None:
        super().__init__()
        self._session = session
        self._operations = operations
        self.observation = session.observation()
        self._header = StatusHeader(session.endpoint, session.nodes.forwards)
        self._banner = Banner(id="banner")
        self._trouble = TroublePanel(id="trouble", elsewhere=elsewhere)
        self._tabs = TabLine()
        self._activity = ActivityLine(id="activity")
        self._area = PaneArea()
        self._diagnosis = Diagnosis()
        self.nodes, self.services, self.tasks = self._area.nodes, self._area.services, self._area.tasks
        self._offered: list[Command] = []
        self._begun = self._looks = False

    def compose(self) -> ComposeResult:
        yield self._header
        yield self._banner
        yield self._trouble
        yield self._away
        yield self._tabs
        yield self._area
        yield self._activity
        yield KeyLine()

    def on_mount(self) -> None:
        self._area.display = False
        self._arrange()
        self.set_interval(TICK, self._tick)
        self.observation = self._session.observation()
        self._show()  # in the first frame, where the engine was quicker than the screen

    # ------------------------------------------------------------------------------------ what is known

    def observe(self, observation: Observation) -> None:
        """Show the newest that is known."""
        self.observation = observation
        if self.is_mounted:
            self._show()

    def _show(self) -> None:
        self._look()
        if not self._begun and self.observation.cluster is not None:
            self._begun = True
            self.call_after_refresh(self._stands)
        self._show_connection()
        self._show_panes()
        self._show_activity()

    def _stands(self) -> None:
        """The swarm is on the screen: now what that did not need."""
        self.set_timer(FIRST_LOOK, self._look_on)
        self._add_panes()

    def _add_panes(self) -> None:
        if self.is_attached and self._area.add_next():
            self.call_after_refresh(self._add_panes)

    def _look(self) -> None:
        """Find out what is wrong, for no longer than a frame may take; what is left is looked at soon after.

        Not before the swarm is on the screen: that does not need it.
        """
        view = self._view() if self._looks else None
        if view is None or view.greyed:
            return
        changed = self._diagnosis.advance(view.cluster, view.now, within=LOOK)
        if not self._diagnosis.complete:
            self.set_timer(LOOK_ON, self._look_on)
        elif changed:
            self._area.show_findings(view)
            self._show_tabs()

    def _look_on(self) -> None:
        is_first, self._looks = not self._looks, True
        self._look()
        self._show_connection()
        if is_first:
            self._show_panes()
        view = self._view()
        if view is not None and self._diagnosis.complete:
            self._area.show_findings(view)

    def _show_connection(self) -> None:
        now = time.monotonic()
        if self._header.show(self.observation, now, self._diagnosis.count()):
            self._area.look_again()
        self._banner.show(self.observation)
        nothing_yet = self.observation.cluster is None
        if nothing_yet:
            self._trouble.show(self._session.endpoint, self.observation, now)
        if self._trouble.display != nothing_yet or self._area.display == nothing_yet:
            self._trouble.display = nothing_yet
            self._area.display = not nothing_yet
            self._arrange()
            self.set_focus(None if nothing_yet else self._area.current.table)  # a table out of sight must not take keys
            self.refresh_bindings()
        offered = [command for command in ENGINE_COMMANDS if command.works(self.observation)]
        if offered != self._offered:
            self._offered = offered
            self.refresh_bindings()

    def _show_panes(self) -> None:
        view = self._view()
        if view is not None:
            self._area.show(view)
            self._show_tabs()

    def _view(self) -> View | None:
        cluster = self.observation.cluster
        if cluster is None:
            return None
        connection = self.observation.connection
        now = time.time() + connection.clock_offset
        greyed = connection.phase(time.monotonic()) is not Phase.LIVE
        return View(cluster, now, greyed, self.live_figures(cluster), self._diagnosis, self._session.timeline)

    def _show_activity(self) -> None:
        unfollowed = why_unfollowed(self.observation.connection, time.monotonic())
        self._activity.show(self._operations.shown, unfollowed=unfollowed, now=self._operations.clock())

    def operation_moved(self, _: Operation) -> None:
        """An operation has got further."""
        if self.is_mounted:
            self._show_activity()

    def _tick(self) -> None:
        """Time has passed: ages, freshness and the next try move on. The session tells of news only."""
        self.observation = self._session.observation()
        self._look()
        self._show_connection()
        self.look_at_figures()
        view = self._view()
        if view is not None:
            self._area.tick(view)
        self._show_activity()

    # ------------------------------------------------------------------------------------ panes

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While there are no panes their keys do nothing; nor do those for troubles that are not there."""
        if action == "ask":
            return COMMANDS[str(parameters[0])].works(self.observation)
        return action not in PANE_ACTIONS or self.observation.cluster is not None

    def on_resize(self, event: events.Resize) -> None:
        self._area.folded = event.size.width < FOLD_WIDTH or event.size.height < FOLD_HEIGHT
        self._arrange()
        self._show_connection()

    def _arrange(self) -> None:
        """Have those panes in sight that belong there, and the tabs where there is room for them."""
        area = self._area
        area.rearrange()
        self._tabs.display = (area.is_alone or self.size.height >= TABS_HEIGHT) and self.observation.cluster is not None
        self.set_class(area.is_alone, "-alone")
        self._show_tabs()

    @on(Narrowed)
    def _show_tabs(self) -> None:
        """The tabs; and, where the pane has no border to say it, what narrows its rows."""
        if self._tabs.display:
            area = self._area
            self._tabs.show(area.panes, area.current, narrowed=area.current.narrowed if area.is_alone else "")

    @on(TabLine.Chosen)
    def _tab_chosen(self, event: TabLine.Chosen) -> None:
        self.action_pane(event.pane_id)

    def go_to(self, pane: AnyPane) -> None:
        """Give the keys to a pane, and have it in sight."""
        if not self._area.has(pane):
            pane.call_later(self.call_later, self.go_to, pane)  # it comes to that once it is mounted
            return
        self._area.current = pane
        self._arrange()
        pane.table.focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        pane = self._area.holding(event.widget)
        if pane is not None and pane is not self._area.current:
            self._area.current = pane
            self._arrange()
        if self._area.current is self.tasks:
            self._take_owner_of_tasks()

    def on_descendant_blur(self) -> None:
        self.call_after_refresh(self._keep_focus)

    def _keep_focus(self) -> None:
        """Have the keys in the current pane. In the first moments its table may count as hidden while it is laid out
        anew, and Textual takes the focus from what is hidden.
        """
        if self.focused is None and self._area.display and self._area.current.table.focusable:
            self._area.current.table.focus()

    def action_ask(self, what: str) -> None:
        """Ask for a change of the engine's place in a swarm."""
        self.post_message(ChangeAsked(what, None))

    def action_pane(self, name: str) -> None:
        self.trail.forget()
        self._area.carry_over(name)
        self.open(self._area.named(name))

    def action_next_pane(self, step: int) -> None:
        self.trail.forget()
        self.go_to(self._area.beside(step))

    def action_zoom(self) -> None:
        self._area.zoomed = not self._area.zoomed
        self._arrange()
        self._area.current.table.focus()

    def action_unhealthy(self) -> None:
        self._area.turn_unhealthy()
        self._show_panes()

    def show_healthy(self) -> None:
        if self._area.show_healthy():
            self._show_panes()

    def action_back(self) -> None:
        """The nearest thing that can be undone of how the screen looks."""
        current = self._area.current
        if current.clear_filter() or current.clear_marks():
            return
        if self._area.settle_unhealthy():
            self._show_panes()
        elif self._area.zoomed:
            self.action_zoom()
        elif current is self.tasks and not self.tasks.shows_all:
            self._leave_scope()
        elif (spot := self.trail.back()) is not None:
            self.return_to(spot)
        elif current is self.services and self.services.narrowing is not None:
            self.services.narrow(None)
            self._show_tabs()
        elif not self._area.is_together:
            self.go_to(self.services)
        elif not self.tasks.shows_all:
            self._leave_scope()
        else:
            self._operations.dismiss_ended()
            self._show_activity()

    def _leave_scope(self) -> None:
        """Back to where a task was opened from, or one has jumped from; else to all tasks, and to the pane that the
        scope was chosen in."""
        if self._opened_from is not None:
            node, row = self._opened_from
            self.look_at(node=node)
            self.tasks.table.move_cursor(row)
        elif self._area.current is not self.tasks or not self.back_from_tasks():
            origin: AnyPane = self.nodes if self.tasks.scope.node_id else self.services
            self.look_at()
            if self._area.current is self.tasks:
                self.go_to(origin)

    # ------------------------------------------------------------------------------------ what actions are about

    @property
    def node(self) -> Node | None:
        """The node that a node action is about: the one under the cursor of its pane."""
        return self.nodes.item

    @property
    def service(self) -> Service | None:
        """The service under the cursor of its pane."""
        return self.services.item

    @property
    def current(self) -> AnyPane:
        """The pane that has, or last had, the focus."""
        return self._area.current

    @property
    def panes(self) -> Iterable[AnyPane]:
        return self._area.panes
