"""The main screen: nodes, services and tasks at once; folded to one at a time where there is little room."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Horizontal
from textual.widgets import Footer

from swarmtui.engine.observation import ConnectionStatus, Observation
from swarmtui.swarm.objects import Node, Service
from swarmtui.ui.membership import MEMBERSHIP, may_ask
from swarmtui.ui.messages import ChangeAsked, Narrowed, NodeSelected, ServiceSelected, TaskOpened
from swarmtui.ui.operations import Operation, Operations
from swarmtui.ui.panes.header import StatusHeader
from swarmtui.ui.panes.networks import NetworksPane
from swarmtui.ui.panes.nodes import NodesPane
from swarmtui.ui.panes.notices import ActivityLine, Banner, TroublePanel
from swarmtui.ui.panes.pane import Pane
from swarmtui.ui.panes.services import ServicesPane
from swarmtui.ui.panes.stacks import StacksPane
from swarmtui.ui.panes.stored import ConfigsPane, SecretsPane
from swarmtui.ui.panes.swarm import SwarmPane
from swarmtui.ui.panes.tab_line import TabLine
from swarmtui.ui.panes.tasks import TasksPane
from swarmtui.ui.panes.view import View
from swarmtui.ui.screens.going import GoingScreen
from swarmtui.ui.session import SwarmSession

__all__ = ["TICK", "MainScreen"]

AnyPane = Pane[Any]

FOLD_WIDTH, FOLD_HEIGHT = 100, 28
"""Below this many columns or rows the panes become tabs."""

PANE_ACTIONS = frozenset({"next_pane", "pane", "zoom", "unhealthy", "back"})

TABS_HEIGHT = 32
"""Rows from which on the tabs are worth a line even while three panes are shown together."""

TICK = 1.0
"""Seconds between two looks at the clock, for ages and freshness."""


class MainScreen(GoingScreen):
    """Shows the newest observation; the app tells it of each with `observe`.

    Args:
        session: what is shown.
        operations: the changes under way.
        elsewhere: whether the user can choose another swarm.
    """

    AUTO_FOCUS = ""

    BINDINGS: ClassVar = [
        Binding("tab", "next_pane(1)", "Next pane", show=False, id="pane.next", tooltip="Go to the next pane"),
        Binding(
            "shift+tab",
            "next_pane(-1)",
            "Previous pane",
            show=False,
            id="pane.previous",
            tooltip="Go to the pane before",
        ),
        Binding("1", "pane('nodes')", "Nodes", show=False, id="pane.nodes", tooltip="Go to the nodes"),
        Binding("2", "pane('services')", "Services", show=False, id="pane.services", tooltip="Go to the services"),
        Binding("3", "pane('tasks')", "Tasks", show=False, id="pane.tasks", tooltip="Go to the tasks"),
        Binding("4", "pane('stacks')", "Stacks", show=False, id="pane.stacks", tooltip="Go to the stacks"),
        Binding("5", "pane('secrets')", "Secrets", show=False, id="pane.secrets", tooltip="Go to the secrets"),
        Binding("6", "pane('configs')", "Configs", show=False, id="pane.configs", tooltip="Go to the configs"),
        Binding("7", "pane('networks')", "Networks", show=False, id="pane.networks", tooltip="Go to the networks"),
        Binding("8", "pane('swarm')", "Swarm", show=False, id="pane.swarm", tooltip="Go to the swarm's own settings"),
        Binding("I", "ask('swarm.init')", "Init", id="swarm.init", tooltip="Make a swarm on this engine"),
        Binding("J", "ask('swarm.join')", "Join", id="swarm.join", tooltip="Let this engine join a swarm"),
        Binding("K", "ask('swarm.unlock')", "Unlock", id="swarm.unlock", tooltip="Unlock this manager with the key"),
        Binding("Q", "ask('swarm.recover')", "Quorum", id="swarm.recover", tooltip="How a swarm gets its quorum back"),
        Binding("W", "ask('swarm.leave')", "Leave", id="swarm.leave", tooltip="Let this engine leave its swarm"),
        Binding("z", "zoom", "Zoom", show=False, id="pane.zoom", tooltip="Show the focused pane alone, or all again"),
        Binding(
            "Z",
            "unhealthy",
            "Only unhealthy",
            show=False,
            id="view.unhealthy",
            tooltip="Show only what is unhealthy, in every pane",
        ),
        Binding(
            "escape",
            "back",
            "Back",
            show=False,
            id="view.back",
            tooltip="Clear the filter or the marks, leave the zoom, go back where one came from, or show all again",
        ),
    ]

    def __init__(self, session: SwarmSession, operations: Operations, *, elsewhere: bool = False) -> None:
        super().__init__()
        self._session = session
        self._operations = operations
        self.observation = Observation()
        self._header = StatusHeader(session.endpoint, read_only=session.read_only)
        self._banner = Banner(id="banner")
        self._trouble = TroublePanel(id="trouble", elsewhere=elsewhere)
        self._tabs = TabLine()
        self._activity = ActivityLine(id="activity")
        self.nodes = NodesPane()
        self.services = ServicesPane()
        self.tasks = TasksPane()
        self.stacks = StacksPane()
        self.secrets = SecretsPane()
        self.configs = ConfigsPane()
        self.networks = NetworksPane()
        self.swarm = SwarmPane()
        self._together: tuple[AnyPane, ...] = (self.nodes, self.services, self.tasks)
        self._panes: tuple[AnyPane, ...] = (
            *self._together,
            self.stacks,
            self.secrets,
            self.configs,
            self.networks,
            self.swarm,
        )
        self._current: AnyPane = self.services
        self._zoomed = False
        self._folded = False
        self._opened_from: tuple[Node | None, str] | None = None
        self._offered: list[str] = []

    def compose(self) -> ComposeResult:
        yield self._header
        yield self._banner
        yield self._trouble
        yield self._tabs
        with Container(id="panes"):
            with Horizontal(id="upper"):
                yield self.nodes
                yield self.services
            yield from self._panes[2:]
        yield self._activity
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one("#panes").display = False
        self._arrange()
        self.set_interval(TICK, self._tick)
        self.call_after_refresh(lambda: self.observe(self.observation))

    # ------------------------------------------------------------------------------------ what is known

    def observe(self, observation: Observation) -> None:
        """Show the newest that is known."""
        self.observation = observation
        if self.is_mounted:
            self._show_connection()
            self._show_panes()
            self._show_activity()

    def _show_connection(self) -> None:
        now = time.monotonic()
        self._header.show(self.observation, now)
        self._banner.show(self.observation)
        nothing_yet = self.observation.cluster is None
        if nothing_yet:
            self._trouble.show(self._session.endpoint, self.observation, now)
        if self._trouble.display != nothing_yet or self.query_one("#panes").display == nothing_yet:
            self._trouble.display = nothing_yet
            self.query_one("#panes").display = not nothing_yet
            self._arrange()
            self.set_focus(None if nothing_yet else self._current.table)  # a table out of sight must not take keys
            self.refresh_bindings()
        offered = [what for what in MEMBERSHIP if may_ask(what, self.observation)]
        if offered != self._offered:
            self._offered = offered
            self.refresh_bindings()

    def _show_panes(self) -> None:
        view = self._view()
        if view is not None:
            for pane in self._panes:
                pane.show(view)
            self._show_tabs()

    def _view(self) -> View | None:
        cluster = self.observation.cluster
        if cluster is None:
            return None
        connection = self.observation.connection
        now = time.time() + connection.clock_offset
        return View(cluster, now, greyed=not _fresh(connection))

    def _show_activity(self) -> None:
        phase = self.observation.connection.phase(time.monotonic())
        self._activity.show(self._operations.newest, self._operations.others_under_way, phase=phase)

    def operation_moved(self, _: Operation) -> None:
        """An operation has got further."""
        if self.is_mounted:
            self._show_activity()

    def _tick(self) -> None:
        """Time has passed: ages, freshness and the next try move on.

        The session tells of news only; that all is as it was, and how fresh that is, is asked here.
        """
        self.observation = self._session.observation()
        self._show_connection()
        view = self._view()
        if view is not None:
            for pane in self._panes:
                pane.tick(view)
        self._show_activity()

    # ------------------------------------------------------------------------------------ panes

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While there are no panes their keys do nothing; nor do those for troubles that are not there."""
        if action == "ask":
            return may_ask(str(parameters[0]), self.observation)
        return action not in PANE_ACTIONS or self.observation.cluster is not None

    def on_resize(self, event: events.Resize) -> None:
        self._folded = event.size.width < FOLD_WIDTH or event.size.height < FOLD_HEIGHT
        self._arrange()
        self._show_connection()

    @property
    def _alone(self) -> bool:
        """Whether the current pane is shown alone: for want of room, by wish, or since it is not one of the three."""
        return self._folded or self._zoomed or self._current not in self._together

    def _arrange(self) -> None:
        """Show the three panes together, or the current one alone."""
        alone = self._alone
        for pane in self._panes:
            pane.display = pane is self._current if alone else pane in self._together
        self.query_one("#upper").display = self.nodes.display or self.services.display
        self._tabs.display = (alone or self.size.height >= TABS_HEIGHT) and self.observation.cluster is not None
        self.set_class(alone, "-alone")
        self._show_tabs()

    @on(Narrowed)
    def _show_tabs(self) -> None:
        """The tabs; and, where the pane has no border to say it, what narrows its rows."""
        if self._tabs.display:
            self._tabs.show(self._panes, self._current, narrowed=self._current.narrowed if self._alone else "")

    @on(TabLine.Chosen)
    def _tab_chosen(self, event: TabLine.Chosen) -> None:
        self.action_pane(event.pane_id)

    def go_to(self, pane: AnyPane) -> None:
        """Give the keys to a pane, and have it in sight."""
        self._current = pane
        self._arrange()
        pane.table.focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        for pane in self._panes:
            if pane is not self._current and pane in event.widget.ancestors_with_self:
                self._current = pane
                self._arrange()

    def action_ask(self, what: str) -> None:
        """Ask for a change of the engine's place in a swarm."""
        self.post_message(ChangeAsked(what, None))

    def action_pane(self, name: str) -> None:
        self.trail.forget()
        self.go_to(next(pane for pane in self._panes if pane.id == name))

    def action_next_pane(self, step: int) -> None:
        self.trail.forget()
        ring = self._together if self._current in self._together else self._panes
        self.go_to(ring[(ring.index(self._current) + step) % len(ring)])

    def action_zoom(self) -> None:
        self._zoomed = not self._zoomed
        self._arrange()
        self._current.table.focus()

    def action_unhealthy(self) -> None:
        only = not self._current.only_unhealthy
        for pane in self._panes:
            pane.only_unhealthy = only
        self._show_panes()

    def action_back(self) -> None:
        """The nearest thing that can be undone of how the screen looks."""
        if self._current.clear_filter() or self._current.clear_marks():
            return
        if self._current.only_unhealthy:
            self.action_unhealthy()
        elif self._zoomed:
            self.action_zoom()
        elif self._current is self.tasks and not self.tasks.shows_all:
            self._leave_scope()
        elif (spot := self.trail.back()) is not None:
            self.return_to(spot)
        elif self._current is self.services and self.services.narrowing is not None:
            self.services.narrow(None)
            self._show_tabs()
        elif self._current not in self._together:
            self.go_to(self.services)
        elif not self.tasks.shows_all:
            self._leave_scope()
        else:
            self._operations.forget_ended()
            self._show_activity()

    def _leave_scope(self) -> None:
        """Back to all tasks, and to the pane that the scope was chosen in; or to where a task was opened from."""
        if self._opened_from is not None:
            node, task_id = self._opened_from
            self.look_at(node=node)
            self.tasks.table.move_cursor(task_id)
            return
        origin: AnyPane = self.nodes if self.tasks.scope.node_id else self.services
        self.look_at()
        if self._current is self.tasks:
            self.go_to(origin)

    # ------------------------------------------------------------------------------------ whose tasks

    @on(NodeSelected)
    def _node_selected(self, event: NodeSelected) -> None:
        self.look_at(node=event.node)
        if event.enter:
            self.go_to(self.tasks)

    @on(ServiceSelected)
    def _service_selected(self, event: ServiceSelected) -> None:
        self.look_at(service=event.service)
        if event.enter:
            self.go_to(self.tasks)

    @on(TaskOpened)
    def _task_opened(self, event: TaskOpened) -> None:
        """Show the task among those of its service, with what was there before it."""
        cluster = self.observation.cluster
        service = cluster.services.get(event.task.service_id) if cluster is not None else None
        if cluster is not None and service is not None:
            node = cluster.nodes.get(self.tasks.scope.node_id)
            self.look_at(service=service)
            self._opened_from = (node, event.task.id)
            self.tasks.table.move_cursor(event.task.id)

    def look_at(self, *, service: Service | None = None, node: Node | None = None) -> None:
        """Show the tasks of a service, of a node, or (neither) of the whole swarm."""
        self._opened_from = None
        self.tasks.look_at(service=service, node=node)
        self._session.look_at(self.tasks.scope)
        view = self._view()
        if view is not None:
            self.tasks.show(view)
            self._show_tabs()

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
        return self._current

    @property
    def panes(self) -> Iterable[AnyPane]:
        return self._panes


def _fresh(connection: ConnectionStatus) -> bool:
    return connection.error is None and connection.age(time.monotonic()) is not None and not _overdue(connection)


def _overdue(connection: ConnectionStatus) -> bool:
    old = connection.age(time.monotonic())
    return old is None or old > connection.overdue_after
