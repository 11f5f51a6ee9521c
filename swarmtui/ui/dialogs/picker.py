"""Choose one of many by name: what is typed narrows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from swarmtui.ui.text import cell_width, fit, natural, visible

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
    """

    name: str
    detail: str = ""


class _Rows(Static):
    """The rows; a click chooses one."""

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        screen = self.screen
        if at is not None and isinstance(screen, PickerDialog):
            screen.choose_row(at.y)


class PickerDialog(ModalScreen["str | None"]):
    """Returns the name that was chosen, or None.

    Args:
        title: what is being chosen.
        options: among which.
        empty: what to say when there are none.
    """

    BINDINGS: ClassVar = [
        Binding("escape,ctrl+c", "close", "Close", id="dialog.cancel", tooltip="Close this and choose nothing"),
        Binding("up", "move(-1)", "Up", show=False, id="picker.up", tooltip="The one above"),
        Binding("down", "move(1)", "Down", show=False, id="picker.down", tooltip="The one below"),
        Binding("pageup", f"move(-{MOST_ROWS})", "Page up", show=False, id="picker.page_up", tooltip="A page up"),
        Binding(
            "pagedown", f"move({MOST_ROWS})", "Page down", show=False, id="picker.page_down", tooltip="A page down"
        ),
    ]

    def __init__(self, title: str, options: Sequence[Option], *, empty: str) -> None:
        super().__init__()
        self._heading = title
        self._options = sorted(options, key=lambda option: natural(option.name))
        self._empty = empty
        self._shown = self._options
        self._cursor = 0

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(self._heading), classes="dialog-title")
            yield Input(placeholder="type a part of the name", compact=True, id="narrow")
            yield _Rows(id="options")
            yield Static("↑↓ move   enter Choose   esc Close", classes="dim")

    def on_mount(self) -> None:
        self.query_one("#narrow").focus()
        self._draw()

    def _draw(self) -> None:
        first = max(0, min(self._cursor - MOST_ROWS // 2, len(self._shown) - MOST_ROWS))
        rows = []
        for place, option in enumerate(self._shown[first : first + MOST_ROWS], start=first):
            name = visible(option.name)
            row = f"{fit(name, max(NAME_ROOM, min(cell_width(name), NAME_ROOM)))}  {visible(option.detail)}"
            rows.append(Content.styled(f"▌{row}", "reverse") if place == self._cursor else Content(f" {row}"))
        nothing = self._empty if not self._options else "Nothing has that in its name."
        self._first = first
        self.query_one("#options", Static).update(Content("\n").join(rows or [Content(nothing)]))

    @on(Input.Changed)
    def _narrowed(self, event: Input.Changed) -> None:
        wanted = event.value.casefold().strip()
        self._shown = [option for option in self._options if wanted in option.name.casefold()]
        self._cursor = 0
        self._draw()

    @on(Input.Submitted)
    def _chosen(self) -> None:
        if self._shown:
            self.dismiss(self._shown[self._cursor].name)

    def choose_row(self, row: int) -> None:
        """Choose the one in a row of those in sight."""
        if self._first + row < len(self._shown):
            self.dismiss(self._shown[self._first + row].name)

    def action_move(self, step: int) -> None:
        self._cursor = max(0, min(self._cursor + step, len(self._shown) - 1))
        self._draw()

    def action_close(self) -> None:
        self.dismiss(None)
