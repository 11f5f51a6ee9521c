"""The application: one session at a time, the main screen on it, and what holds on every screen."""

from __future__ import annotations

import gc
import logging
import traceback
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import ClassVar, TypeVar

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding
from textual.screen import Screen

from swarmtui.config import Settings
from swarmtui.engine.observation import Observation
from swarmtui.swarm.kinds import Target
from swarmtui.ui.asking import Asking
from swarmtui.ui.changes import Changes
from swarmtui.ui.commands import SwarmCommands
from swarmtui.ui.dialogs.action import ActionDialog
from swarmtui.ui.dialogs.many import ManyDialog
from swarmtui.ui.dialogs.quit import QuitDialog
from swarmtui.ui.feed import Feed
from swarmtui.ui.messages import ChangeAsked, ChangesSent, InspectAsked, LogsAsked, Observed
from swarmtui.ui.operations import Operation, Stage
from swarmtui.ui.orderly_keys import OrderlyKeys
from swarmtui.ui.panes.places import PlaceChosen
from swarmtui.ui.places import Places
from swarmtui.ui.preferences import choose_columns, put_in_force
from swarmtui.ui.screens.connect import ConnectScreen
from swarmtui.ui.screens.help import HelpScreen
from swarmtui.ui.screens.inspect import InspectScreen
from swarmtui.ui.screens.logs import LogsScreen
from swarmtui.ui.screens.main import TICK, MainScreen
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.switching import Switching, close_aside
from swarmtui.ui.text import visible
from swarmtui.ui.widgets.thrifty import ThriftyApp

__all__ = ["SwarmApp"]

NO_SETTINGS = Settings()

TextScreenT = TypeVar("TextScreenT", InspectScreen, LogsScreen)

logger = logging.getLogger("swarmtui.ui")


class SwarmApp(OrderlyKeys[None], ThriftyApp[None]):
    """Shows one swarm.

    Args:
        session: the connection to the swarm. The app listens to it, and closes it only when it goes to another; who
            started the app closes `session` in the end.
        crash_log: where an error of the program itself is written down.
        settings: the user's.
        places: where other swarms could be; None where there is nothing to choose, as in the demo.
        choose: begin with the connect screen, since there is no engine to reach.
    """

    TITLE = "swarmtui"
    DEFAULT_MODE = "swarm 1"
    CSS_PATH: ClassVar = ["styles/main.tcss", "styles/dialogs.tcss", "styles/texts.tcss"]
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
        Binding("C", "connect", "Connect", show=False, id="app.connect", tooltip="Choose another swarm"),
        Binding("q", "leave", "Quit", id="app.quit", tooltip="Leave the program"),
        Binding("ctrl+q", "leave", "Quit", show=False, priority=True, id="app.quit.now", tooltip="Leave the program"),
        Binding("ctrl+c", "hint_quit", show=False, system=True),
    ]

    def __init__(
        self,
        session: SwarmSession,
        *,
        crash_log: Path,
        settings: Settings = NO_SETTINGS,
        places: Places | None = None,
        choose: bool = False,
    ) -> None:
        super().__init__()
        self._settings = settings
        self.animation_level = "none"
        self.crash_report = ""
        self._crash_log = crash_log
        self._switching = Switching(self, places, settings)
        self._choose = choose
        self._asking = Asking(self)
        self._tuned = False
        self._swarms = 0
        self._attend(session)

    def _attend(self, session: SwarmSession) -> None:
        """All that is about one swarm, made anew. Its screens are a mode: a stack of their own."""
        self.session = session
        self.changes = Changes(self, session, self._operation_moved)
        self._feed = Feed(session, partial(self._post, session))
        self._main = MainScreen(session, self.changes.operations, elsewhere=self._switching.possible)
        self._swarms += 1

    @property
    def main_screen(self) -> MainScreen:
        """The screen that all others lie upon."""
        return self._main

    def get_default_screen(self) -> Screen[None]:
        return self._main

    def on_mount(self) -> None:
        self.add_mode(self.DEFAULT_MODE, self.get_default_screen)  # so that it can be removed
        problems = [*self._settings.problems, *put_in_force(self, self._settings)]
        problems += self._choose_columns()
        if problems:
            text = "\n".join(map(visible, problems))
            self.notify(text, title="Settings that cannot be used", severity="warning", timeout=20, markup=False)
        self._feed.start()
        self.set_interval(TICK, self._pass_time)
        if self._choose:
            self._switching.choose(nothing_yet=True)

    def _choose_columns(self) -> list[str]:
        """Let the panes show the columns that the user wants; returns what is wrong with them."""
        return [problem for pane in self._main.panes for problem in choose_columns(pane, self._settings)]

    def on_unmount(self) -> None:
        self._feed.stop()

    # ------------------------------------------------------------------------------------ from swarm to swarm

    def take_over(self, session: SwarmSession) -> None:
        """Leave the swarm that is open, and show another one from the start. Nothing here waits for an engine."""
        self._feed.stop()
        for group in ("operations", "tokens"):
            self.workers.cancel_group(self, group)
        close_aside(self.session)
        self.clear_notifications()
        self._tuned = False
        left = self.current_mode
        self._attend(session)
        self._choose_columns()
        self.add_mode(f"swarm {self._swarms}", self.get_default_screen)
        self.switch_mode(f"swarm {self._swarms}")
        self.remove_mode(left)
        self._feed.start()

    def back_to_main(self) -> None:
        """Close all that lies upon the main screen."""
        while len(self.screen_stack) > 1:
            self.pop_screen()

    @on(PlaceChosen)
    def _place_chosen(self, event: PlaceChosen) -> None:
        self._switching.go(event.place)

    def action_connect(self) -> None:
        self._switching.choose()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        choosing = any(isinstance(screen, ConnectScreen) for screen in self.screen_stack)
        if action == "connect":
            return self._switching.possible and not choosing
        if action in {"ask", "undo"}:  # changes are asked for where one sees the swarm
            return not choosing
        return super().check_action(action, parameters)

    # ------------------------------------------------------------------------------------ what is known

    def _post(self, session: SwarmSession, observation: Observation) -> None:
        self.post_message(Observed(session, observation))

    @on(Observed)
    def _observed(self, event: Observed) -> None:
        if event.session is self.session and self.is_running:
            self._show(event.observation)

    def _show(self, observation: Observation) -> None:
        self._switching.observe(observation)
        self.changes.operations.observe(observation)
        for screen in self.screen_stack:
            observe = getattr(screen, "observe", None)
            if observe is not None:
                observe(observation)
        self._asking.look(self.session, observation)
        if not self._tuned and observation.cluster is not None and observation.cluster.tasks_complete:
            self._tuned = True
            self.call_after_refresh(_tune_garbage_collector)

    def _pass_time(self) -> None:
        """An open dialog must know that the engine's answer is overdue: of that there is no news.

        A question that had to wait for the end of another dialog is asked now.
        """
        if not self.is_running:  # at the end the widgets of an open dialog go one by one
            return
        for screen in self.screen_stack:
            if isinstance(screen, (ActionDialog, ManyDialog)):
                screen.observe(self.session.observation())
        self._asking.look(self.session, self.session.observation())

    async def key_answered(self) -> None:
        await self.changes.answered()

    def _operation_moved(self, operation: Operation) -> None:
        self._main.operation_moved(operation)

    @on(ChangeAsked)
    def _change_asked(self, event: ChangeAsked) -> None:
        self.changes.ask(event.what, event.item, event.marked)

    @on(ChangesSent)
    def _changes_sent(self, event: ChangesSent) -> None:
        for pane in self._main.panes:
            pane.table.unmark(event.ids)

    @on(InspectAsked)
    def _inspect_asked(self, event: InspectAsked) -> None:
        before = self._screen_before(InspectScreen, event.target)
        if before is None:
            self.push_screen(InspectScreen(self.session, event.target, raw=event.raw))
        else:
            before.action_form(event.raw)

    @on(LogsAsked)
    def _logs_asked(self, event: LogsAsked) -> None:
        if self._screen_before(LogsScreen, event.target) is None:
            self.push_screen(LogsScreen(self.session, event.target))

    def _screen_before(self, kind: type[TextScreenT], target: Target) -> TextScreenT | None:
        """Go back to the screen that one has come from, when it is such a one about the same object: to and fro between
        inspect and logs is not to pile them up."""
        before = self.screen_stack[-2] if len(self.screen_stack) > 1 else None
        if not isinstance(before, kind) or before.target != target:
            return None
        self.pop_screen()
        return before

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
    """After start-up: what lives now lives on. Measured: else frames take 200 ms while the collector walks it.

    Once more after a switch: then what was kept of the swarm before goes.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
