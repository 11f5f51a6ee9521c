"""What a real terminal would show, and how many bytes it takes: the output is fed to a terminal emulator."""

from __future__ import annotations

import random
from dataclasses import replace

import pyte
import pytest
from rich.color import ColorSystem
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot

from tests.ui.widgets.table_app import Item, RecordingTable, TableApp, numbered, settled

WIDTH, HEIGHT = 72, 14


class TerminalDriver(HeadlessDriver):
    """Hands to a terminal emulator what an app writes."""

    terminal: pyte.Screen
    stream: pyte.Stream
    written = 0
    last = ""
    """The end of what was written, for whoever finds it too much."""

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        TerminalDriver.written += len(data.encode())
        TerminalDriver.last = (TerminalDriver.last + data)[-500:]
        TerminalDriver.stream.feed(data)


class TerminalApp(TableApp):
    def __init__(self) -> None:
        super().__init__(RecordingTable(markable=True))
        self.driver_class = TerminalDriver
        self.console._color_system = ColorSystem.TRUECOLOR
        TerminalDriver.terminal = pyte.Screen(WIDTH, HEIGHT)
        TerminalDriver.stream = pyte.Stream(TerminalDriver.terminal)

    def differences(self) -> list[tuple[str, str]]:
        """The lines of the terminal that are not what they would be if all of it were made and written anew."""
        bar = self.table.vertical_scrollbar
        bar._render_content()
        for widget in (self.table, bar):
            widget._styles_cache.clear()
        self.table._drawn.clear()
        self.table._drawing._made.clear()
        wanted = pyte.Screen(WIDTH, HEIGHT)
        stream = pyte.Stream(wanted)
        for y, strip in enumerate(self.screen._compositor.render_strips()):
            stream.feed(f"\x1b[{y + 1};1H" + strip.render(self.console))
        return [
            (now, then)
            for y, (now, then) in enumerate(zip(TerminalDriver.terminal.display, wanted.display, strict=True))
            if now != then or TerminalDriver.terminal.buffer[y] != wanted.buffer[y]
        ]

    async def bytes_of(self, pilot: Pilot[None]) -> int:
        """Bytes written from now until there is nothing left to draw."""
        before = TerminalDriver.written
        await settled(pilot)
        return TerminalDriver.written - before


async def test_one_changed_cell_takes_less_than_a_hundred_bytes() -> None:
    app = TerminalApp()
    async with app.run_test(headless=False, size=(WIDTH, HEIGHT)) as pilot:
        items = numbered(1000)
        app.table.show(items, 0)
        await settled(pilot)
        app.table.show([*items[:3], replace(items[3], state="failed"), *items[4:]], 0)
        assert 0 < await app.bytes_of(pilot) <= 100
        app.table.show(items, 0)
        assert 0 < await app.bytes_of(pilot) <= 100
        assert app.differences() == []


async def test_nothing_in_sight_changed_nothing_is_written() -> None:
    app = TerminalApp()
    async with app.run_test(headless=False, size=(WIDTH, HEIGHT)) as pilot:
        items = numbered(1000)
        app.table.show(items, 0)
        await settled(pilot)
        app.table.show([*items[:500], replace(items[500], state="failed"), *items[501:], Item("x", "x")], 0)
        app.table.tick(0)
        assert await app.bytes_of(pilot) == 0


class Life:
    """A swarm's worth of accidents, always the same for the same seed."""

    NAMES = ("web", "[/x]", "日本語の長い名前", "🙂 emoji", "\x1b[2Jboom", "e\u0301e\u0301", "long " * 5, "\u202edlrow")

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.made = 0
        self.items: list[Item] = []
        self.now = 0

    def born(self) -> Item:
        self.made += 1
        return Item(str(self.made), f"{self.random.choice(self.NAMES)}{self.made}", count=self.random.randrange(200))

    def live(self) -> list[Item]:
        chance = self.random
        items = [item for item in self.items if chance.random() > 0.05]
        items = [
            replace(item, state=chance.choice(("running", "failed", "失敗"))) if chance.random() < 0.1 else item
            for item in items
        ]
        for _ in range(chance.randrange(6)):
            items.insert(chance.randrange(len(items) + 1), self.born())
        self.items = items if chance.random() > 0.02 else []
        self.now += chance.randrange(3)
        return self.items


KEYS = ("j", "k", "pagedown", "pageup", "G", "g", "ctrl+d", "ctrl+u", "o", "O", "space", "ctrl+a")


@pytest.mark.parametrize("seed", range(2))
async def test_the_terminal_always_shows_what_the_table_means(seed: int) -> None:
    app, life = TerminalApp(), Life(seed)
    async with app.run_test(headless=False, size=(WIDTH, HEIGHT)) as pilot:
        life.items = [life.born() for _ in range(40)]
        for step in range(20):
            for _ in range(life.random.randrange(1, 4)):
                app.table.show(life.live(), life.now)
                if life.random.random() < 0.3:
                    await pilot.press(life.random.choice(KEYS))
            if life.random.random() < 0.15:
                app.table.set_filter(life.random.choice(("", "1", "!1", "failed", "[")))
            if life.random.random() < 0.1:
                app.table.greyed = not app.table.greyed
            await settled(pilot)
            assert app.differences() == [], step


async def test_out_of_sight_nothing_is_written_and_what_comes_into_sight_is_the_newest() -> None:
    app = TerminalApp()
    async with app.run_test(headless=False, size=(WIDTH, HEIGHT)) as pilot:
        items = numbered(1000)
        app.table.show(items, 0)
        await settled(pilot)
        app.table.in_sight = False
        app.table.show([*items[:3], replace(items[3], state="failed"), *items[4:]], 0)
        assert await app.bytes_of(pilot) == 0
        app.table.in_sight = True
        app.table.redraw()
        assert 0 < await app.bytes_of(pilot) <= 100
        assert app.differences() == []
