"""What is taken away from a pane: a text to the clipboard, rows to a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from textual.widget import Widget

from swarmtui.swarm.short_text import counted
from swarmtui.ui.kit.dialogs.copy import CopyDialog
from swarmtui.ui.kit.dialogs.save import SaveDialog
from swarmtui.ui.kit.tables.export import ENDINGS, Sheet
from swarmtui.ui.kit.texts.text import visible

__all__ = ["ask_what_to_copy", "ask_where_to_save"]


def ask_what_to_copy(pane: Widget, texts: Mapping[str, str], row: Sequence[str]) -> None:
    """Ask which of the texts goes to the clipboard.

    Args:
        texts: by what they are; empty ones are not offered.
        row: what the cells of the row say; it is offered, too.
    """
    offered = {**texts, "row": "  ".join(filter(None, row))}

    def copy(text: str | None) -> None:
        if text is not None:
            pane.app.copy_to_clipboard(text)
            pane.notify("Copied (if your terminal allows it).", markup=False)

    pane.app.push_screen(CopyDialog({label: text for label, text in offered.items() if text}), copy)


def ask_where_to_save(pane: Widget, sheet: Sheet) -> None:
    """Ask for the file."""

    def saved(path: Path | None) -> None:
        if path is not None:
            pane.notify(visible(f"Saved to {path}."), markup=False)

    pane.app.push_screen(SaveDialog(counted(len(sheet.rows), "row"), f"{pane.id}.csv", sheet.as_file, ENDINGS), saved)
