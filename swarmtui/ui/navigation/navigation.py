"""Going from one thing to another that belongs to it, and back."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from textual import on

from swarmtui.engine.polling.observation import Observation, TaskScope
from swarmtui.swarm.destinations import Destination
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_kinds import related
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.ui.findings.messages import GoAsked
from swarmtui.ui.kit.cell_updates import CellUpdateScreen
from swarmtui.ui.messages import NarrowingAsked, RelatedAsked, TaskOpened
from swarmtui.ui.navigation.jump_history import JumpHistory, Location
from swarmtui.ui.nodes.pane import NodesPane
from swarmtui.ui.panes.base_pane import Pane
from swarmtui.ui.services.pane import ServicesPane
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.tasks.pane import TasksPane

if TYPE_CHECKING:
    from swarmtui.ui.placement.screen import Spot

__all__ = ["GoingScreen"]

AnyPane = Pane[Any]


class GoingScreen(CellUpdateScreen[None]):
    """The part of the main screen that leads from object to object. A subclass makes the panes and arranges them.

    Attributes:
        trail: the way that somebody came by jumps.
    """

    _session: SwarmSession
    observation: Observation
    nodes: NodesPane
    services: ServicesPane
    tasks: TasksPane

    def __init__(self) -> None:
        super().__init__()
        self.trail = JumpHistory()
        self._came_to: TaskScope | None = None

    @property
    @abstractmethod
    def panes(self) -> Iterable[AnyPane]:
        """All panes."""

    @property
    @abstractmethod
    def current(self) -> AnyPane:
        """The pane that has, or last had, the focus."""

    @abstractmethod
    def go_to(self, pane: AnyPane) -> None:
        """Give the keys to a pane, and have it in sight."""

    @abstractmethod
    def look_at(self, *, service: Service | None = None, node: Node | None = None) -> None:
        """Show the tasks of a service, of a node, or (neither) of the whole swarm."""

    @abstractmethod
    def show_healthy(self) -> None:
        """Hide nothing because it is healthy."""

    @abstractmethod
    def show_among_others(self, task: Task, key: str) -> None:
        """Show a task among those of its service, with what was there before it.

        Args:
            key: of its row.
        """

    @on(TaskOpened)
    def _task_opened(self, event: TaskOpened) -> None:
        """Show what the task's slot went through."""
        from swarmtui.ui.tasks.slot_screen import SlotScreen

        cluster = self.observation.cluster
        if cluster is not None:
            screen = SlotScreen(
                self._session,
                cluster,
                event.task,
                tasks=lambda: self.show_among_others(event.task, event.key),
                left=lambda: self._session.look_at(self.tasks.scope),
            )
            self.app.push_screen(screen)

    @on(NarrowingAsked)
    def _narrowing_asked(self, event: NarrowingAsked) -> None:
        """Show the services of a stack, or those that use something."""
        self.trail.leave(self._spot)
        self.services.clear_filter()
        self.services.narrow(event.narrowing)
        self.go_to(self.services)

    @on(GoAsked)
    def _go_asked(self, event: GoAsked) -> None:
        self.go(event.kind, event.object_id)

    @on(RelatedAsked)
    def _related_asked(self, event: RelatedAsked) -> None:
        from swarmtui.ui.navigation.related import RelatedDialog

        cluster = self.observation.cluster
        places = related(cluster, event.item) if cluster is not None else ()
        if not places:
            self.notify("Nothing to go to from here.", markup=False)
            return
        task = event.item if isinstance(event.item, Task) else None
        name = getattr(event.item, "name", "") if task is None else cluster.task_name(task) if cluster else ""
        self.app.push_screen(RelatedDialog(name or "here", places), self._place_chosen)

    def _place_chosen(self, place: Destination | None) -> None:
        if place is not None:
            self.go(place.kind, place.id)

    def go(self, kind: Kind, object_id: str) -> None:
        """Go to an object, or (TASK) to the tasks of a node or service, or to a slot among them; escape leads back."""
        cluster = self.observation.cluster
        if cluster is None:
            return
        self.trail.leave(self._spot)
        if kind is Kind.TASK:
            owner = object_id.partition("/")[0]
            self.look_at(service=cluster.services.get(owner), node=cluster.nodes.get(owner))
            self._came_to = self.tasks.scope
            self.go_to(self.tasks)
            if owner != object_id:
                self.tasks.table.move_cursor(object_id)
        else:
            self._go_to_row(next(pane for pane in self.panes if pane.id == kind.value), object_id)

    def back_from_tasks(self) -> bool:
        """Go back to where one jumped to these tasks from; returns whether one did."""
        came, self._came_to = self._came_to, None
        spot = self.trail.back() if came == self.tasks.scope else None
        if spot is None:
            return False
        self.look_at()
        self.return_to(spot)
        return True

    def action_placement(self) -> None:
        """Show who runs where."""

        from swarmtui.ui.placement.screen import PlacementScreen

        self.app.push_screen(PlacementScreen(self._session), self._spot_chosen)

    def _spot_chosen(self, spot: Spot | None) -> None:
        """Go to the tasks of a service or a node; of a service, to the one on the node that was chosen."""
        if spot is None:
            return
        if self.current is self.tasks:
            self.tasks.clear_filter()
        if spot.kind is Kind.SERVICE:
            self.show_healthy()
        self.go(Kind.TASK, spot.id)
        rows = (row for row in self.tasks.table.rows if row.current and row.task.node_id == spot.node_id)
        if spot.kind is Kind.SERVICE and (row := next(rows, None)) is not None:
            self.tasks.table.move_cursor(row.key)

    def _go_to_row(self, pane: AnyPane, key: str | None) -> None:
        """Put the cursor on an object, whatever hides it; of a node or service, show the tasks."""
        cluster = self.observation.cluster
        if cluster is not None and pane is self.nodes:
            self.look_at(node=cluster.nodes.get(key or ""))
        elif cluster is not None and pane is self.services:
            self.look_at(service=cluster.services.get(key or ""))
        if key is not None and not pane.table.move_cursor(key):
            pane.clear_filter()
            self.show_healthy()
            if pane is self.services:
                self.services.narrow(None)
            pane.table.move_cursor(key)
        self.go_to(pane)

    @property
    def _spot(self) -> Location:
        """Where somebody is now."""
        return Location(self.current.id or "", self.current.table.cursor_key, self.services.narrowing)

    def return_to(self, spot: Location) -> None:
        if self.services.narrowing is not spot.narrowing:
            self.services.narrow(spot.narrowing)
        self._go_to_row(next(pane for pane in self.panes if pane.id == spot.pane_id), spot.key)
