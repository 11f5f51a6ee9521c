"""The program in a terminal of memory, driven by its keys, and what a user would read on its screen."""

from __future__ import annotations

import asyncio
import re
import time
import unicodedata
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import RenderableType
from textual import events
from textual._compositor import LayoutUpdate
from textual.app import App
from textual.geometry import Offset
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from textual.screen import Screen

from swarmtui.config import Settings
from swarmtui.endpoint import Endpoint
from swarmtui.engine.session import Session
from swarmtui.ui.changes.editor import Editor
from swarmtui.ui.places.places import Places
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.shell.app import SwarmApp
from swarmtui.ui.shell.main_screen import MainScreen
from tests.patience import IDLE, Deadline, pause
from tests.ui.scripted import ScriptedSession

__all__ = ["CURSOR", "WIDE", "Program", "drawn_whole", "open_on", "running"]

CURSOR = "▌"
"""The sign of the cursor in the pane that has the focus."""

WIDE = (120, 36)
"""A terminal in which all three panes are shown at once."""


AT_ONCE = 2.0
"""Seconds of a machine that has time for us (`Deadline`) in which what waits for nothing is done."""


class Program:
    """The app while it runs.

    Attributes:
        app: the program.
        pilot: Textual's own, for the mouse and for resizing.
    """

    def __init__(self, app: SwarmApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self._frames = 0
        self._looked_at: tuple[Screen[object], int] | None = None
        self._lines: list[str] = []
        app._display = partial(self._count, app._display)  # type: ignore[method-assign]

    def _count(self, display: Callable[[Screen[object], RenderableType | None], None], *frame: Any) -> None:
        self._frames += 1
        display(*frame)

    # ------------------------------------------------------------------------------------ keys

    async def press(self, *keys: str) -> None:
        """Press keys, each a name of Textual's ("enter", "ctrl+c") or a character.

        As Pilot.press, without its wait for a quiet process: the engine's threads live in this process, too.
        """
        await self._told()
        for key in keys:
            self._send(key)
            await self.drawn()

    async def _told(self) -> None:
        """Wait until what a test has said through its session has reached the app: a key is meant for that."""
        if isinstance(self.app.session, ScriptedSession):
            await self.until(lambda: not (self.app.is_running and self.app._feed._waiting))

    def _send(self, key: str) -> None:
        name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
        self.app.post_message(events.Key(name, _character_of(name)))

    async def type(self, text: str) -> None:
        """Type a text as a quick hand does: the next character is there before the one before is worked off."""
        await self._told()
        for character in text:
            self._send(character)
        await self.drawn()

    async def click(self, text: str, times: int = 1) -> None:
        """Click on the first place of the screen where a text stands.

        As Pilot.click, without its waits between the look and the click: what comes meanwhile moves the text away.
        """
        await self.see(re.escape(text))
        await self.drawn()
        row, line = next((row, line) for row, line in enumerate(self.lines) if text in line)
        at = Offset(cell_len(line[: line.index(text)]), row)
        self.app.mouse_position = at
        for click in range(1, times + 1):
            for event in (events.MouseDown, events.MouseUp, partial(events.Click, chain=click)):
                self.app.screen._forward_event(event(None, *at, 0, 0, 1, False, False, False, *at))
        await self.drawn()

    async def drawn(self) -> None:
        """Wait until all keys have been worked off, and what they have set off is done and drawn."""
        await self._told()
        await drawn_whole(self.app)
        while self.app._key_worker is not None and not self.app._key_worker.done():  # it may wait for the session
            await asyncio.wait([self.app._key_worker])
            await drawn_whole(self.app)

    # ------------------------------------------------------------------------------------ the screen

    @property
    def main(self) -> MainScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, MainScreen)
        return screen

    @property
    def lines(self) -> list[str]:
        """What is on the screen, without blanks at the ends of lines."""
        if not self.app.is_running:
            return []
        screen = self.app.screen
        now = (screen, self._frames)
        if self._looked_at != now or _undrawn(screen):  # else nothing was drawn since the last look
            update = screen._compositor.render_update(full=True, screen_stack=self.app._background_screens)
            assert isinstance(update, LayoutUpdate)
            self._lines = ["".join(strip.text for strip in line).rstrip() for line in update.strips]
            self._looked_at = now
        return list(self._lines)

    def has_all(self) -> bool:
        """Whether the screen is of all of a swarm. Tasks may come after their numbers in the header, which the services
        tell: until then their pane has no rows that keys could be meant for. Secrets, configs and networks come later.
        """
        cluster = self.main.observation.cluster
        if cluster is None:
            return False
        lists = (cluster.swarm, cluster.secrets, cluster.configs, cluster.networks)
        unknown = None in lists or any(cluster.tasks_of(each) is None for each in cluster.services)
        return not unknown or bool(cluster.refused)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def words(self) -> str:
        """The text as one line without frames: for sentences that are broken into lines. Of a dialog, only its own."""
        lines = self.lines
        for dialog in self.app.screen.query(".dialog"):
            x, y, width, height = dialog.region
            lines = [_cut_out(line, x, width) for line in lines[y : y + height]]
        return re.sub(r"[\s│┃╭╮╰╯─▎▊▌▐▁▂▃▄▅▆▇█]+", " ", "\n".join(lines))

    def holds(self, text: str) -> bool:
        """Whether a text stands on the screen, even where a line ends in the middle of one of its words."""
        return "".join(text.split()) in "".join(self.words.split())

    def line(self, pattern: str) -> str:
        """The first line of the screen that a regular expression is found in; "" when there is none."""
        return next((line for line in self.lines if re.search(pattern, line)), "")

    def shows(self, pattern: str) -> bool:
        return re.search(pattern, self.text, re.MULTILINE) is not None

    def says(self, text: str) -> bool:
        """Whether a sentence stands on the screen, on one line or on several."""
        return text in self.words

    # ------------------------------------------------------------------------------------ waiting

    async def until(self, condition: Callable[[], object], what: str = "", within: float = IDLE) -> None:
        """Wait until something is so. Raises AssertionError with the screen when it is not so in time."""
        deadline = Deadline(within)
        begun = time.monotonic()
        while not condition():
            if deadline.over or not self.app.is_running:
                ended = "" if self.app.is_running else " (the program has ended)"
                raise AssertionError(f"in vain: {what or 'the condition'}{ended}\n{self.text}")
            await asyncio.sleep(pause(0.01, time.monotonic() - begun))
            begun = time.monotonic()

    async def see(self, pattern: str, within: float = IDLE) -> None:
        """Wait until a regular expression is found on the screen, and what came with it is drawn, too."""
        await self.until(lambda: self.shows(pattern), f"{pattern!r}", within)
        await drawn_whole(self.app)

    async def see_no(self, pattern: str, within: float = IDLE) -> None:
        """Wait until a regular expression is no longer found on the screen, and what came instead is drawn."""
        await self.until(lambda: not self.shows(pattern), f"no {pattern!r}", within)
        await drawn_whole(self.app)

    async def read(self, text: str, within: float = IDLE) -> None:
        """Wait until a sentence stands on the screen, on one line or on several, and what came with it."""
        await self.until(lambda: self.says(text), f"{text!r}", within)
        await drawn_whole(self.app)

    async def ended(self, within: float = IDLE) -> None:
        """Wait until the program has ended by itself."""
        deadline = Deadline(within)
        while self.app.is_running:
            assert not deadline.over, f"the program goes on\n{self.text}"
            await asyncio.sleep(0.005)

    async def ended_at_once(self) -> None:
        """The same, where it waits for nothing: of no engine, and of no thread."""
        await self.ended(AT_ONCE)

    # ------------------------------------------------------------------------------------ the panes

    async def on_row(self, pane: str, name: str) -> None:
        """Put the cursor of a pane ("1", "2", "3") on the first row that begins with a name, by keys."""
        await self.press(pane)
        await self.see(rf"[│ {CURSOR}]{re.escape(name)}")
        await self.press("g")
        for _ in range(100):
            if self.cursor_on(name):
                return
            await self.press("j")
        raise AssertionError(f"the cursor does not come to {name}\n{self.text}")

    def cursor_on(self, name: str) -> bool:
        """Whether the cursor of the focused pane is on a row that begins with a name."""
        return self.shows(rf"{CURSOR}{re.escape(name)}")

    # ------------------------------------------------------------------------------------ dialogs

    async def open_dialog(self, pane: str, name: str, key: str) -> None:
        """Put the cursor of a pane on a row, and press the key of a dialog about it."""
        await self.on_row(pane, name)
        await self.press(key)
        await self.until(lambda: self.app.screen.is_modal, f"the dialog of {key}")
        await self.drawn()

    async def confirm(self, button: str = "") -> None:
        """Go to the button that does it, from Cancel by Tab or from a field by Enter, and press it.

        Args:
            button: the words on it; "" for any.
        """
        await self.until(lambda: any(not each.disabled for each in self.app.screen.query("#confirm")), "a button")
        await self.drawn()
        await self.press("tab" if self.shows("▸ Cancel ◂") else "enter")
        await self.see(f"▸ {re.escape(button) or '(?!Cancel).+'} ◂")
        await self.press("enter")

    def is_grey(self) -> bool:
        """Whether all rows are drawn as old news."""
        return all(pane.table.greyed for pane in self.main.panes)

    async def resize(self, width: int, height: int) -> None:
        await self.pilot.resize_terminal(width, height)
        await self.drawn()


async def drawn_whole(app: App[Any]) -> None:
    """Wait until the screen is drawn whole: one change may be drawn line by line, and a frame be between two."""
    await _quiet()
    while app.is_running and _undrawn(app.screen):
        app.screen._on_timer_update()
        await _quiet()


async def _quiet() -> None:
    """Wait until nothing is left to do on the event loop: what is still to come waits for a time or for a thread.

    Every widget is a task of this loop. To ask each whether it is done (Pilot.pause) takes longer than most keys do.
    """
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    await asyncio.sleep(0)
    while ready:  # noqa: ASYNC110 - asyncio has no event for it
        await asyncio.sleep(0)


def _undrawn(screen: Screen[object]) -> bool:
    """Whether a screen waits for its next sixtieth of a second, to lay out, to draw, or to call back."""
    waits = screen._layout_required or screen._scroll_required or screen._repaint_required or screen._recompose_required
    return bool(waits or screen._dirty_widgets or screen._callbacks) and not screen.app._batch_count


def _cut_out(line: str, x: int, width: int) -> str:
    """Some cells of a line."""
    return set_cell_size(line, x + width)[len(set_cell_size(line, x)) :]


def _character_of(key: str) -> str | None:
    """What a key types: "+" for "plus", None for "up"."""
    try:
        return unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(key, key)))
    except KeyError:
        return key if len(key) == 1 else None


@asynccontextmanager
async def running(
    session: SwarmSession,
    crash_log: Path,
    *,
    size: tuple[int, int] = WIDE,
    notices: bool = True,
    settings: Settings = Settings(),  # noqa: B008 - frozen
    places: Places | None = None,
    choose: bool = False,
    editor: Editor | None = None,
) -> AsyncIterator[Program]:
    """The program on a session, which is not closed by it.

    Args:
        settings: the user's.
        places: where other swarms could be.
        choose: begin with the connect screen.
        editor: in place of the user's, which needs a terminal.
    """
    app = SwarmApp(session, crash_log=crash_log, settings=settings, places=places, choose=choose)
    if editor is not None:
        app.changes.editor = editor
    async with app.run_test(size=size, notifications=notices) as pilot:
        yield Program(app, pilot)


@asynccontextmanager
async def open_on(
    url: str,
    crash_log: Path,
    *,
    size: tuple[int, int] = WIDE,
    read_only: bool = False,
    wait: bool = True,
    editor: Editor | None = None,
    node_urls: Mapping[str, str] | None = None,
) -> AsyncIterator[Program]:
    """The program with a real session on an engine.

    Args:
        wait: until all of the swarm is on the screen.
        node_urls: where the engines of nodes answer, by the nodes' names.
    """
    session = Session(Endpoint(url, "stub"), read_only=read_only, node_urls=node_urls)
    try:
        async with running(session, crash_log, size=size, editor=editor) as program:
            if wait:
                await program.see(r"● live")
                await program.see(r"tasks \d+/\d+")
                await program.until(program.has_all, "the tasks of all services")
                await program.drawn()
            yield program
    finally:
        session.close()
