"""Asks for a terminal in a task's container, and waits for it: the node may be behind a slow line."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Static

from swarmtui.engine.nodes.pending import Pending
from swarmtui.engine.nodes.terminal import Terminal
from swarmtui.errors import SwarmtuiError
from swarmtui.swarm.tasks.container_exec import SHELLS, ContainerExec
from swarmtui.ui.kit.dialogs.button import buttons
from swarmtui.ui.kit.dialogs.dialog import DialogScreen
from swarmtui.ui.kit.forms.form_field import FieldKind, FormField
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.session import SwarmSession

__all__ = ["TerminalDialog"]

FIELDS = (
    FieldKind("command", "Command", f"{' or '.join(SHELLS)}, if empty"),
    FieldKind("user", "User", "name, uid or uid:gid"),
    FieldKind("directory", "Directory", "/where/it/begins"),
)
PROTECTED = FieldKind("typed", "Confirm", "")


class TerminalDialog(DialogScreen[Terminal | None]):
    """Returns the terminal once the command runs; None when the user would rather not.

    Args:
        session: asked for it.
        asked: a shell in the task's container.
    """

    BINDINGS: ClassVar = [
        Binding("ctrl+y", "copy", "Copy", show=False, id="terminal.copy", tooltip="Copy the command that does the same")
    ]

    BOX: ClassVar = "wide"
    FIRST_FOCUS: ClassVar = "#field-command Input"

    def __init__(self, session: SwarmSession, asked: ContainerExec) -> None:
        super().__init__()
        self._session = session
        self._asked = asked
        self._pending: Pending[Terminal] | None = None

    @property
    def heading(self) -> str:
        return f"Shell in {self._asked.target.name} on {self._asked.node.name}"

    @property
    def waits(self) -> bool:
        return self._pending is not None

    def compose_body(self) -> ComposeResult:
        for kind in FIELDS:
            yield FormField(kind, "")
        if self._session.protected:
            yield FormField(PROTECTED, "")
        yield Static(id="command", classes="command")

    def compose_foot(self) -> ComposeResult:
        with Vertical(classes="dialog-foot"):
            yield Static(id="refusal")
            yield buttons("Cancel", "Open")

    def on_mount(self) -> None:
        if self._session.protected:
            name = visible(self._session.endpoint.name)
            self._say(f"▲ {name} is protected. Type its name below to confirm.", "$text-warning")
        self._show_command()

    def _value(self, name: str) -> str:
        return self.query_one(f"#field-{name}", FormField).value.strip()

    def _wanted(self) -> ContainerExec:
        """What stands in the fields. Raises ChangeRefused when it makes no sense."""
        return self._asked.asking_for(*(self._value(kind.name) for kind in FIELDS))

    @on(FormField.Changed)
    def _show_command(self) -> None:
        try:
            wanted = self._wanted()
        except SwarmtuiError as error:
            self._say(f"✖ {error}")
            return
        if not self._session.protected:
            self._say("")
        self.query_one("#command", Static).update(Content(f"$ {visible(self._session.by_hand(wanted))}"))

    @on(FormField.Done)
    @on(Button.Pressed, "#confirm")
    def _open(self) -> None:
        if self._pending is not None:
            return
        try:
            wanted = self._wanted()
        except SwarmtuiError as error:
            self._say(f"✖ {error}")
            return
        typed = self._value("typed") if self._session.protected else ""
        size = self.app.size.width, self.app.size.height
        self._pending = self._session.terminal(wanted, size, self._told, typed=typed)
        self._say(f"◌ Connecting to {visible(wanted.node.name)} … esc gives up.", "$text-warning")
        self._wait(self._pending)

    def _told(self, doing: str) -> None:
        """Called from another thread."""
        if self.is_running:
            self.app.call_later(self._say, f"◌ {visible(doing)} … esc gives up.", "$text-warning")

    @work(exclusive=True)
    async def _wait(self, pending: Pending[Terminal]) -> None:
        try:
            terminal = await asyncio.wrap_future(pending.future)
        except SwarmtuiError as error:
            self._pending = None
            self._say(f"✖ {error.told}\nThe line above does the same where you can reach the node; ctrl+y copies it.")
        else:
            self._pending = None
            self.dismiss(terminal)

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
            command = self._session.by_hand(self._wanted())
        except SwarmtuiError:
            command = self._session.by_hand(self._asked)
        self.app.copy_to_clipboard(command)
        self.app.notify("Sent to the terminal's clipboard.", markup=False)
