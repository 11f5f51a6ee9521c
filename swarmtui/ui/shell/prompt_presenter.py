"""PromptPresenter: what the session wants from the user, and what it wants him to know, brought to the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import ModalScreen

from swarmtui.engine.polling.observation import Observation
from swarmtui.ui.kit.dialogs.dialog import DialogScreen
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.session import SwarmSession

if TYPE_CHECKING:
    from textual.app import App

    from swarmtui.ui.shell.questions import QuestionDialog

__all__ = ["PromptPresenter"]

NOTICE_FOR = 12.0
"""Seconds that a notice stays."""


class PromptPresenter:
    """Opens and closes the dialogs of questions, one at a time, and tells each notice once.

    Args:
        app: whose screens the dialogs are.
    """

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._session: SwarmSession | None = None
        self._told = 0
        self._open: QuestionDialog | None = None

    def look(self, session: SwarmSession, observation: Observation) -> None:
        """See what is new. Called with each observation, and as time passes."""
        if session is not self._session:
            self._session, self._told = session, 0
        notices = observation.connection.notices
        for notice in notices[self._told :]:
            self._app.notify(visible(notice), title="Connection", timeout=NOTICE_FOR, markup=False)
        self._told = len(notices)
        stack = self._app.screen_stack
        if not stack:  # the app is ending
            return
        screen = stack[-1]
        if self._open is not None and screen is self._open:
            self._open.look_again()
            return
        question = session.question()
        # Not upon another dialog: what is being typed there is not meant as an answer.
        busy = isinstance(screen, ModalScreen) and not (isinstance(screen, DialogScreen) and screen.waits)
        if question is not None and not busy:
            from swarmtui.ui.shell.questions import dialog_for

            self._open = dialog_for(question)
            self._app.push_screen(self._open)
