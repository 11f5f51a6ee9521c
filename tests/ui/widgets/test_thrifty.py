"""Partial updates that are cut at both ends leave on the terminal what whole ones would."""

from __future__ import annotations

import random
from dataclasses import replace

import pyte
import pytest
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.widgets import Input, Label, ProgressBar

from swarmtui.ui.kit.cell_updates import ThriftyUpdate, thrifty
from tests.ui.widgets.table_app import RecordingTable, numbered
from tests.ui.widgets.test_terminal import HEIGHT, WIDTH, TerminalApp, TerminalDriver


class Question(ModalScreen[None]):
    CSS = "Question { align: center middle; background: black 50%; } Input { width: 31; } Label { width: 30; }"

    def compose(self) -> ComposeResult:
        yield Label("日本語 over the tables 🙂")
        yield Input()


class BusyApp(TerminalApp):
    """Two tables side by side, an input below, and a dialog over all of it."""

    def compose(self) -> ComposeResult:
        self.other = RecordingTable()
        with Horizontal():
            yield self.table
            yield self.other
        yield ProgressBar(total=20)
        yield Input()

    def as_if_written_anew(self) -> list[str]:
        terminal = pyte.Screen(WIDTH, HEIGHT)
        update = self.screen._compositor.render_update(full=True, screen_stack=self._background_screens)
        assert isinstance(update, LayoutUpdate)
        for y, strips in enumerate(update.strips):
            line = "".join(strip.render(self.console) for strip in strips)
            pyte.Stream(terminal).feed(f"\x1b[{y + 1};1H{line}")
        return terminal.display


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
            await pilot.pause()
            assert TerminalDriver.terminal.display == app.as_if_written_anew(), step


def test_only_what_is_known_is_replaced() -> None:
    class OtherUpdate(ChopsUpdate):
        pass

    other = OtherUpdate([], [], [])
    assert thrifty(other) is other
    assert thrifty(None) is None
    assert isinstance(thrifty(ChopsUpdate([], [], [])), ThriftyUpdate)
