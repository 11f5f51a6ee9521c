"""Asks for a local port that leads to a task, and waits for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from swarmtui.engine.nodes.awaited import Awaited
from swarmtui.engine.nodes.forward import Forward
from swarmtui.errors import SwarmtuiError
from swarmtui.swarm.tasks.port_forward import LOOPBACK, PortForward, exposed_ports
from swarmtui.ui.kit.forms.form_field import FieldKind, FormField
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.nodes.container_dialogs import WaitingContainerDialog
from swarmtui.ui.session import SwarmSession

__all__ = ["ForwardDialog"]

PORT = FieldKind("port", "Port", "of the container")
LOCAL = FieldKind("local_port", "Local port", "the same, or one that is free")
LISTEN = FieldKind("listen", "Listen on", f"{LOOPBACK}: this machine alone")


class ForwardDialog(WaitingContainerDialog[Forward | None, PortForward, Forward]):
    """Returns the forward once it listens; None when the user would rather not.

    Args:
        session: asked for it.
        asked: the task.
        published: the ports that its service publishes: one of them is probably meant.
    """

    FIRST_FOCUS: ClassVar = "#field-port Input"

    def __init__(self, session: SwarmSession, asked: PortForward, published: Sequence[int]) -> None:
        super().__init__(session)
        self._asked = asked
        self._published = tuple(published)
        self._exposed: tuple[int, ...] = ()
        self._question: Awaited[Any] | None = None

    @property
    def heading(self) -> str:
        return f"Forward a local port to {self._asked.target.name} on {self._asked.node.name}"

    @property
    def verb(self) -> str:
        return "Forward"

    @property
    def node_name(self) -> str:
        return self._asked.node.name

    def compose_body(self) -> ComposeResult:
        yield FormField(PORT, str(self._published[0]) if self._published else "")
        yield FormField(LOCAL, "")
        yield FormField(LISTEN, LOOPBACK)
        yield from self.confirmation()
        yield Static(id="command", classes="command")

    def on_mount(self) -> None:
        self._changed()
        self._question = self._session.nodes.ask(self._asked.node, f"/containers/{self._asked.container_id}/json")
        self._learn(self._question)

    @work(group="ports")
    async def _learn(self, question: Awaited[Any]) -> None:
        """Which ports the image exposes is known to the task's node alone."""
        with contextlib.suppress(SwarmtuiError):  # it is told where it matters: when the forward is asked for
            self._exposed = exposed_ports(await asyncio.wrap_future(question.future))
        self._question = None
        self._describe()

    def wanted(self) -> PortForward:
        return self._asked.asking_for(*(self.value(kind.name) for kind in (PORT, LOCAL, LISTEN)))

    @on(FormField.Changed)
    def _changed(self) -> None:
        try:
            wanted = self.wanted()
        except SwarmtuiError as error:
            self.say(f"✖ {error}" if self.value("port") else "")
        else:
            self.say(f"▲ {wanted.warning}" if wanted.warning else self.protection, "$text-warning")
        self._describe()

    def _describe(self) -> None:
        """Show which ports there are, and where the one in the field will lead."""
        lines = [self._ports_text]
        with contextlib.suppress(SwarmtuiError):  # it is told below
            wanted = self.wanted()
            local = wanted.local_port or wanted.port
            lines.append(f"http://{wanted.listen}:{local} → port {wanted.port} of {wanted.target.name}")
        self.query_one("#command", Static).update(Content("\n".join(visible(line) for line in lines if line)))

    @property
    def _ports_text(self) -> str:
        """ "Published: 80. Exposed by the image: 80, 443."."""
        parts = [f"Published: {', '.join(map(str, self._published))}." if self._published else ""]
        parts.append(f"Exposed by the image: {', '.join(map(str, self._exposed))}." if self._exposed else "")
        return " ".join(filter(None, parts))

    def begin(self, wanted: PortForward, told: Callable[[str], None], typed: str) -> Awaited[Forward]:
        return self._session.nodes.forward(wanted, told, typed=typed)

    def came(self, got: Forward, wanted: PortForward) -> None:
        self.dismiss(got)

    def on_unmount(self) -> None:
        if self._question is not None:
            self._question.give_up()
