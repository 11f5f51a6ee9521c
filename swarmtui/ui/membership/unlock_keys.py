"""From a key to the unlock key: shown when it is asked for, and, when it is new, until the user has saved it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Action
from swarmtui.ui.session import SwarmSession

if TYPE_CHECKING:
    from textual.app import App

__all__ = ["UnlockKeys", "makes_a_key"]


def makes_a_key(action: Action) -> bool:
    """Whether there is a new unlock key once the action is done."""
    if action.name != names.SET_AUTOLOCK:
        return action.name == names.ROTATE_UNLOCK_KEY
    from swarmtui.swarm.membership.swarm_keys import SetAutolock

    return isinstance(action, SetAutolock) and action.on


class UnlockKeys:
    """Opens the dialog with the key, and asks the swarm for it.

    Args:
        app: whose screen the dialog is.
        session: who is asked.
        rotate: called when the user wants another key.
    """

    def __init__(self, app: App[Any], session: SwarmSession, rotate: Callable[[], None]) -> None:
        self._app = app
        self._session = session
        self._rotate = rotate

    def show(self, *, fresh: bool = False) -> None:
        """Show the key.

        Args:
            fresh: it is new, and must be saved.
        """
        from swarmtui.ui.membership.secrets_asked import ask_for
        from swarmtui.ui.membership.unlock_key import UnlockKeyDialog

        dialog = UnlockKeyDialog(fresh=fresh)
        self._app.push_screen(dialog, self._closed)
        asking = ask_for(dialog, self._session.unlock_key, dialog.show_key, dialog.show_error)
        self._app.run_worker(asking, group="unlock-key", exclusive=True)

    def _closed(self, rotate: bool | None) -> None:
        if rotate:
            self._rotate()
