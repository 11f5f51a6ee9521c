"""Asks for a command that runs in several containers, and says in which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Button, Static

from swarmtui.engine.nodes.command_run import CommandRun
from swarmtui.errors import SwarmtuiError
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.tasks.command_across import CollectedExec, nodes_of, tasks_and_nodes
from swarmtui.ui.kit.forms.form_field import FieldKind, FormField
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.nodes.container_dialogs import ContainerDialog
from swarmtui.ui.session import SwarmSession

__all__ = ["AcrossDialog"]

FIELDS = (
    FieldKind("command", "Command", "sh -c '…' for pipes and such"),
    FieldKind("user", "User", "name, uid or uid:gid"),
    FieldKind("directory", "Directory", "/where/it/begins"),
)
MOST_LINES = 200
"""Nodes, and tasks without a container, that are listed."""


class AcrossDialog(ContainerDialog[CommandRun | None]):
    """Returns the command once it runs; None when the user would rather not.

    Args:
        session: asked for it.
        asked: in which containers; the first one tells what stands in the fields at first.
        without: why some tasks are left out, a sentence each.
        again: the command was run before, and only has to be confirmed.
    """

    BINDINGS: ClassVar = [
        Binding(
            "ctrl+y", "copy", "Copy", show=False, id="across.copy", tooltip="Copy the commands that do the same by hand"
        )
    ]

    def __init__(
        self, session: SwarmSession, asked: Sequence[CollectedExec], without: Sequence[str] = (), *, again: bool = False
    ) -> None:
        super().__init__(session)
        self._asked = tuple(asked)
        self._without = tuple(without)
        self._again = again

    @property
    def heading(self) -> str:
        return f"Run a command in {tasks_and_nodes(self._asked)}"

    @property
    def first_focus(self) -> str:
        if not self._again:
            return "#field-command Input"
        return "#field-typed Input" if self._session.protected else "#confirm"

    def compose_body(self) -> ComposeResult:
        first = self._asked[0]
        for kind, value in zip(FIELDS, (first.command, first.user, first.directory), strict=True):
            yield FormField(kind, value)
        yield from self.confirmation()
        yield Static(id="command", classes="command")
        yield Static(self._where(), id="impact")

    def _where(self) -> Content:
        """Each node with its tasks, and what is left out."""
        nodes = nodes_of(self._asked)
        width = max(len(visible(name)) for name in nodes)
        lines = [
            Content.assemble((f"{visible(name):<{width}}  ", "dim"), visible(", ".join(tasks)))
            for name, tasks in list(nodes.items())[:MOST_LINES]
        ]
        if len(nodes) > MOST_LINES:
            lines.append(Content(f"and {len(nodes) - MOST_LINES} more nodes"))
        left_out = [f"▲ Left out: {visible(each)}" for each in self._without[:MOST_LINES]]
        return Content("\n").join([*lines, *(Content.styled(each, "$text-warning") for each in left_out)])

    @property
    def verb(self) -> str:
        return f"Run in {counted(len(self._asked), 'task')}"

    def on_mount(self) -> None:
        self._typed()

    def _wanted(self) -> tuple[CollectedExec, ...]:
        """What stands in the fields, for each. Raises ChangeRefused when it makes no sense."""
        values = [self.value(kind.name) for kind in FIELDS]
        return tuple(each.asking_for(*values) for each in self._asked)

    @on(FormField.Changed)
    def _typed(self) -> None:
        line = self.query_one("#command", Static)
        if not self.value("command"):
            line.update("")
            self.say_protection()
            return
        try:
            first, *others = self._wanted()
        except SwarmtuiError as error:
            self.refuse(error)
            return
        more = f"  (and so in {len(others)} more)" if others else ""
        line.update(Content.assemble(f"$ {visible(self._session.nodes.by_hand(first))}", (more, "dim")))
        self.say_protection()

    @on(FormField.Done)
    def _done(self) -> None:
        """Enter does not run it yet: what will run where is to be looked at first."""
        try:
            self._wanted()
        except SwarmtuiError as error:
            self.refuse(error)
            return
        if self._session.protected and not self.value("typed"):
            self.query_one("#field-typed", FormField).focus_control()
        else:
            self.query_one("#confirm", Button).focus()

    @on(Button.Pressed, "#confirm")
    def _run(self) -> None:
        try:
            run = self._session.nodes.run_across(self._wanted(), typed=self.typed)
        except SwarmtuiError as error:
            self.refuse(error)
        else:
            self.dismiss(run)

    def action_copy(self) -> None:
        """Copy the commands that do the same, a line for each task."""
        try:
            wanted = self._wanted()
        except SwarmtuiError as error:
            self.refuse(error)
            return
        self.app.copy_to_clipboard("\n".join(map(self._session.nodes.by_hand, wanted)))
        self.app.notify(f"Copied {counted(len(wanted), 'command')} (if your terminal allows it).", markup=False)
