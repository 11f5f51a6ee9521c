"""Asks for a local port that leads to a task, and waits for it: the node may be behind a slow line."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Static

from swarmtui.engine.nodes.forward import Forward
from swarmtui.engine.nodes.pending import Pending
from swarmtui.errors import SwarmtuiError
from swarmtui.swarm.tasks.port_forward import LOOPBACK, PortForward, exposed_ports
from swarmtui.ui.kit.dialogs.button import buttons
from swarmtui.ui.kit.dialogs.dialog import DialogScreen
from swarmtui.ui.kit.forms.form_field import FieldKind, FormField
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.session import SwarmSession

__all__ = ["ForwardDialog"]

PORT = FieldKind("port", "Port", "of the container")
LOCAL = FieldKind("local_port", "Local port", "the same, or one that is free")
LISTEN = FieldKind("listen", "Listen on", f"{LOOPBACK}: this machine alone")
PROTECTED = FieldKind("typed", "Confirm", "")


class ForwardDialog(DialogScreen[Forward | None]):
    """Returns the forward once it listens; None when the user would rather not.

    Args:
        session: asked for it.
        asked: the task.
        published: the ports that its service publishes: one of them is probably meant.
    """

    BOX: ClassVar = "wide"
    FIRST_FOCUS: ClassVar = "#field-port Input"

    def __init__(self, session: SwarmSession, asked: PortForward, published: Sequence[int]) -> None:
        super().__init__()
        self._session = session
        self._asked = asked
        self._published = tuple(published)
        self._exposed: tuple[int, ...] = ()
        self._pending: Pending[Forward] | None = None
        self._question: Pending[Any] | None = None

    @property
    def heading(self) -> str:
        return f"Forward a local port to {self._asked.target.name} on {self._asked.node.name}"

    @property
    def waits(self) -> bool:
        return self._pending is not None

    def compose_body(self) -> ComposeResult:
        yield FormField(PORT, str(self._published[0]) if self._published else "")
        yield FormField(LOCAL, "")
        yield FormField(LISTEN, LOOPBACK)
        if self._session.protected:
            yield FormField(PROTECTED, "")
        yield Static(id="command", classes="command")

    def compose_foot(self) -> ComposeResult:
        with Vertical(classes="dialog-foot"):
            yield Static(id="refusal")
            yield buttons("Cancel", "Forward")

    def on_mount(self) -> None:
        self._typed()
        self._question = self._session.ask_node(self._asked.node, f"/containers/{self._asked.container_id}/json")
        self._learn(self._question)

    @work(group="ports")
    async def _learn(self, question: Pending[Any]) -> None:
        """Which ports the image exposes is known to the task's node alone."""
        with contextlib.suppress(SwarmtuiError):  # it is told where it matters: when the forward is asked for
            self._exposed = exposed_ports(await asyncio.wrap_future(question.future))
        self._question = None
        self._typed()

    def _value(self, name: str) -> str:
        return self.query_one(f"#field-{name}", FormField).value.strip()

    def _wanted(self) -> PortForward:
        """What stands in the fields. Raises ChangeRefused when it makes no sense."""
        return self._asked.asking_for(*(self._value(kind.name) for kind in (PORT, LOCAL, LISTEN)))

    @on(FormField.Changed)
    def _typed(self) -> None:
        lines = [self._ports_text]
        try:
            wanted = self._wanted()
        except SwarmtuiError as error:
            self._say(f"✖ {error}" if self._value("port") else "")
        else:
            local = wanted.local_port or wanted.port
            lines.append(f"http://{wanted.listen}:{local} → port {wanted.port} of {wanted.target.name}")
            self._say(f"▲ {wanted.warning}" if wanted.warning else self._protection, "$text-warning")
        self.query_one("#command", Static).update(Content("\n".join(visible(line) for line in lines if line)))

    @property
    def _ports_text(self) -> str:
        """ "Published: 80. Exposed by the image: 80, 443."."""
        parts = [f"Published: {', '.join(map(str, self._published))}." if self._published else ""]
        parts.append(f"Exposed by the image: {', '.join(map(str, self._exposed))}." if self._exposed else "")
        return " ".join(filter(None, parts))

    @property
    def _protection(self) -> str:
        name = self._session.endpoint.name
        return f"▲ {name} is protected. Type its name to confirm." if self._session.protected else ""

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
        self._pending = self._session.forward(wanted, self._told, typed=typed)
        self._say(f"◌ Connecting to {wanted.node.name} … esc gives up.", "$text-warning")
        self._wait(self._pending)

    def _told(self, doing: str) -> None:
        """Called from another thread."""
        if self.is_running:
            self.app.call_later(self._say, f"◌ {doing} … esc gives up.", "$text-warning")

    @work(exclusive=True, group="forward")
    async def _wait(self, pending: Pending[Forward]) -> None:
        try:
            forward = await asyncio.wrap_future(pending.future)
        except SwarmtuiError as error:
            self._pending = None
            self._say(f"✖ {error.told}")
        else:
            self._pending = None
            self.dismiss(forward)

    def _say(self, text: str, style: str = "$text-error") -> None:
        for line in self.query("#refusal").results(Static):
            line.update(Content.styled(visible(text), style))
            line.display = bool(text)

    def on_unmount(self) -> None:
        for pending in (self._pending, self._question):
            if pending is not None:
                pending.give_up()
