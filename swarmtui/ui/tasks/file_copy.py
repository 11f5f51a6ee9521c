"""Copies one file out of a task's container or into it, and waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from swarmtui.engine.nodes.awaited import Awaited
from swarmtui.errors import AlreadyThere, SwarmtuiError
from swarmtui.swarm.tasks.container_file import CopyIn, CopyOut
from swarmtui.swarm.units import rough_size
from swarmtui.ui.kit.dialogs.button import DialogButton
from swarmtui.ui.kit.forms.choice import Choice
from swarmtui.ui.kit.forms.form_field import FieldKind, FormField
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.nodes.container_dialogs import WaitingContainerDialog
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


class FilesDialog(WaitingContainerDialog[str | None, CopyOut | CopyIn, tuple[int, str]]):
    """Returns what was copied, in words, once that is done; None when the user would rather not.

    Args:
        session: asked for it.
        out: a copy out of the container, whose paths are still to be named.
        into: the same into it.
    """

    BINDINGS: ClassVar = [
        Binding("ctrl+y", "copy", "Copy", show=False, id="files.copy", tooltip="Copy the command that does the same")
    ]

    FIRST_FOCUS: ClassVar = "#choices"

    def __init__(self, session: SwarmSession, out: CopyOut, into: CopyIn) -> None:
        super().__init__(session)
        self._asked: dict[str, CopyOut | CopyIn] = {"out": out, "in": into}
        self._way = "out"
        self._may_replace: CopyOut | CopyIn | None = None

    @property
    def heading(self) -> str:
        return f"Copy a file: {self._asked['out'].target.name} on {self.node_name}"

    @property
    def verb(self) -> str:
        return "Copy"

    @property
    def node_name(self) -> str:
        return self._asked["out"].node.name

    def compose_body(self) -> ComposeResult:
        yield Choice(WAYS, self._way, id="choices")
        for kind in FIELDS:
            yield FormField(kind, "")
        yield from self.confirmation()
        yield Static(id="command", classes="command")

    def on_mount(self) -> None:
        self.say_protection()
        self.query_one("#command", Static).display = False

    def wanted(self) -> CopyOut | CopyIn:
        """As for every such dialog; a file that is there is replaced once the user was told of it."""
        wanted = self._named()
        return wanted if self._may_replace != wanted else wanted.between(wanted.inside, wanted.here, overwrite=True)

    def _named(self) -> CopyOut | CopyIn:
        return self._asked[self._way].between(self.value("inside"), self.value("here"))

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
        command.display = bool(self.value("inside"))
        try:
            command.update(Content(f"$ {visible(self.wanted().docker_command)}"))
        except SwarmtuiError as error:
            command.display = False
            self.say(f"✖ {error}" if self.value("inside") else self.protection)
        else:
            self.say_protection()

    def _ask_to_replace(self, wanted: CopyOut | CopyIn | None) -> None:
        """What the button does: replace a file that is there, once that was said; else copy."""
        self._may_replace = wanted
        self.query_one("#confirm", DialogButton).say(self.verb if wanted is None else "Replace it")

    def begin(self, wanted: CopyOut | CopyIn, told: Callable[[str], None], typed: str) -> Awaited[tuple[int, str]]:
        return self._session.nodes.copy_file(wanted, told, typed=typed)

    def came(self, got: tuple[int, str], wanted: CopyOut | CopyIn) -> None:
        size, warning = got
        self.dismiss(f"✔ {wanted.title}: {rough_size(size)}. {warning}".strip())

    def failed(self, error: SwarmtuiError) -> None:
        if not isinstance(error, AlreadyThere):
            super().failed(error)
            return
        self.say(f"▲ {error} Replace it?", "$text-warning")
        self._ask_to_replace(self._named())
        self.query_one("#cancel").focus()

    def action_copy(self) -> None:
        """Copy the command that does the same."""
        try:
            command = self.wanted().docker_command
        except SwarmtuiError:
            return
        self.app.copy_to_clipboard(command)
        self.app.notify("Sent to the terminal's clipboard.", markup=False)
