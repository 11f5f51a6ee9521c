"""A menu: one of several things to ask for next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from swarmtui.ui.kit.dialogs.dialog import leaving
from swarmtui.ui.kit.dialogs.list_dialog import ListDialog
from swarmtui.ui.kit.texts.text import visible

__all__ = ["MenuDialog"]


class MenuDialog(ListDialog["str | None"]):
    """Returns what was chosen.

    Args:
        title: what the menu is about.
        choices: what can be chosen, with the words for it.
    """

    BINDINGS: ClassVar = [
        leaving("Cancel", "Close without changes", more="q"),
        Binding("k", "move(-1)", "Up", show=False, id="menu.up", tooltip="The choice above"),
        Binding("j", "move(1)", "Down", show=False, id="menu.down", tooltip="The choice below"),
    ]

    KEYS_LINE: ClassVar = "⏎ choose   esc leave"

    def __init__(self, title: str, choices: Mapping[str, str]) -> None:
        super().__init__()
        self._heading = title
        self._choices = dict(choices)

    @property
    def heading(self) -> str:
        return self._heading

    def compose_body(self) -> ComposeResult:
        yield OptionList(
            *[Option(Content(visible(words)), id=what) for what, words in self._choices.items()], compact=True
        )

    def on_mount(self) -> None:
        self.lines.highlighted = 0

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)
