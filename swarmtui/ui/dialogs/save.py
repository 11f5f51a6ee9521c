"""Save the rows of a table: to which file."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from swarmtui.errors import NotSaved
from swarmtui.ui.export import Sheet, save
from swarmtui.ui.text import visible

__all__ = ["SaveDialog"]


class SaveDialog(ModalScreen["Path | None"]):
    """Saves a sheet; returns where, or None.

    Args:
        sheet: the rows.
        name: the file's name to begin with: "services.csv".
    """

    BINDINGS: ClassVar = [
        Binding("escape,ctrl+c", "cancel", "Cancel", id="dialog.cancel", tooltip="Close this, save nothing")
    ]

    def __init__(self, sheet: Sheet, name: str) -> None:
        super().__init__()
        self._sheet = sheet
        self._file_name = name
        self._may_replace = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(f"Save {len(self._sheet.rows)} rows", classes="dialog-title")
            yield Static(Content("To a file that ends in .csv or .json:"), classes="dim")
            yield Input(self._file_name, id="path", compact=True)
            yield Static(id="said")
            yield Static(Content("⏎ Save   esc Cancel"), classes="dim keys-line")

    def on_mount(self) -> None:
        path = self.query_one("#path", Input)
        path.focus()
        path.cursor_position = len(self._file_name)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        if not text:
            return
        path = Path(text).expanduser().absolute()
        try:
            save(self._sheet, path, overwrite=self._may_replace == text)
        except NotSaved as problem:
            self._may_replace = text if path.exists() else ""
            self.query_one("#said", Static).update(Content(visible(str(problem))))
        else:
            self.dismiss(path)

    def action_cancel(self) -> None:
        self.dismiss(None)
