"""A menu: one of several things to ask for next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from swarmtui.ui.text import visible

__all__ = ["MenuDialog"]


class MenuDialog(ModalScreen["str | None"]):
    """Returns what was chosen.

    Args:
        title: what the menu is about.
        choices: what can be chosen, with the words for it.
    """

    BINDINGS: ClassVar = [
        Binding("escape,ctrl+c,q", "cancel", "Cancel", id="dialog.cancel", tooltip="Close this and change nothing"),
        Binding("k", "move(-1)", "Up", show=False, id="menu.up", tooltip="The choice above"),
        Binding("j", "move(1)", "Down", show=False, id="menu.down", tooltip="The choice below"),
    ]

    def __init__(self, title: str, choices: Mapping[str, str]) -> None:
        super().__init__()
        self._entitled = title
        self._choices = dict(choices)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(visible(self._entitled)), classes="dialog-title")
            yield OptionList(
                *[Option(Content(visible(words)), id=what) for what, words in self._choices.items()], compact=True
            )
            yield Static(Content("⏎ choose   esc leave"), classes="dim")

    def on_mount(self) -> None:
        menu = self.query_one(OptionList)
        menu.highlighted = 0
        menu.focus()

    def action_move(self, step: int) -> None:
        menu = self.query_one(OptionList)
        if step > 0:
            menu.action_cursor_down()
        else:
            menu.action_cursor_up()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def action_cancel(self) -> None:
        self.dismiss(None)
