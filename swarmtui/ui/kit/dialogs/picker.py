"""Choose one of many by name: what is typed narrows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Input, Static

from swarmtui.ui.kit.dialogs.dialog import DialogScreen, leaving
from swarmtui.ui.kit.texts.text import fit_middle, natural, visible

__all__ = ["Option", "PickerDialog"]

MOST_ROWS = 12
"""How many are in sight at once."""

NAME_ROOM = 44


@dataclass(frozen=True)
class Option:
    """One that can be chosen.

    Attributes:
        name: what is chosen.
        detail: what else may tell it from others.
        key: what the dialog returns; "" for the name.
    """

    name: str
    detail: str = ""
    key: str = ""

    @property
    def answer(self) -> str:
        return self.key or self.name


class _Rows(Static):
    """The rows; a click chooses one."""

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        screen = self.screen
        if at is not None and isinstance(screen, PickerDialog):
            screen.choose_row(at.y)


class PickerDialog(DialogScreen["str | None"]):
    """Returns the name (or key) that was chosen, or None.

    Args:
        title: what is being chosen.
        options: among which.
        empty: what to say when there are none.
        start: the answer of the option to begin on; "" for the first.

    Class attributes:
        BY_NAME: they stand in the order of their names; else as they are given.
        ROWS: how many are in sight at once.
    """

    BY_NAME: ClassVar = True
    ROWS: ClassVar = MOST_ROWS

    BINDINGS: ClassVar = [
        leaving("Close", "Close without choosing"),
        Binding("up", "move(-1)", "Up", show=False, id="picker.up", tooltip="The one above"),
        Binding("down", "move(1)", "Down", show=False, id="picker.down", tooltip="The one below"),
        Binding("pageup", f"move(-{MOST_ROWS})", "Page up", show=False, id="picker.page_up", tooltip="A page up"),
        Binding(
            "pagedown", f"move({MOST_ROWS})", "Page down", show=False, id="picker.page_down", tooltip="A page down"
        ),
    ]

    KEYS_LINE: ClassVar = "↑↓ move   enter Choose   esc Close"
    FIRST_FOCUS: ClassVar = "#narrow"

    def __init__(self, title: str, options: Sequence[Option], *, empty: str, start: str = "") -> None:
        super().__init__()
        self._heading = title
        self._options = self._ordered(options)
        self._empty = empty
        self._shown = self._options
        self._first = 0
        self._cursor = next((place for place, option in enumerate(self._options) if option.answer == start), 0)

    @property
    def heading(self) -> str:
        return self._heading

    def compose_body(self) -> ComposeResult:
        yield Input(placeholder="type part of the name", compact=True, id="narrow")
        yield _Rows(id="options")

    def on_mount(self) -> None:
        self._draw()

    def offer(self, options: Sequence[Option], *, empty: str) -> None:
        """Let one of others be chosen, narrowed by what is typed."""
        self._options, self._empty = self._ordered(options), empty
        self._narrow(self.query_one("#narrow", Input).value)

    def _ordered(self, options: Sequence[Option]) -> list[Option]:
        return sorted(options, key=lambda option: natural(option.name)) if self.BY_NAME else list(options)

    def _draw(self) -> None:
        first = max(0, min(self._cursor - self.ROWS // 2, len(self._shown) - self.ROWS))
        rows = []
        for place, option in enumerate(self._shown[first : first + self.ROWS], start=first):
            name = visible(option.name)
            row = f"{fit_middle(name, NAME_ROOM)}  {visible(option.detail)}"
            rows.append(Content.styled(f"▌{row}", "reverse") if place == self._cursor else Content(f" {row}"))
        nothing = self._empty if not self._options else "Nothing matches."
        self._first = first
        self.query_one("#options", Static).update(Content("\n").join(rows or [Content(nothing)]))

    @on(Input.Changed)
    def _narrowed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    def _narrow(self, typed: str) -> None:
        wanted = typed.casefold().strip()
        self._shown = [option for option in self._options if wanted in f"{option.name}  {option.detail}".casefold()]
        self._cursor = 0
        self._draw()

    @on(Input.Submitted)
    def _chosen(self) -> None:
        if self._shown:
            self.dismiss(self._shown[self._cursor].answer)

    def choose_row(self, row: int) -> None:
        """Choose the one in a row of those in sight."""
        if self._first + row < len(self._shown):
            self.dismiss(self._shown[self._first + row].answer)

    def action_move(self, step: int) -> None:
        self._cursor = max(0, min(self._cursor + step, len(self._shown) - 1))
        self._draw()
