"""Partial updates that are cut at both ends leave on the terminal what whole ones would."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace

import pyte
import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widgets import Input, Label, ProgressBar, TextArea

from swarmtui.ui.kit.cell_updates import CellUpdateScreen, StyledRun, ThriftyUpdate, thrifty
from swarmtui.ui.kit.partial_updates import ChangesOnly
from swarmtui.ui.kit.terminal_cells import TerminalCells
from swarmtui.ui.kit.textual_internals import draw_by
from tests.ui.widgets.table_app import RecordingTable, numbered, settled
from tests.ui.widgets.test_terminal import HEIGHT, WIDTH, TerminalApp, TerminalDriver

CURSOR_ONLY = 30
"""Bytes with which the cursor is put where it was; the ends of an update are marked, too."""


class Question(ModalScreen[None]):
    CSS = "Question { align: center middle; background: black 50%; } Input { width: 31; } Label { width: 30; }"

    def __init__(self) -> None:
        super().__init__()
        draw_by(self, ChangesOnly())

    def compose(self) -> ComposeResult:
        yield Label("日本語 over the tables 🙂")
        yield Input()


class BusyApp(TerminalApp):
    """Two tables side by side, an input below, and a dialog over all of it."""

    def get_default_screen(self) -> Screen[None]:
        return CellUpdateScreen()

    def compose(self) -> ComposeResult:
        self.other = RecordingTable()
        with Horizontal():
            yield self.table
            yield self.other
        yield ProgressBar(total=20)
        yield Input()

    def as_if_written_anew(self) -> pyte.Screen:
        terminal = pyte.Screen(WIDTH, HEIGHT)
        update = self.screen._compositor.render_update(full=True, screen_stack=self._background_screens)
        assert isinstance(update, LayoutUpdate)
        for y, strips in enumerate(update.strips):
            line = "".join(strip.render(self.console) for strip in strips)
            pyte.Stream(terminal).feed(f"\x1b[{y + 1};1H{line}")
        return terminal


@pytest.mark.parametrize("seed", range(2))
async def test_the_screen_is_as_if_written_anew(seed: int) -> None:
    app, chance = BusyApp(), random.Random(seed)
    async with app.run_test(headless=False, size=(WIDTH, HEIGHT)) as pilot:
        items = [replace(item, name=f"語{item.name}" if chance.random() < 0.5 else item.name) for item in numbered(30)]
        for step in range(12):
            for table in (app.table, app.other):
                states = ("running", "failed", "失敗")
                items = [replace(i, state=chance.choice(states)) if chance.random() < 0.2 else i for i in items]
                table.show(items[chance.randrange(3) :], step)
            app.query(ProgressBar).first(ProgressBar).advance(1)
            if chance.random() < 0.2:
                await (app.pop_screen() if isinstance(app.screen, Question) else app.push_screen(Question()))
            elif chance.random() < 0.4:
                await pilot.press(chance.choice(("tab", "a", "down", "backspace")))
            await settled(pilot)
            wanted = app.as_if_written_anew()
            assert TerminalDriver.terminal.display == wanted.display, step
            assert all(TerminalDriver.terminal.buffer[y] == wanted.buffer[y] for y in range(HEIGHT)), step


def test_only_what_is_known_is_replaced() -> None:
    class OtherUpdate(ChopsUpdate):
        pass

    other = OtherUpdate([], [], [])
    cells = TerminalCells()
    assert thrifty(other, cells) is other
    assert thrifty(None, cells) is None
    assert isinstance(thrifty(ChopsUpdate([], [], []), cells), ThriftyUpdate)


async def test_a_widget_that_is_drawn_again_writes_only_the_cells_that_differ() -> None:
    app = BusyApp()
    async with app.run_test(headless=False, size=(WIDTH, HEIGHT)) as pilot:
        app.table.show(numbered(30), 0)
        app.table.styles.border = ("round", "white")
        app.table.border_title = "9 ready"
        await settled(pilot)
        app.table.border_title = "8 ready"
        assert 0 < await app.bytes_of(pilot) <= 100
        app.table.refresh()
        app.other.refresh(layout=True)
        while await app.bytes_of(pilot):
            pass
        for widget in app.screen.walk_children():
            widget.refresh()
            assert await app.bytes_of(pilot) <= CURSOR_ONLY, (widget, TerminalDriver.last)


@pytest.mark.parametrize("line", [Input, TextArea])
async def test_what_is_typed_into_writes_nothing_while_nobody_types(line: type[Input] | type[TextArea]) -> None:
    class TypedInto(TerminalApp):
        def compose(self) -> ComposeResult:
            yield line()

    app, blinked = TypedInto(), asyncio.Event()
    async with app.run_test(headless=False, size=(WIDTH, HEIGHT)) as pilot:
        app.query_one(line).focus()
        await pilot.press("a")
        await settled(pilot)
        before = TerminalDriver.written
        app.set_timer(1.5, blinked.set)  # Textual has a cursor go, or come, each half second, at the latest after one
        await blinked.wait()
        assert await app.bytes_of(pilot) == 0
        assert TerminalDriver.written == before
        grounds = {cell.bg for cell in TerminalDriver.terminal.buffer[1].values()}
        assert len(grounds) > len({cell.bg for cell in TerminalDriver.terminal.buffer[0].values()}), "the cursor"


async def test_one_character_in_each_row_costs_a_few_bytes_a_row() -> None:
    app = BusyApp()
    async with app.run_test(headless=False, size=(WIDTH, HEIGHT)) as pilot:
        items = [replace(item, state="2 min") for item in numbered(30)]
        app.table.show(items, 0)
        await settled(pilot)
        app.table.show([replace(item, state="3 min") for item in items], 0)
        assert 0 < await app.bytes_of(pilot) <= 6 * app.table.page + 120
        assert TerminalDriver.terminal.display == app.as_if_written_anew().display


async def test_a_terminal_that_was_lent_is_written_as_a_whole() -> None:
    app = BusyApp()
    async with app.run_test(headless=False, size=(WIDTH, HEIGHT)) as pilot:
        app.table.show(numbered(30), 0)
        await settled(pilot)
        TerminalDriver.terminal.reset()
        app.forget_terminal()
        app.screen.refresh()
        await settled(pilot)
        assert TerminalDriver.terminal.display == app.as_if_written_anew().display


def test_wide_characters_are_not_cut_in_two() -> None:
    cells = TerminalCells()
    cells.write(0, 3, Strip([Segment("a日本b")]))
    changes = cells.write(0, 3, Strip([Segment("a日x本")]))
    assert [(x, strip.text) for x, strip in changes] == [(6, "x本")]
    assert not cells.write(0, 3, Strip([Segment("a"), Segment("日x本")]))


PALETTE = [
    None,
    *map(
        Style.parse,
        (
            "bold #ff0000 on blue",
            "bold dim #ff0000 on blue",
            "dim #ff0000 on #102030",
            "dim italic underline strike reverse red on #102030",
            "italic default on default",
            "bright_red on bright_black",
            "color(200) on color(17)",
            "dim",
        ),
    ),
    Style(link="https://example.org"),
]


@pytest.mark.parametrize("seed", range(40))
def test_pieces_of_any_style_anywhere_look_as_if_each_were_written_alone(seed: int) -> None:
    chance = random.Random(seed)
    console = Console(color_system="truecolor", force_terminal=True)
    together, separate = StyledRun(), ""
    y = 0
    while y < 10:
        segments = [Segment(chance.choice("xy日") * 3, chance.choice(PALETTE)) for _ in range(chance.randint(1, 3))]
        strip = Strip(segments)
        x = chance.choice((0, 1, 2, 9, 40 - strip.cell_length))
        rendered = strip.render(console)
        together.move(x, y)
        together.write(rendered, to_edge=x + strip.cell_length == 40)
        separate += f"\x1b[{y + 1};{x + 1}H{rendered}"
        y += chance.choice((0, 1, 1, 2))
    shown = [pyte.Screen(40, 10), pyte.Screen(40, 10)]
    for screen, text in zip(shown, (together.text, separate), strict=True):
        pyte.Stream(screen).feed(text + "\x1b[10;1Hafterwards")
    assert shown[0].buffer == shown[1].buffer
    assert len(together.text) <= len(separate)


def test_an_age_that_moves_on_in_each_row_costs_one_style_and_a_step() -> None:
    console = Console(color_system="truecolor", force_terminal=True)
    age = Strip([Segment("2 min", Style.parse("#808080 on #102030"))]).render(console)
    run = StyledRun()
    for y in range(30):
        run.move(69, y)
        run.write(age)
    assert run.text.count("38;2;128;128;128") == 1
    assert len(run.text) < 30 * len("\x1b[B\x1b[5D2 min") + 60


def test_of_two_styles_what_both_have_is_written_once() -> None:
    console = Console(color_system="truecolor", force_terminal=True)
    run = StyledRun()
    run.move(0, 0)
    run.write(Strip([Segment("a", Style.parse("bold red on #102030"))]).render(console))
    run.write(Strip([Segment("b", Style.parse("#808080 on #102030"))]).render(console))
    assert run.text == "\x1b[1;1H\x1b[1;31;48;2;16;32;48ma\x1b[22;38;2;128;128;128mb\x1b[0m"
