"""Undoing: from the key to the dialog that asks whether the last change is to be put back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from swarmtui.errors import ObjectNotFound, SwarmtuiError
from swarmtui.swarm.actions.action import Action
from swarmtui.ui.changes.operations import Operations
from swarmtui.ui.changes.undo import Change, Examination, Raw, examine
from swarmtui.ui.session import SwarmSession

if TYPE_CHECKING:
    from textual.app import App

__all__ = ["Undoing"]


class Undoing:
    """Finds the newest change that can be put back, and asks.

    Args:
        app: whose screens the dialogs are.
        session: where the objects are looked at.
        operations: whose history it is.
        tell: says a sentence to the user.
        agreed: carries out what the user has said yes to.
    """

    def __init__(
        self,
        app: App[Any],
        session: SwarmSession,
        operations: Operations,
        tell: Callable[[str], None],
        agreed: Callable[[Change, tuple[Action, ...]], None],
    ) -> None:
        self._app = app
        self._session = session
        self._operations = operations
        self._tell = tell
        self._agreed = agreed

    async def ask(self) -> None:
        """Ask whether to put the last change back; where that cannot be, whether to look at an older one."""
        screen, now = self._app.screen, self._operations.clock
        changes = self._operations.history.newest_first
        if not changes:
            self._tell("Nothing to undo: no change was made here, or all are undone.")
            return
        if (busy := next((each for each in changes if each.being_undone), None)) is not None:
            self._tell(f"{busy.title}: it is being undone now.")
            return
        reasons = list[str]()
        try:
            for change in changes:
                found = await self._examined(change)
                if self._app.screen is not screen:  # the user has gone elsewhere meanwhile
                    return
                if found.undoing:
                    break
                reasons.append(". ".join([change.told(now()), " ".join(found.reasons)]).strip())
            else:
                self._tell(f"The last change cannot be undone: {reasons[0]}")
                return
        except SwarmtuiError as error:
            self._tell(f"Undo: {error}")
            return
        if not reasons:
            self._open(found)
        else:
            from swarmtui.ui.changes.undo_dialogs import OlderUndoDialog

            dialog = OlderUndoDialog(reasons, change.told(now()))
            self._app.push_screen(dialog, lambda yes: self._open(found) if yes else None)

    async def _examined(self, change: Change) -> Examination:
        """The change, held against its objects as the engine has them now."""
        asked = {each.id: asyncio.wrap_future(self._session.inspect(each.kind, each.id)) for each in change.targets}
        answers = await asyncio.gather(*asked.values(), return_exceptions=True)
        found = dict[str, Raw | None]()
        for object_id, answer in zip(asked, answers, strict=True):
            if isinstance(answer, BaseException) and not isinstance(answer, ObjectNotFound):
                raise answer
            found[object_id] = None if isinstance(answer, BaseException) else answer
        return examine(change, found)

    def _open(self, found: Examination) -> None:
        from swarmtui.ui.changes.undo_dialogs import UndoDialog, UndoManyDialog

        observation = self._session.observation()

        def told() -> str:
            return found.change.told(self._operations.clock())

        if len(found.undoing) == 1 and not found.reasons:
            one = UndoDialog(found, observation, told)
            self._app.push_screen(one, lambda action: self._answered(found, None if action is None else (action,)))
        else:
            many = UndoManyDialog(found, observation, told)
            self._app.push_screen(many, lambda actions: self._answered(found, actions))

    def _answered(self, found: Examination, actions: tuple[Action, ...] | None) -> None:
        if actions is not None:
            self._agreed(found.change, actions)
