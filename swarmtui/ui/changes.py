"""From a key to a change: which dialog asks, and what is done with its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from swarmtui.errors import ChangeConflict, ChangeRefused, SwarmtuiError
from swarmtui.swarm.actions import RotateJoinToken
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.kinds import Kind
from swarmtui.ui.dialogs.action import ConfirmDialog
from swarmtui.ui.dialogs.conflict import ConflictDialog
from swarmtui.ui.dialogs.tokens import TokensDialog
from swarmtui.ui.openers import OPENINGS, Ground, Opening
from swarmtui.ui.operations import Operation, Operations
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.text import visible

if TYPE_CHECKING:
    from textual.app import App

__all__ = ["Changes"]


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

    def ask(self, what: str, item: object) -> None:
        """Open the dialog for a change of an object; the object that is given is the one that will be changed."""
        if what == "swarm.tokens":
            self.show_tokens()
            return
        opening = OPENINGS[what]
        if opening.about is not None and not isinstance(item, opening.about):
            self._tell(f"There is no {opening.about.__name__.lower()} under the cursor.")
        elif opening.raw is None:
            self._open(opening, item, self._ground())
        else:
            self._app.run_worker(self._ask_with_raw(opening, opening.raw, item), group="asking", exclusive=True)

    async def _ask_with_raw(self, opening: Opening, kind: Kind, item: Any) -> None:
        """Ask for the object as it is now, and open the dialog upon that."""
        screen = self._app.screen
        try:
            raw = await asyncio.wrap_future(self._session.inspect(kind, item.id))
        except SwarmtuiError as error:
            self._tell(str(error))
        else:
            if self._app.screen is screen:  # the user has not gone elsewhere meanwhile
                self._open(opening, item, replace(self._ground(), raw=raw))

    def _ground(self) -> Ground:
        return Ground(self._session.observation(), self._session.read_only)

    def _open(self, opening: Opening, item: object, ground: Ground) -> None:
        try:
            dialog = opening.dialog(item, ground)
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
