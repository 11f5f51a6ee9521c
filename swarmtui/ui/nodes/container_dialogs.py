"""Bases of the dialogs that let the user into a container, or reach it: a shell, a command, a file, a port.

Entry is ruled as a change is, so a protected endpoint's name is asked for here as well.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import ClassVar, Generic, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ScreenResultType
from textual.widgets import Button, Static

from swarmtui.engine.nodes.awaited import Awaited
from swarmtui.errors import SwarmtuiError
from swarmtui.ui.kit.dialogs.button import buttons
from swarmtui.ui.kit.dialogs.dialog import DialogScreen
from swarmtui.ui.kit.forms.form_field import FieldKind, FormField
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.session import SwarmSession

__all__ = ["ContainerDialog", "WaitingContainerDialog"]

PROTECTED = FieldKind("typed", "Confirm", "")

Wanted = TypeVar("Wanted")
Got = TypeVar("Got")


class ContainerDialog(DialogScreen[ScreenResultType]):
    """Has fields, a line for what is wrong, and, for a protected endpoint, the field for its name.

    Args:
        session: asked for what the user wants.
    """

    BOX: ClassVar = "wide"

    def __init__(self, session: SwarmSession) -> None:
        super().__init__()
        self._session = session

    @property
    @abstractmethod
    def verb(self) -> str:
        """What the confirming button says."""

    def compose_foot(self) -> ComposeResult:
        with Vertical(classes="dialog-foot"):
            yield Static(id="refusal")
            yield buttons("Cancel", self.verb)

    def confirmation(self) -> Iterator[FormField]:
        """The field for the name of a protected endpoint, where it is one."""
        if self._session.protected:
            yield FormField(PROTECTED, "")

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.query_one(f"#field-{name}", FormField).value.strip()

    @property
    def typed(self) -> str:
        """What the user has typed as the name of a protected endpoint."""
        return self.value(PROTECTED.name) if self._session.protected else ""

    @property
    def protection(self) -> str:
        """Tells that the endpoint is protected; "" where it is not."""
        name = self._session.endpoint.name
        return f"▲ {name} is protected. Type its name to confirm." if self._session.protected else ""

    def say(self, text: str, style: str = "$text-error") -> None:
        """Say something above the buttons; "" for nothing."""
        for line in self.query("#refusal").results(Static):
            line.update(Content.styled("\n".join(map(visible, text.splitlines())), style))
            line.display = bool(text)

    def say_protection(self) -> None:
        """Say nothing but that the endpoint is protected."""
        self.say(self.protection, "$text-warning")

    def refuse(self, error: SwarmtuiError) -> None:
        """Say what is wrong."""
        self.say(f"✖ {error.told}")


class WaitingContainerDialog(ContainerDialog[ScreenResultType], Generic[ScreenResultType, Wanted, Got]):
    """Waits for what was asked for: the node may be behind a slow line. Left by esc, it gives that up."""

    def __init__(self, session: SwarmSession) -> None:
        super().__init__(session)
        self._pending: Awaited[Got] | None = None

    @property
    def waits(self) -> bool:
        return self._pending is not None

    @abstractmethod
    def wanted(self) -> Wanted:
        """What stands in the fields. Raises ChangeRefused when it makes no sense."""

    @property
    @abstractmethod
    def node_name(self) -> str:
        """Which node is reached."""

    @abstractmethod
    def begin(self, wanted: Wanted, told: Callable[[str], None], typed: str) -> Awaited[Got]:
        """Ask the session for it.

        Args:
            told: takes words for what is being done, from any thread.
            typed: as for the session.
        """

    @abstractmethod
    def came(self, got: Got, wanted: Wanted) -> None:
        """It is there: leave the dialog with it."""

    def failed(self, error: SwarmtuiError) -> None:
        """It will not come."""
        self.refuse(error)

    @on(FormField.Done)
    @on(Button.Pressed, "#confirm")
    def _confirmed(self) -> None:
        if self._pending is not None:
            return
        try:
            wanted = self.wanted()
        except SwarmtuiError as error:
            self.refuse(error)
            return
        self._pending = self.begin(wanted, self._told, self.typed)
        self._say_doing(f"Connecting to {self.node_name}")
        self._wait(self._pending, wanted)

    def _told(self, doing: str) -> None:
        """Called from another thread."""
        if self.is_running:
            self.app.call_later(self._say_doing, doing)

    def _say_doing(self, doing: str) -> None:
        if self._pending is not None:
            self.say(f"◌ {doing} … esc gives up.", "$text-warning")

    @work(exclusive=True, group="entry")
    async def _wait(self, pending: Awaited[Got], wanted: Wanted) -> None:
        try:
            got = await asyncio.wrap_future(pending.future)
        except SwarmtuiError as error:
            self._pending = None
            self.failed(error)
        else:
            self._pending = None
            self.came(got, wanted)

    def on_unmount(self) -> None:
        if self._pending is not None:
            self._pending.give_up()
