"""Where something is saved. A file that is there is not overwritten without a yes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from swarmtui.errors import NotSaved
from swarmtui.ui.kit.dialogs.button import DialogButton, buttons
from swarmtui.ui.kit.dialogs.dialog import DialogScreen, leaving
from swarmtui.ui.kit.saved_file import write_file
from swarmtui.ui.kit.texts.text import visible

__all__ = ["SaveDialog"]


class SaveDialog(DialogScreen["Path | None"]):
    """Asks for a path and writes there. Returns where it was written, or None.

    Args:
        what: what is saved, for the title: "the log of web, 1,200 lines".
        name: the file's name at first, in the directory that the program was started in.
        text: makes what is written into a file of that path, when it comes to that. Raises NotSaved where it cannot.
        endings: what the name may end in, where that says what the file holds.
    """

    BINDINGS: ClassVar = [leaving("Cancel", "Close without saving")]

    FIRST_FOCUS: ClassVar = "#path"

    def __init__(self, what: str, name: str, text: Callable[[Path], str], endings: str = "") -> None:
        super().__init__()
        self._what = what
        self._text = text
        self._endings = endings
        self._path = Input(name, id="path", select_on_focus=False, compact=True)
        self._overwrite: Path | None = None

    @property
    def heading(self) -> str:
        return f"Save {self._what}"

    def compose_body(self) -> ComposeResult:
        ending = f" Its name ends in {self._endings}." if self._endings else ""
        yield Static(
            Content(visible(f"To which file?{ending} Without a directory it is saved in {Path.cwd()}.")), classes="dim"
        )
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
            path = Path(self._path.value.strip()).expanduser().absolute()
            sure = isinstance(event, Button.Pressed) and self._overwrite == path
            write_file(path, self._text(path), overwrite=sure)
        except (NotSaved, RuntimeError) as problem:  # RuntimeError: nobody has such a home
            self._say(f"✖ {problem}")
        except FileExistsError:
            self._overwrite = path
            self._say(f"{path} already exists. Overwrite it?")
            self.query_one("#confirm", DialogButton).say("Overwrite")
            self.query_one("#cancel").focus()
        else:
            self.dismiss(path)

    def _say(self, text: str) -> None:
        self.query_one("#said", Static).update(Content(visible(text)))
