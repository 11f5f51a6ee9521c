"""Copies one file out of a task's container or into it, and waits for it: the node may be behind a slow line."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Static

from swarmtui.engine.nodes.pending import Pending
from swarmtui.errors import AlreadyThere, SwarmtuiError
from swarmtui.swarm.tasks.container_file import CopyIn, CopyOut
from swarmtui.swarm.units import rough_size
from swarmtui.ui.kit.dialogs.button import DialogButton, buttons
from swarmtui.ui.kit.dialogs.dialog import DialogScreen
from swarmtui.ui.kit.forms.choice import Choice
from swarmtui.ui.kit.forms.form_field import FieldKind, FormField
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.session import SwarmSession

__all__ = ["FilesDialog"]

WAYS = {
    "out": "out of the container, to this machine",
    "in": "into the container, until Swarm replaces it",
}
FIELDS = (
    FieldKind("inside", "There", "/path/in/the/container"),
    FieldKind("here", "Here", "a path; empty: the same name"),
)
PROTECTED = FieldKind("typed", "Confirm", "")


class FilesDialog(DialogScreen[str | None]):
    """Returns what was copied, in words, once that is done; None when the user would rather not.

    Args:
        session: asked for it.
        out: a copy out of the container, whose paths are still to be named.
        into: the same into it.
    """

    BINDINGS: ClassVar = [
        Binding("ctrl+y", "copy", "Copy", show=False, id="files.copy", tooltip="Copy the command that does the same")
    ]

    BOX: ClassVar = "wide"
    FIRST_FOCUS: ClassVar = "#choices"

    def __init__(self, session: SwarmSession, out: CopyOut, into: CopyIn) -> None:
        super().__init__()
        self._session = session
        self._asked: dict[str, CopyOut | CopyIn] = {"out": out, "in": into}
        self._way = "out"
        self._pending: Pending[tuple[int, str]] | None = None
        self._may_replace: CopyOut | CopyIn | None = None

    @property
    def heading(self) -> str:
        asked = self._asked["out"]
        return f"Copy a file: {asked.target.name} on {asked.node.name}"

    @property
    def waits(self) -> bool:
        return self._pending is not None

    def compose_body(self) -> ComposeResult:
        yield Choice(WAYS, self._way, id="choices")
        for kind in FIELDS:
            yield FormField(kind, "")
        if self._session.protected:
            yield FormField(PROTECTED, "")
        yield Static(id="command", classes="command")

    def compose_foot(self) -> ComposeResult:
        with Vertical(classes="dialog-foot"):
            yield Static(id="refusal")
            yield buttons("Cancel", "Copy")

    def on_mount(self) -> None:
        if self._session.protected:
            name = visible(self._session.endpoint.name)
            self._say(f"▲ {name} is protected. Type its name below to confirm.", "$text-warning")
        self.query_one("#command", Static).display = False

    def _value(self, name: str) -> str:
        return self.query_one(f"#field-{name}", FormField).value.strip()

    def _wanted(self) -> CopyOut | CopyIn:
        """What stands in the fields. Raises ChangeRefused when it makes no sense."""
        return self._asked[self._way].between(self._value("inside"), self._value("here"))

    @on(Choice.Changed)
    def _turned(self, event: Choice.Changed) -> None:
        self._way = event.value
        self._changed()

    @on(Choice.Accepted)
    def _go_on(self) -> None:
        self.query_one("#field-inside Input").focus()

    @on(FormField.Changed)
    def _changed(self) -> None:
        self._ask_to_replace(None)
        command = self.query_one("#command", Static)
        command.display = bool(self._value("inside"))
        try:
            command.update(Content(f"$ {visible(self._wanted().docker_command)}"))
        except SwarmtuiError as error:
            command.display = False
            self._say(f"✖ {error}" if self._value("inside") else "")
        else:
            if not self._session.protected:
                self._say("")

    def _ask_to_replace(self, wanted: CopyOut | CopyIn | None) -> None:
        """What the button does: replace a file that is there, once that was said; else copy."""
        self._may_replace = wanted
        self.query_one("#confirm", DialogButton).say("Copy" if wanted is None else "Replace it")

    @on(FormField.Done)
    @on(Button.Pressed, "#confirm")
    def _copy(self) -> None:
        if self._pending is not None:
            return
        try:
            wanted = self._wanted()
        except SwarmtuiError as error:
            self._say(f"✖ {error}")
            return
        if self._may_replace == wanted:
            wanted = wanted.between(wanted.inside, wanted.here, overwrite=True)
        typed = self._value("typed") if self._session.protected else ""
        self._say(f"◌ Connecting to {visible(wanted.node.name)} … esc gives up.", "$text-warning")
        self._pending = self._session.copy_file(wanted, self._told, typed=typed)
        self._wait(self._pending, wanted)

    def _told(self, doing: str) -> None:
        """Called from another thread."""
        if self.is_running:
            self.app.call_later(self._say, f"◌ {visible(doing)} … esc gives up.", "$text-warning")

    @work(exclusive=True)
    async def _wait(self, pending: Pending[tuple[int, str]], wanted: Any) -> None:
        try:
            size, warning = await asyncio.wrap_future(pending.future)
        except AlreadyThere as error:
            self._pending = None
            self._say(f"▲ {visible(str(error))} Replace it?", "$text-warning")
            self._ask_to_replace(self._wanted())
            self.query_one("#cancel").focus()
        except SwarmtuiError as error:
            self._pending = None
            self._say(f"✖ {visible(str(error))}")
        else:
            self._pending = None
            self.dismiss(f"✔ {wanted.title}: {rough_size(size)}. {warning}".strip())

    def _say(self, text: str, style: str = "$text-error") -> None:
        for line in self.query("#refusal").results(Static):
            line.update(Content.styled(text, style))
            line.display = bool(text)

    def on_unmount(self) -> None:
        if self._pending is not None:
            self._pending.give_up()

    def action_copy(self) -> None:
        """Copy the command that does the same."""
        try:
            command = self._wanted().docker_command
        except SwarmtuiError:
            return
        self.app.copy_to_clipboard(command)
        self.app.notify("Sent to the terminal's clipboard.", markup=False)
