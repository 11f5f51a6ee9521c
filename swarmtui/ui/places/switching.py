"""From one swarm to another: the connect screen, and what has to be asked before the swarm that is open is left."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from swarmtui.config import Settings
from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import SwarmtuiError
from swarmtui.places.place import Place, key_of
from swarmtui.ui.places.places import Places
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.shell.preferences import choose_columns

if TYPE_CHECKING:
    from swarmtui.ui.places.connect import ConnectScreen
    from swarmtui.ui.shell.app import SwarmApp

__all__ = ["SwarmSwitcher", "close_aside"]

log = logging.getLogger("swarmtui.ui")


class SwarmSwitcher:
    """Lets the user choose another swarm, and brings the app there.

    Args:
        app: whose swarm it is.
        places: where a swarm could be; None where there is nothing to choose, as in the demo.
        settings: the user's.
    """

    def __init__(self, app: SwarmApp, places: Places | None, settings: Settings) -> None:
        self._app = app
        self._places = places
        self._settings = settings
        self._remembered = False
        self._connect: ConnectScreen | None = None

    @property
    def possible(self) -> bool:
        return self._places is not None

    @property
    def choosing(self) -> bool:
        """Whether the connect screen is open, maybe below another one."""
        return self._connect is not None and self._connect in self._app.screen_stack

    def _on_top(self) -> ConnectScreen | None:
        return self._connect if self._connect is not None and self._app.screen is self._connect else None

    def choose(self, *, nothing_yet: bool = False) -> None:
        """Open the connect screen.

        Args:
            nothing_yet: whether the program was started without an engine to reach.
        """
        if self._places is None or self._on_top() is not None:
            return
        from swarmtui.ui.places.connect import ConnectScreen

        screen = self._connect = ConnectScreen(self._places, self._app.session, nothing_yet=nothing_yet)
        choose_columns(screen.pane, self._settings)
        self._app.push_screen(screen)

    def observe(self, observation: Observation) -> None:
        """Once a manager has answered there, a place is one to come back to."""
        if self._places is not None and not self._remembered and observation.connection.last_answer is not None:
            self._remembered = True
            self._places.opened(self._app.session.endpoint)

    def go(self, place: Place) -> None:
        """Leave the swarm that is open for another one; asks first while changes are under way."""
        if self._on_top() is None:
            return  # a second Enter, while the first has been followed already
        if place.key == key_of(self._app.session.endpoint) and self._app.session.observation().cluster is not None:
            self._app.back_to_main()  # it is the one that is open
            return
        under_way = self._app.changes.operations.under_way
        if not under_way:
            self._open(place)
            return
        from swarmtui.ui.changes.quit import QuitDialog

        self._app.push_screen(QuitDialog(under_way, verb="Switch"), lambda sure: self._open(place) if sure else None)

    def _open(self, place: Place) -> None:
        if self._places is None:
            return
        try:
            session = self._places.open(place)
        except SwarmtuiError as error:
            if (screen := self._on_top()) is not None:
                screen.say(str(error))
            return
        log.info("from %s to %s", self._app.session.endpoint.name, session.endpoint.name)
        self._remembered = False
        self._app.take_over(session)


def close_aside(session: SwarmSession) -> None:
    """Close a session in a thread of its own: whatever it may wait for, the user does not."""
    threading.Thread(target=session.close, name="swarmtui-closing", daemon=True).start()
