"""Keys that arrive at once do what they would do one by one."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.widgets import Input

from swarmtui.ui.shell.key_queue import KeyQueue
from tests.patience import until_async


class Question(ModalScreen[str]):
    """Asks for a text that has a default."""

    def compose(self) -> ComposeResult:
        yield Input("4", id="answer")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)


class AskingApp(KeyQueue[None]):
    """Two inputs; F2 goes to the second, F3 asks a question."""

    BINDINGS: ClassVar = [Binding("f2", "second"), Binding("f3", "ask")]

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[str | None] = []

    def compose(self) -> ComposeResult:
        yield Input(id="first")
        yield Input(id="second")

    def action_second(self) -> None:
        self.query_one("#second").focus()

    def action_ask(self) -> None:
        self.push_screen(Question(), self.answers.append)

    def text(self, id: str) -> str:
        return self.query_one(f"#{id}", Input).value


def burst(app: AskingApp, *keys: str) -> None:
    """Keys that are in the terminal's buffer together."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


async def worked_off(app: AskingApp) -> None:
    """Wait until the last key has been."""
    await until_async(lambda: app._key_worker is not None and app._key_worker.done(), "the end of the keys")


async def test_a_key_after_a_change_of_focus_goes_to_the_new_focus() -> None:
    app = AskingApp()
    async with app.run_test():
        burst(app, "a", "f2", "b", "c")
        await worked_off(app)
        assert (app.text("first"), app.text("second")) == ("a", "bc")


async def test_a_burst_works_a_dialog_as_single_keys_would() -> None:
    app = AskingApp()
    async with app.run_test():
        burst(app, "x", "f3", "backspace", "6", "enter", "y", "f3", "7", "enter")
        await worked_off(app)
        assert app.answers == ["6", "7"]
        assert app.text("first") == "xy"


async def test_many_keys_keep_their_order() -> None:
    app = AskingApp()
    async with app.run_test():
        typed = "the quick brown fox".replace(" ", "")
        burst(app, *typed, "backspace", "f2", *typed)
        await worked_off(app)
        assert (app.text("first"), app.text("second")) == (typed[:-1], typed)
