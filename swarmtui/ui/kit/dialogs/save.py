"""Save the rows of a table: to which file."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from swarmtui.errors import NotSaved
from swarmtui.ui.kit.dialogs.dialog import DialogScreen, leaving
from swarmtui.ui.kit.tables.export import ENDINGS, Sheet, save
from swarmtui.ui.kit.texts.text import visible

__all__ = ["SaveDialog"]


class SaveDialog(DialogScreen["Path | None"]):
    """Saves a sheet; returns where, or None.

    Args:
        sheet: the rows.
        name: the file's name to begin with: "services.csv".
    """

    BINDINGS: ClassVar = [leaving("Cancel", "Close without saving")]

    FIRST_FOCUS: ClassVar = "#path"

    def __init__(self, sheet: Sheet, name: str) -> None:
        super().__init__()
        self._sheet = sheet
        self._file_name = name
        self._may_replace = ""

    @property
    def heading(self) -> str:
        return f"Save {len(self._sheet.rows)} rows"

    def compose_body(self) -> ComposeResult:
        yield Static(Content(f"File name, ending in {ENDINGS}:"), classes="dim")
        yield Input(self._file_name, id="path", compact=True)

    def compose_foot(self) -> ComposeResult:
        with Vertical(classes="dialog-foot"):
            yield Static(id="said")
            yield Static(Content("⏎ Save   esc Cancel"), classes="dim")

    def on_mount(self) -> None:
        self.query_one("#path", Input).cursor_position = len(self._file_name)

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
