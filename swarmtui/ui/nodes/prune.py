"""Prune a node: what nothing uses there is looked for first, and shown name by name; then one sort of it is removed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from textual import on, work
from textual.widget import Widget

from swarmtui.engine.nodes.awaited import Awaited
from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import ChangeRefused, NotPossible, SwarmtuiError
from swarmtui.swarm.actions.action import Action, Target
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.nodes.prune import SORTS, Found, PruneNode, found_on
from swarmtui.swarm.objects.node import Node
from swarmtui.ui.changes.action_dialog import ActionDialog
from swarmtui.ui.kit.forms.choice import Choice
from swarmtui.ui.session import SwarmSession

__all__ = ["PruneDialog"]


class PruneDialog(ActionDialog):
    """Asks which sort of unused things should go. Volumes are never what is chosen at first.

    Args:
        session: asked for what lies on the node.
    """

    FIRST_FOCUS: ClassVar = "#choices"

    def __init__(self, node: Node, observation: Observation, session: SwarmSession) -> None:
        super().__init__(observation)
        self._node = node
        self._session = session
        self._sort = next(iter(SORTS))
        self._found: Mapping[str, Found] | None = None
        self._trouble: SwarmtuiError = ChangeRefused(
            f"Measuring the disk use of {node.name}, which may take minutes … esc gives up."
        )
        self._pending: Awaited[Any] | None = None

    @property
    def heading(self) -> str:
        return f"Prune {self._node.name}"

    @property
    def target(self) -> Target:
        return Target.of(self._node)

    @property
    def verb(self) -> str:
        return f"Prune {self._node.name}"

    @property
    def waits(self) -> bool:
        return self._pending is not None

    def compose_choice(self) -> Iterable[Widget]:
        yield Choice(SORTS, self._sort, id="choices")

    def on_mount(self) -> None:
        super().on_mount()
        self._look()

    def on_unmount(self) -> None:
        if self._pending is not None:
            self._pending.give_up()

    def action(self) -> Action:
        if self._found is None:
            raise NotPossible(self._trouble.message, self._trouble.remedy)
        return PruneNode.of(self._node, self._sort, self._found[self._sort])

    @work(exclusive=True)
    async def _look(self) -> None:
        """Find out what lies there."""
        self._pending = self._session.nodes.ask(self._node, "/system/df", slow=True)
        try:
            df = await asyncio.wrap_future(self._pending.future)
        except SwarmtuiError as error:
            self._trouble = error
        else:
            self._found = found_on(df, self._observation.cluster or Cluster())
        finally:
            if self._pending.future.done():
                self._pending = None
        self.show_action()
        self._offered = self._as_it_stands()  # Enter alone removes nothing

    @on(Choice.Changed)
    def _choose(self, event: Choice.Changed) -> None:
        self._sort = event.value
        self.show_action()

    @on(Choice.Accepted)
    def _go_on(self) -> None:
        self.focus_confirm()
