"""Deploy a stack from a compose file: first what it would change, then docker's own program does it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import ChangeRefused, NotPossible, SwarmtuiError
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.stacks.changes import DeployStack
from swarmtui.swarm.stacks.compose import Comparison
from swarmtui.ui.changes.action_dialog import ActionDialog
from swarmtui.ui.kit.forms.labelled_fields import field
from swarmtui.ui.kit.forms.toggle import Toggle
from swarmtui.ui.session import SwarmSession

__all__ = ["DeployDialog"]


class DeployDialog(ActionDialog):
    """Asks for the file and the stack's name, and has them compared with what runs before anything can be done.

    Args:
        session: compares.
        stack: the name to begin with; "" for one that is made from the file's directory.
        file: the path to begin with.
    """

    FIRST_FOCUS: ClassVar = "#file"

    def __init__(
        self,
        session: SwarmSession,
        observation: Observation,
        *,
        stack: str = "",
        file: str = "",
    ) -> None:
        super().__init__(observation)
        self._session = session
        self._stack = stack
        self._file = file
        self._named_by_user = bool(stack)
        self._compared: tuple[tuple[str, str], Comparison | SwarmtuiError] | None = None
        self._comparing = False

    @property
    def heading(self) -> str:
        return "Deploy a stack from a compose file"

    @property
    def target(self) -> Target:
        return Target(Kind.STACK, "", self._asked[1] if self.is_mounted else self._stack, 0)

    @property
    def verb(self) -> str:
        return "Deploy stack"

    def compose_choice(self) -> Iterable[Widget]:
        with Vertical(classes="fields"):
            yield field("File", "file", self._file, hint="docker-compose.yml; → completes it", path=True)
            yield field("Stack", "stack", self._stack)
            yield Toggle("prune: remove services that are not in the file", id="prune")
            yield Toggle("send this machine's registry credentials", id="credentials")

    def meanings(self) -> Mapping[str, str]:
        return {
            "File": "The compose file on this machine; the right arrow completes its path",
            "Stack": "The stack's name; by default that of the file's directory",
            "prune": "Remove the stack's services that are no longer in the file",
            "credentials": "Nodes can pull from registries this machine is logged in to",
        }

    # ------------------------------------------------------------------------------------ what is asked for

    @property
    def _asked(self) -> tuple[str, str]:
        """The file and the stack."""
        return self.query_one("#file", Input).value.strip(), self.query_one("#stack", Input).value.strip()

    @property
    def unsaved(self) -> str:
        path, stack = self._asked
        # A stack that is named after the file's directory was not typed.
        typed = path != self._file or (self._named_by_user and stack != self._stack)
        chosen = any(self.query_one(f"#{each}", Toggle).value for each in ("prune", "credentials"))
        return "What you typed is lost." if typed or chosen else ""

    def action(self) -> Action:
        path, stack = self._asked
        if not path:
            raise NotPossible("Name a compose file.")
        if self._comparing:
            raise NotPossible("Comparing the file with what runs …")
        if self._compared is None or self._compared[0] != (path, stack):
            raise NotPossible("Press enter to compare the file with what runs. This changes nothing.")
        found = self._compared[1]
        if isinstance(found, SwarmtuiError):
            raise NotPossible(str(found))
        prune, credentials = self.query_one("#prune", Toggle).value, self.query_one("#credentials", Toggle).value
        return DeployStack.of(found, prune=prune, send_credentials=credentials)

    @on(Toggle.Changed)
    def _toggled(self) -> None:
        self.show_action()

    @on(Input.Changed)
    def _given(self, event: Input.Changed) -> None:
        if event.input.id == "file" and not self._named_by_user:
            self._name_after(self._asked[0])
        elif event.input.id == "stack" and event.input.has_focus:
            self._named_by_user = True
        self.show_action()

    def _name_after(self, path: str) -> None:
        """The stack is called as the directory that its file is in, until somebody says otherwise."""
        name = Path(path).expanduser().absolute().parent.name if path else ""
        self.query_one("#stack", Input).value = re.sub(r"[^a-zA-Z0-9_-]", "", name).lstrip("_-").lower()

    # ------------------------------------------------------------------------------------ comparing

    @on(Toggle.Accepted)
    @on(Input.Submitted)
    def _line_done(self, event: Message) -> None:
        """Compare; where that has been done, on to the buttons. Enter alone never deploys: it ends on Cancel."""
        if isinstance(event, Input.Submitted) and event.input.id == "typed":
            return
        path, stack = self._asked
        if not path:
            self.query_one("#file").focus()
        elif self._compared is not None and self._compared[0] == (path, stack):
            self._go_on()
        elif not self._comparing:
            self._comparing = True
            self.run_worker(self._compare(path, stack), group="comparing", exclusive=True)
            self.show_action()

    async def _compare(self, path: str, stack: str) -> None:
        try:
            found: Comparison | SwarmtuiError = await asyncio.wrap_future(self._session.compare(path, stack))
        except SwarmtuiError as error:
            found = error
        self._comparing = False
        self._compared = (path, stack), found
        if self.is_mounted:
            self.show_action()
            self._go_on()

    def _go_on(self) -> None:
        """To the buttons, where there is something to confirm; else to what is missing."""
        try:
            self.action()
        except ChangeRefused:
            if not self._asked[1]:
                self.query_one("#stack").focus()
            return
        self.query_one("#cancel").focus()
