"""From a key to a change: which dialog asks, and what is done with its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from swarmtui.engine.observation import Observation
from swarmtui.errors import ChangeConflict, ChangeRefused, SwarmtuiError
from swarmtui.swarm.actions import Demote, Promote, RotateJoinToken, ScaleService, SetAvailability
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects import Node, Service
from swarmtui.ui.dialogs.action import ActionDialog, ConfirmDialog
from swarmtui.ui.dialogs.availability import AvailabilityDialog
from swarmtui.ui.dialogs.conflict import ConflictDialog
from swarmtui.ui.dialogs.scale import ScaleDialog
from swarmtui.ui.dialogs.tokens import TokensDialog
from swarmtui.ui.operations import Operation, Operations
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.text import visible

if TYPE_CHECKING:
    from textual.app import App

__all__ = ["Changes"]

Opener = Callable[[Any, Observation, bool], ActionDialog]
"""Makes the dialog for an object. Raises ChangeRefused when the change makes no sense for it."""


def _scale(difference: int) -> Opener:
    def scale(service: Service, observation: Observation, read_only: bool) -> ActionDialog:
        replicas = int(ScaleService.of(service, replicas=0).seen)
        return ScaleDialog(service, replicas + difference, observation, read_only=read_only)

    return scale


def _confirm(make: Callable[[Any, Cluster | None], Action]) -> Opener:
    def confirm(item: Any, observation: Observation, read_only: bool) -> ActionDialog:
        return ConfirmDialog(make(item, observation.cluster), observation, read_only=read_only)

    return confirm


def _drain(node: Node, _: Cluster | None) -> Action:
    if node.spec.availability == "drain":
        raise ChangeRefused(f"{node.name} is drained already; a sets it back to active.")
    return SetAvailability.of(node, "drain")


OPENERS: dict[str, tuple[type[Node] | type[Service], Opener]] = {
    "service.scale": (Service, _scale(0)),
    "service.scale.more": (Service, _scale(1)),
    "service.scale.less": (Service, _scale(-1)),
    "node.availability": (Node, lambda node, seen, read_only: AvailabilityDialog(node, seen, read_only=read_only)),
    "node.drain": (Node, _confirm(_drain)),
    "node.promote": (Node, _confirm(lambda node, _: Promote.of(node))),
    "node.demote": (Node, _confirm(Demote.of)),
}
"""What can be asked for by name, on which kind of object, and the dialog for it."""


class Changes:
    """Asks by dialog, and hands what was agreed on to the session.

    Args:
        app: whose screens the dialogs are.
        session: what is changed.
        moved: called whenever an operation has got further.
    """

    def __init__(self, app: App[Any], session: SwarmSession, moved: Callable[[Operation], None]) -> None:
        self._app = app
        self._session = session
        self.operations = Operations(session, self._settle_conflict, moved)

    def ask(self, what: str, item: Node | Service | None) -> None:
        """Open the dialog for a change of an object; the object that is given is the one that will be changed."""
        if what == "swarm.tokens":
            self.show_tokens()
            return
        kind, opener = OPENERS[what]
        if not isinstance(item, kind):
            self._tell(f"There is no {kind.__name__.lower()} under the cursor.")
            return
        try:
            dialog = opener(item, self._session.observation(), self._session.read_only)
        except ChangeRefused as refusal:
            self._tell(str(refusal))
            return
        self._app.push_screen(dialog, self._agreed)

    def _agreed(self, action: Action | None) -> None:
        if action is not None:
            self._app.run_worker(self._carry_out(action), group="operations", name=action.name)

    async def _carry_out(self, action: Action) -> Operation:
        operation = await self.operations.run(action)
        for warning in operation.outcome.warnings if operation.outcome else ():
            self._tell(f"{action.title}: {warning}")
        return operation

    async def _settle_conflict(self, action: Action, conflict: ChangeConflict) -> bool:
        return await self._app.push_screen_wait(ConflictDialog(action, conflict))

    # ------------------------------------------------------------------------------------ join tokens

    def show_tokens(self) -> None:
        """Open the dialog with the join tokens, and ask the swarm for them."""
        dialog = TokensDialog()
        self._app.push_screen(dialog, self._tokens_closed)
        self._app.run_worker(self._fetch_tokens(dialog), group="tokens", exclusive=True)

    async def _fetch_tokens(self, dialog: TokensDialog) -> None:
        try:
            tokens = await asyncio.wrap_future(self._session.join_tokens())
        except SwarmtuiError as error:
            dialog.show_error(error)
        else:
            dialog.show_tokens(tokens)

    def _tokens_closed(self, role: str | None) -> None:
        if role is None:
            return
        observation = self._session.observation()
        swarm = observation.cluster.swarm if observation.cluster else None
        if swarm is None:
            self._tell("The swarm itself is not known yet; try again in a moment.")
            return
        dialog = ConfirmDialog(RotateJoinToken.of(swarm, role), observation, read_only=self._session.read_only)
        self._app.push_screen(dialog, self._rotation_agreed)

    def _rotation_agreed(self, action: Action | None) -> None:
        if action is None:
            self.show_tokens()
        else:
            self._app.run_worker(self._rotate(action), group="operations", name=action.name)

    async def _rotate(self, action: Action) -> None:
        operation = await self._carry_out(action)
        if operation.outcome is not None and not self._app.screen.is_modal:
            self.show_tokens()

    def _tell(self, text: str) -> None:
        self._app.notify(visible(text), severity="warning", markup=False)
