"""Where a text is saved. A file that is there is not overwritten without a yes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from swarmtui.ui.kit.dialogs.button import DialogButton, buttons
from swarmtui.ui.kit.dialogs.dialog import DialogScreen, leaving
from swarmtui.ui.kit.texts.text import visible

__all__ = ["SaveTextDialog"]


class SaveTextDialog(DialogScreen["Path | None"]):
    """Asks for a path and writes there. Returns where it was written, or None.

    Args:
        what: what is saved, for the title: "the log of web, 1,200 lines".
        name: the file's name at first, in the directory that the program was started in.
        text: makes what is written, when it comes to that.
    """

    BINDINGS: ClassVar = [leaving("Cancel", "Close without saving")]

    FIRST_FOCUS: ClassVar = "#path"

    def __init__(self, what: str, name: str, text: Callable[[], str]) -> None:
        super().__init__()
        self._what = what
        self._text = text
        self._path = Input(str(Path.cwd() / name), id="path", compact=True)
        self._overwrite: Path | None = None

    @property
    def heading(self) -> str:
        return f"Save {self._what}"

    def compose_body(self) -> ComposeResult:
        yield Static("To which file?", classes="dim")
        yield self._path

    def compose_foot(self) -> ComposeResult:
        with Vertical(classes="dialog-foot"):
            yield Static(id="said")
            yield buttons("Cancel", "Save")

    @on(Input.Changed)
    def _typed(self) -> None:
        self._overwrite = None
        self.query_one("#confirm", DialogButton).say("Save")
        self._say("")

    @on(Input.Submitted)
    @on(Button.Pressed, "#confirm")
    def _confirmed(self, event: Input.Submitted | Button.Pressed) -> None:
        if not self._path.value.strip():
            self._say("✖ Type a file name.")
            return
        try:
            path = Path(self._path.value.strip()).expanduser()
            sure = isinstance(event, Button.Pressed) and self._overwrite == path
            with path.open("w" if sure else "x", encoding="utf-8") as file:
                file.write(self._text())
        except FileExistsError:
            self._overwrite = path
            self._say(f"{path} already exists. Overwrite it?")
            self.query_one("#confirm", DialogButton).say("Overwrite")
            self.query_one("#cancel").focus()
        except (OSError, ValueError, RuntimeError) as error:
            self._say(f"✖ It cannot be written: {getattr(error, 'strerror', None) or error}.")
        else:
            self.dismiss(path)

    def _say(self, text: str) -> None:
        self.query_one("#said", Static).update(Content(visible(text)))
