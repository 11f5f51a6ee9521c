"""What is closed is gone: neither a widget of it nor a screen stays in memory."""

from __future__ import annotations

from tests.ui.driving import Program
from tests.ui.leftovers import leftovers

DIALOGS = {
    "scale": ("2", "s", "escape"),
    "environment": ("2", "E", "down", "enter", "escape"),
    "availability": ("1", "a", "escape"),
    "tokens": ("2", "t", "escape"),
    "new service": ("2", "n", "escape"),
    "help": ("2", "question_mark", "escape"),
    "palette": ("2", "colon", "escape"),
}
SCREENS = {"inspect": ("2", "i", "escape"), "logs": ("2", "l", "escape")}


async def test_nothing_stays_of_what_was_closed(program: Program) -> None:
    await program.on_row("2", "web")
    for keys in (*DIALOGS.values(), *SCREENS.values()):
        await open_and_close(program, keys)  # what Textual and Python make once, and keep
    before = leftovers(program.app)
    for keys in (*DIALOGS.values(), *SCREENS.values()):
        for _ in range(2):
            await open_and_close(program, keys)
    # A timer that was cancelled keeps its widget until asyncio would have called it.
    await program.until(lambda: not leftovers(program.app) - before, "nothing to be left")


async def open_and_close(program: Program, keys: tuple[str, ...]) -> None:
    await program.press(*keys)
    await program.until(lambda: len(program.app.screen_stack) == 1, f"{keys} to close")
