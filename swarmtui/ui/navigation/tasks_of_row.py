"""Whose tasks are shown: those of the row under the cursor in the list of nodes or services."""

from __future__ import annotations

from abc import abstractmethod

from textual import on
from textual.widget import Widget

from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.ui.messages import CursorPassed, NodeSelected, ServiceSelected
from swarmtui.ui.navigation.navigation import GoingScreen
from swarmtui.ui.panes.view import View

__all__ = ["TasksOfRowScreen"]


class TasksOfRowScreen(GoingScreen):
    """The part of the main screen that has the tasks follow the cursor.

    Whose tasks they are changes with the cursor; their rows are drawn in the frame after the cursor's, once for all
    keys that came until then. Until then the rows are another's, so no key may act on them: `catch_up` has come before
    a pane gets the focus, and before any action but those that move a cursor (`SwarmApp.run_action`).
    """

    def __init__(self) -> None:
        super().__init__()
        self._opened_from: tuple[Node | None, str] | None = None
        self._behind = False
        """Whether the rows of the tasks are still those of another row than the cursor's."""

    @abstractmethod
    def _view(self) -> View | None:
        """What is shown now; None before anything is known."""

    @abstractmethod
    def _show_tabs(self) -> None:
        """Have the tabs say what is shown."""

    @on(NodeSelected)
    def _node_selected(self, event: NodeSelected) -> None:
        self._follow(node=event.node)
        if event.enter:
            self.go_to(self.tasks)

    @on(ServiceSelected)
    def _service_selected(self, event: ServiceSelected) -> None:
        self._follow(service=event.service)
        if event.enter:
            self.go_to(self.tasks)

    @on(CursorPassed)
    def _cursor_passed(self, event: CursorPassed) -> None:
        """The tasks are those of the row under the cursor of the pane that one is in, however it came there.

        They stay while one is in another pane; and those of all stay until somebody chooses rows.
        """
        is_node = isinstance(event.item, Node)
        if self.current is not (self.nodes if is_node else self.services):
            return
        if event.filtered or not self.tasks.shows_all:
            self._follow(
                service=event.item if isinstance(event.item, Service) else None,
                node=event.item if isinstance(event.item, Node) else None,
            )

    def show_among_others(self, task: Task, key: str) -> None:
        cluster = self.observation.cluster
        service = cluster.services.get(task.service_id) if cluster is not None else None
        if cluster is not None and service is not None and self.tasks.scope.service_id != service.id:
            node = cluster.nodes.get(self.tasks.scope.node_id)
            self.look_at(service=service)
            self._opened_from = (node, key)
            self.tasks.table.move_cursor(key)

    def look_at(self, *, service: Service | None = None, node: Node | None = None) -> None:
        """Show the tasks of a service, of a node, or (neither) of the whole swarm."""
        self._turn_to(service, node)
        self.catch_up()

    def _follow(self, *, service: Service | None = None, node: Node | None = None) -> None:
        """The same, once the cursor has been drawn."""
        was_behind = self._behind
        self._turn_to(service, node)
        if not was_behind:
            self.call_after_refresh(self.catch_up)

    def _turn_to(self, service: Service | None, node: Node | None) -> None:
        self._opened_from = None
        self._behind = True
        self.tasks.look_at(service=service, node=node)
        self._session.look_at(self.tasks.scope)

    def catch_up(self) -> None:
        """Show the rows of the tasks that the cursor has gone to: something may be done with them."""
        if not self._behind or not self.is_attached:
            return
        view = self._view()
        if view is not None:
            self._behind = False
            self.tasks.show(view)
            self._show_tabs()

    def set_focus(self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False) -> None:
        self.catch_up()
        super().set_focus(widget, scroll_visible, from_app_focus)

    def _take_owner_of_tasks(self) -> None:
        """Who works on the tasks of a node or service works on that one."""
        scope = self.tasks.scope
        for pane, key in ((self.services, scope.service_id), (self.nodes, scope.node_id)):
            if key and pane.table.cursor_key == key:
                pane.table.take()
