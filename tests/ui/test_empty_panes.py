"""Panes without rows."""

from __future__ import annotations

from pathlib import Path

from tests.stub_engine import StubEngine
from tests.ui.driving import open_on


async def test_empty_panes_say_what_to_do(engine: StubEngine, crash_log: Path) -> None:
    async with open_on(engine.url, crash_log) as program:
        for pane, words in (
            ("4", "No stacks. Press n to deploy one from a compose file."),
            ("5", "No secrets. Press n to create one."),
            ("6", "No configs. Press n to create one."),
            ("7", "No overlay networks. Press n to create one."),
        ):
            await program.press(pane)
            await program.see(words)
            for key in ("r", "delete", "u", "greater_than_sign"):
                await program.press(key)
            assert len(program.app.screen_stack) == 1
