"""The application: one session, the main screen on it, and what holds on every screen."""

from __future__ import annotations

import gc
import logging
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding
from textual.screen import Screen

from swarmtui.config import Settings
from swarmtui.engine.observation import Observation
from swarmtui.ui.changes import Changes
from swarmtui.ui.commands import SwarmCommands
from swarmtui.ui.dialogs.action import ActionDialog
from swarmtui.ui.dialogs.many import ManyDialog
from swarmtui.ui.dialogs.quit import QuitDialog
from swarmtui.ui.feed import Feed
from swarmtui.ui.messages import ChangeAsked, ChangesSent, Observed
from swarmtui.ui.operations import Operation, Stage
from swarmtui.ui.orderly_keys import OrderlyKeys
from swarmtui.ui.preferences import choose_columns, put_in_force
from swarmtui.ui.screens.help import HelpScreen
from swarmtui.ui.screens.main import TICK, MainScreen
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.text import visible
from swarmtui.ui.widgets.thrifty import ThriftyApp

__all__ = ["SwarmApp"]

NO_SETTINGS = Settings()

logger = logging.getLogger("swarmtui.ui")


class SwarmApp(OrderlyKeys[None], ThriftyApp[None]):
    """Shows one swarm.

    Args:
        session: the connection to the swarm; the app listens to it and does not close it.
        crash_log: where an error of the program itself is written down.
        settings: the user's.
    """

    TITLE = "swarmtui"
    CSS_PATH: ClassVar = ["styles/main.tcss", "styles/dialogs.tcss"]
    COMMANDS: ClassVar = {SwarmCommands}
    BINDINGS: ClassVar = [
        Binding("question_mark", "help", "Help", id="app.help", tooltip="What the keys do here"),
        Binding("t", "ask('swarm.tokens')", "Tokens", id="swarm.tokens", tooltip="Join tokens: show, copy, rotate"),
        Binding(
            "colon,ctrl+p",
            "command_palette",
            "Commands",
            show=False,
            id="app.commands",
            tooltip="Find and run any command",
        ),
        Binding(
            "ctrl+r,f5", "refresh", "Refresh", show=False, id="app.refresh", tooltip="Ask the engine for everything now"
        ),
        Binding(
            "U", "undo", "Undo", show=False, id="app.undo", tooltip="Put the last change back, where that is possible"
        ),
        Binding("q", "leave", "Quit", id="app.quit", tooltip="Leave the program"),
        Binding("ctrl+q", "leave", "Quit", show=False, priority=True, id="app.quit.now", tooltip="Leave the program"),
        Binding("ctrl+c", "hint_quit", show=False, system=True),
    ]

    def __init__(self, session: SwarmSession, *, crash_log: Path, settings: Settings = NO_SETTINGS) -> None:
        super().__init__()
        self._settings = settings
        self.animation_level = "none"
        self.session = session
        self.crash_report = ""
        self._crash_log = crash_log
        self.changes = Changes(self, session, self._operation_moved)
        self._feed = Feed(session, self._post)
        self._main = MainScreen(session, self.changes.operations)
        self._tuned = False

    @property
    def main_screen(self) -> MainScreen:
        """The screen that all others lie upon."""
        return self._main

    def get_default_screen(self) -> Screen[None]:
        return self._main

    def on_mount(self) -> None:
        problems = [*self._settings.problems, *put_in_force(self, self._settings)]
        for pane in self._main.panes:
            problems += choose_columns(pane, self._settings)
        if problems:
            text = "\n".join(map(visible, problems))
            self.notify(text, title="Settings that cannot be used", severity="warning", timeout=20, markup=False)
        self._feed.start()
        self.set_interval(TICK, self._pass_time)

    def on_unmount(self) -> None:
        self._feed.stop()

    # ------------------------------------------------------------------------------------ what is known

    def _post(self, observation: Observation) -> None:
        self.post_message(Observed(observation))

    @on(Observed)
    def _observed(self, event: Observed) -> None:
        self._show(event.observation)

    def _show(self, observation: Observation) -> None:
        self.changes.operations.observe(observation)
        for screen in self.screen_stack:
            observe = getattr(screen, "observe", None)
            if observe is not None:
                observe(observation)
        if not self._tuned and observation.cluster is not None and observation.cluster.tasks_complete:
            self._tuned = True
            self.call_after_refresh(_tune_garbage_collector)

    def _pass_time(self) -> None:
        """An open dialog must know that the engine's answer is overdue: of that there is no news."""
        for screen in self.screen_stack:
            if isinstance(screen, (ActionDialog, ManyDialog)):
                screen.observe(self.session.observation())

    def _operation_moved(self, operation: Operation) -> None:
        self._main.operation_moved(operation)

    @on(ChangeAsked)
    def _change_asked(self, event: ChangeAsked) -> None:
        self.changes.ask(event.what, event.item, event.marked)

    @on(ChangesSent)
    def _changes_sent(self, event: ChangesSent) -> None:
        for pane in self._main.panes:
            pane.table.unmark(event.ids)

    # ------------------------------------------------------------------------------------ keys

    def action_ask(self, what: str) -> None:
        self.changes.ask(what, None)

    def action_help(self) -> None:
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_undo(self) -> None:
        self.changes.undo()

    def action_refresh(self) -> None:
        self.session.refresh()

    def action_hint_quit(self) -> None:
        self.notify("Press q to quit.", markup=False)

    def action_leave(self) -> None:
        under_way = self.changes.operations.under_way
        if under_way and not isinstance(self.screen, QuitDialog):
            sending = any(operation.stage is Stage.SENDING for operation in under_way)
            dialog = QuitDialog([operation.action.title for operation in under_way], sending=sending)
            self.push_screen(dialog, lambda sure: self.exit() if sure else None)
        else:
            self.exit()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        yield SystemCommand("Theme", "Change the colours", self.action_change_theme)
        yield SystemCommand("Screenshot", "Save what is on the screen as an SVG picture", self._take_screenshot)

    def _take_screenshot(self) -> None:
        for screen in self.screen_stack:
            conceal = getattr(screen, "conceal", None)  # of those that show tokens and keys
            if conceal is not None:
                conceal()
        self.call_after_refresh(self.deliver_screenshot)

    # ------------------------------------------------------------------------------------ errors of our own

    def _handle_exception(self, error: Exception) -> None:
        """Leave with one sentence instead of Textual's traceback, which shows local variables: tokens among them."""
        if self._exception is None:
            self.crash_report = self._write_down(error)
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()

    def _write_down(self, error: Exception) -> str:
        """Write the traceback to the crash log; returns the sentence for the user."""
        logger.error("error of the program itself", exc_info=error)
        text = "".join(traceback.format_exception(error))
        sentence = f"swarmtui met an error of its own: {type(error).__name__}."
        try:
            self._crash_log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._crash_log.open("a", encoding="utf-8") as log:
                log.write(text)
        except OSError as problem:
            return f"{sentence} It could not be written down ({problem.strerror})."
        return f"{sentence} The details are in {self._crash_log}. The swarm itself is not touched by it."


def _tune_garbage_collector() -> None:
    """After start-up: what lives now lives on. Measured: else frames take 200 ms while the collector walks it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
