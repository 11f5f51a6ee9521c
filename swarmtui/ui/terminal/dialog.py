"""Asks for a terminal in a task's container, and waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from swarmtui.engine.nodes.awaited import Awaited
from swarmtui.engine.nodes.terminal import Terminal
from swarmtui.errors import SwarmtuiError
from swarmtui.swarm.tasks.container_exec import SHELLS, ContainerExec
from swarmtui.ui.kit.forms.form_field import FieldKind, FormField
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.nodes.container_dialogs import WaitingContainerDialog
from swarmtui.ui.session import SwarmSession

__all__ = ["TerminalDialog"]

FIELDS = (
    FieldKind("command", "Command", f"{' or '.join(SHELLS)}, if empty"),
    FieldKind("user", "User", "name, uid or uid:gid"),
    FieldKind("directory", "Directory", "/where/it/begins"),
)


class TerminalDialog(WaitingContainerDialog[Terminal | None, ContainerExec, Terminal]):
    """Returns the terminal once the command runs; None when the user would rather not.

    Args:
        session: asked for it.
        asked: a shell in the task's container.
    """

    BINDINGS: ClassVar = [
        Binding("ctrl+y", "copy", "Copy", show=False, id="terminal.copy", tooltip="Copy the command that does the same")
    ]

    FIRST_FOCUS: ClassVar = "#field-command Input"

    def __init__(self, session: SwarmSession, asked: ContainerExec) -> None:
        super().__init__(session)
        self._asked = asked

    @property
    def heading(self) -> str:
        return f"Shell in {self._asked.target.name} on {self._asked.node.name}"

    @property
    def verb(self) -> str:
        return "Open"

    @property
    def node_name(self) -> str:
        return self._asked.node.name

    def compose_body(self) -> ComposeResult:
        for kind in FIELDS:
            yield FormField(kind, "")
        yield from self.confirmation()
        yield Static(id="command", classes="command")

    def on_mount(self) -> None:
        self._show_command()

    def wanted(self) -> ContainerExec:
        return self._asked.asking_for(*(self.value(kind.name) for kind in FIELDS))

    @on(FormField.Changed)
    def _show_command(self) -> None:
        try:
            wanted = self.wanted()
        except SwarmtuiError as error:
            self.refuse(error)
            return
        self.say_protection()
        self.query_one("#command", Static).update(Content(f"$ {visible(self._session.nodes.by_hand(wanted))}"))

    def begin(self, wanted: ContainerExec, told: Callable[[str], None], typed: str) -> Awaited[Terminal]:
        return self._session.nodes.terminal(wanted, (self.app.size.width, self.app.size.height), told, typed=typed)

    def came(self, got: Terminal, wanted: ContainerExec) -> None:
        self.dismiss(got)

    def failed(self, error: SwarmtuiError) -> None:
        self.say(f"✖ {error.told}\nThe line above does the same where you can reach the node; ctrl+y copies it.")

    def action_copy(self) -> None:
        """Copy the command that does the same."""
        try:
            command = self._session.nodes.by_hand(self.wanted())
        except SwarmtuiError:
            command = self._session.nodes.by_hand(self._asked)
        self.app.copy_to_clipboard(command)
        self.app.notify("Sent to the terminal's clipboard.", markup=False)
