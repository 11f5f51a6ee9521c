"""The application: one session at a time, the main screen on it, and what holds on every screen."""

from __future__ import annotations

import asyncio
import logging
import os
import traceback
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import SystemCommand
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.notifications import Notifications
from textual.screen import Screen

from swarmtui.config import Settings
from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import ChangeConflict
from swarmtui.own_terminal import Characters, characters_shown
from swarmtui.ui.changes.operation import Operation
from swarmtui.ui.changes.operations import Operations
from swarmtui.ui.kit.dialogs.dialog import DialogScreen
from swarmtui.ui.kit.tables.table_keys import TableKeys
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.membership.commands import TOKENS
from swarmtui.ui.messages import ChangeAsked, ChangesSent, Observed
from swarmtui.ui.places.messages import PlaceChosen
from swarmtui.ui.places.places import Places
from swarmtui.ui.places.switching import SwarmSwitcher, close_aside
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.shell.driver.terminal_driver import TerminalDriver
from swarmtui.ui.shell.feed import Feed
from swarmtui.ui.shell.garbage import GarbageCollection
from swarmtui.ui.shell.main_screen import TICK, MainScreen
from swarmtui.ui.shell.opening import OpeningApp
from swarmtui.ui.shell.preferences import choose_columns, choose_rows, put_in_force
from swarmtui.ui.shell.prompt_presenter import PromptPresenter

if TYPE_CHECKING:
    from textual.actions import ActionParseResult
    from textual.command import Provider
    from textual.dom import DOMNode

    from swarmtui.swarm.actions.action import Action
    from swarmtui.ui.changes.changes import Changes
    from swarmtui.ui.shell.object_finder import ObjectFinder

__all__ = ["SwarmApp", "nobody"]

NO_SETTINGS = Settings()

logger = logging.getLogger("swarmtui.ui")

LONGEST_START = 2.0
"""Seconds after which the program is taken to have started, although no swarm is on the screen."""


def nobody(error: OSError) -> None:
    """Where the program's end is nobody's business: in tests."""


def _swarm_commands() -> type[Provider]:
    from swarmtui.ui.shell.palette import SwarmCommands

    return SwarmCommands


STYLES = Path(__file__).with_name("styles")
"""Named whole: a subclass may be in another folder."""


class SwarmApp(OpeningApp):
    """Shows one swarm.

    Args:
        session: the connection to the swarm. The app listens to it, and closes it only when it goes to another; who
            started the app closes `session` in the end.
        crash_log: where an error of the program itself is written down.
        settings: the user's.
        places: where other swarms could be; None where there is nothing to choose, as in the demo.
        choose: begin with the connect screen, since there is no engine to reach.
        output_gone: told, in another thread, that the terminal takes nothing any more.
        stands: told once the swarm is on the screen, or that it takes long: what was put off until then can be done.
    """

    TITLE = "swarmtui"
    DEFAULT_MODE = "swarm 1"
    CSS_PATH: ClassVar = [STYLES / "main.tcss", STYLES / "dialogs.tcss", STYLES / "texts.tcss"]
    COMMANDS: ClassVar = {_swarm_commands}
    BINDINGS: ClassVar = [
        Binding("question_mark", "help", "Help", id="app.help", tooltip="What the keys do here"),
        TOKENS.binding,
        Binding(
            "colon,ctrl+p",
            "command_palette",
            "Commands",
            show=False,
            id="app.commands",
            tooltip="Find and run any command",
        ),
        Binding("ctrl+r,f5", "refresh", "Refresh", show=False, id="app.refresh", tooltip="Refresh everything now"),
        Binding("U", "undo", "Undo", show=False, id="app.undo", tooltip="Undo the last change, where possible"),
        Binding(
            "A",
            "changes",
            "Changes",
            show=False,
            id="app.changes",
            tooltip="Show or dismiss changes under way and changes that failed",
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
        output_gone: Callable[[OSError], None] = nobody,
        stands: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.output_gone = output_gone
        self._stands = stands
        self._running_in: asyncio.AbstractEventLoop | None = None
        self._settings = settings
        self.animation_level = "none"
        self.crash_report = ""
        self._crash_log = crash_log
        self._switching = SwarmSwitcher(self, places, settings)
        self._choose = choose
        self._asking = PromptPresenter(self)
        self._garbage = GarbageCollection(self)
        self._tuned = False
        self._swarms = 0
        self._attend(session)

    def _attend(self, session: SwarmSession) -> None:
        """All that is about one swarm, made again. Its screens are a mode: a stack of their own."""
        self.session = session
        self.operations = Operations(session, self._settle_conflict, self._operation_moved)
        self._changes: Changes | None = None
        self._finder: ObjectFinder | None = None
        self._feed = Feed(session, partial(self._post, session))
        self._main = MainScreen(session, self.operations, elsewhere=self._switching.possible)
        self._swarms += 1

    @property
    def changes(self) -> Changes:
        """From a key to a change, on the swarm that is open."""
        if self._changes is None:
            from swarmtui.ui.changes.changes import Changes

            self._changes = Changes(self, self.session, self.operations)
        return self._changes

    async def _settle_conflict(self, action: Action, conflict: ChangeConflict) -> bool:
        return await self.changes.settle_conflict(action, conflict)

    @property
    def finder(self) -> ObjectFinder:
        """Offers all that can be asked for, and finds the object for it."""
        if self._finder is None:
            from swarmtui.ui.shell.object_finder import ObjectFinder

            self._finder = ObjectFinder(self, self.changes)
        return self._finder

    @property
    def main_screen(self) -> MainScreen:
        """The screen that all others lie upon."""
        return self._main

    def get_default_screen(self) -> Screen[None]:
        return self._main

    @property
    def characters(self) -> Characters:
        """What the terminal shows; asked by its driver."""
        return characters_shown(self._settings.characters, os.environ)

    def get_driver_class(self) -> type[Driver]:
        usual = super().get_driver_class()
        return TerminalDriver if usual is LinuxDriver else usual

    def on_mount(self) -> None:
        self._running_in = asyncio.get_running_loop()
        self.add_mode(self.DEFAULT_MODE, self.get_default_screen)  # so that it can be removed
        problems = [*self._settings.problems, *put_in_force(self, self._settings)]
        self._choose_columns()
        if problems:
            text = "\n".join(map(visible, problems))
            self.notify(text, title="Settings that cannot be used", severity="warning", timeout=20, markup=False)
        self._feed.start()
        self.set_interval(TICK, self._pass_time)
        self.set_timer(LONGEST_START, self._tell_it_stands)
        if self._choose:
            self._switching.choose(nothing_yet=True)

    def _choose_columns(self) -> None:
        """Let the panes show the columns and rows that the user wants."""
        for pane in self._main.panes:
            choose_columns(pane, self._settings)
            choose_rows(pane, self._settings)
        if self._settings.figures:
            self._main.begin_with_figures()

    def on_unmount(self) -> None:
        self._feed.stop()

    def end(self, status: int) -> bool:
        """Leave without a question; called from another thread.

        Returns:
            Whether the app runs, so that it can leave.
        """
        try:
            if self._running_in is None:
                return False
            self._running_in.call_soon_threadsafe(lambda: self.exit(return_code=status))
        except RuntimeError:  # the loop is closed
            return False
        return True

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
        choosing = self._switching.choosing
        if action == "connect":
            return self._switching.possible and not choosing
        if action in {"ask", "undo", "changes"}:  # changes are asked for where one sees the swarm
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
        self.operations.observe(observation)
        for screen in self.screen_stack:
            observe = getattr(screen, "observe", None)
            if observe is not None:
                observe(observation)
        self._asking.look(self.session, observation)
        if observation.cluster is not None:
            self.call_after_refresh(self._tell_it_stands)
        if not self._tuned and observation.cluster is not None and observation.cluster.tasks_complete:
            self._tuned = True
            self.call_after_refresh(self._garbage.settle)

    def _tell_it_stands(self) -> None:
        if self._stands is not None:
            self._stands()
            self._stands = None

    def _pass_time(self) -> None:
        """An open dialog must know that the engine's answer is overdue: of that there is no news.

        A question that had to wait for the end of another dialog is asked now.
        """
        if not self.is_running:  # at the end the widgets of an open dialog go one by one
            return
        for screen in self.screen_stack:
            observe = getattr(screen, "observe", None)
            if observe is not None and isinstance(screen, DialogScreen) and screen.OBSERVES_TIME:
                observe(self.session.observation())
        self.operations.observe(self.session.observation())
        self._asking.look(self.session, self.session.observation())
        self._garbage.tick()

    def present_notices(self, notices: Notifications) -> None:
        """Show notices as toasts; in a dialog on a line of its own, since a toast would cover its buttons."""
        screen = self.screen_stack[-1] if self.screen_stack else None
        if isinstance(screen, DialogScreen):
            screen.show_notices(notices)
        else:
            super().present_notices(notices)

    def pop_screen(self) -> AwaitComplete:
        self._garbage.screen_gone()
        return super().pop_screen()

    async def key_answered(self) -> None:
        if self._changes is not None:
            await self._changes.answered()

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

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        if not (isinstance(default_namespace, TableKeys) and default_namespace.only_moves(action)):
            self._main.catch_up()
        return await super().run_action(action, default_namespace, namespaces)

    def action_ask(self, what: str) -> None:
        self.changes.ask(what, None)

    def action_undo(self) -> None:
        self.changes.undo()

    def action_refresh(self) -> None:
        self.session.refresh()

    def action_hint_quit(self) -> None:
        self.notify("Press q to quit.", markup=False)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        yield SystemCommand("Theme", "Change the colours", self.action_change_theme)
        yield SystemCommand("Screenshot", "Save what is on the screen as an SVG picture", self._take_screenshot)

    def _take_screenshot(self) -> None:
        from swarmtui.ui.kit.screenshot import take_screenshot

        take_screenshot(self)

    # ------------------------------------------------------------------------------------ errors of our own

    def failed(self, error: Exception) -> None:
        """Leave with one sentence instead of Textual's traceback, which shows local variables: tokens among them."""
        if not self.crash_report:  # the first one is the cause
            self.crash_report = self._write_down(error)
        self.end_in_error(error)

    def _write_down(self, error: Exception) -> str:
        """Write the traceback to the crash log; returns the sentence for the user."""
        logger.error("error of the program itself", exc_info=error)
        text = "".join(traceback.format_exception(error))
        sentence = f"swarmtui hit an internal error: {type(error).__name__}."
        try:
            self._crash_log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._crash_log.open("a", encoding="utf-8") as log:
                log.write(text)
        except OSError as problem:
            return f"{sentence} It could not be logged ({problem.strerror})."
        return f"{sentence} The details are in {self._crash_log}. The swarm is not affected."
