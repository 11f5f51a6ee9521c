"""The list of local ports that lead to tasks."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from swarmtui.engine.nodes.forward import Forward
from swarmtui.swarm.units import rough_size
from swarmtui.ui.kit.dialogs.dialog import leaving
from swarmtui.ui.kit.dialogs.list_dialog import LiveListDialog
from swarmtui.ui.kit.texts.text import fit_middle, visible
from swarmtui.ui.session import SwarmSession

__all__ = ["ForwardsDialog"]

NAME_ROOM = 24
LOOK = 1.0
"""Seconds between two looks at what was carried."""


class ForwardsDialog(LiveListDialog[bool | None, Forward]):
    """Shows them, lets the address be copied and each be ended. Returns True when another one is wanted.

    Args:
        session: whose they are.
        new: to what another one would lead: "web.1"; "" for nothing.
    """

    BINDINGS: ClassVar = [
        leaving("Close", "Close this; the ports stay open", more="q,F", id="forwards.close"),
        Binding("k", "move(-1)", "Up", show=False, id="forwards.up", tooltip="The one above"),
        Binding("j", "move(1)", "Down", show=False, id="forwards.down", tooltip="The one below"),
        Binding("c", "copy", "Copy", id="forwards.copy", tooltip="Copy the address: http://127.0.0.1:PORT"),
        Binding(
            "x,delete,ctrl+x", "end", "End", id="forwards.end", tooltip="End this one, with the connections through it"
        ),
        Binding("n", "new", "New", id="forwards.new", tooltip="Forward a port to the task under the cursor"),
    ]

    HEADING: ClassVar = "Forwarded ports"
    BOX: ClassVar = "wide"
    NOTHING: ClassVar = "No port is forwarded. F on a task forwards one."
    BEGINS_AT: ClassVar = -1

    def __init__(self, session: SwarmSession, new: str = "") -> None:
        super().__init__()
        self._session = session
        self._new = new

    def compose_foot(self) -> ComposeResult:
        new = f"n New to {fit_middle(visible(self._new), NAME_ROOM).rstrip()}   " if self._new else ""
        yield Static(Content(f"c Copy address   x End   {new}esc Close"), classes="dim keys-line")

    def on_mount(self) -> None:
        self.set_interval(LOOK, self.show_items)

    def items(self) -> tuple[Forward, ...]:
        return self._session.nodes.forwards()

    def line_of(self, item: Forward) -> Content:
        return _line(item)

    def action_copy(self) -> None:
        if self.item is not None:
            url = self.item.status.url
            self.app.copy_to_clipboard(url)
            self.app.notify(f"Copied {url} (if your terminal allows it).", markup=False)

    def action_end(self) -> None:
        if self.item is not None:
            self.item.close()
            self.show_items()

    def action_new(self) -> None:
        if self._new:
            self.dismiss(True)


def _line(forward: Forward) -> Content:
    """ "● http://127.0.0.1:8080 → port 80 of web.1 on wrk1, 2 of 5 open, 3 KiB sent, 1 MiB received"."""
    asked, status = forward.asked, forward.status
    where = f"{status.url} → port {asked.port} of {asked.target.name} on {asked.node.name}"
    if status.ended:
        return Content.styled(visible(f"✖ {where}: {status.ended}"), "$text-error")
    if status.trouble:
        return Content.styled(visible(f"▲ {where}, {status.connections} open: {status.trouble}"), "$text-warning")
    if not status.carried:
        return Content(visible(f"● {where}, no connection yet"))
    size = f"{rough_size(status.sent)} sent, {rough_size(status.received)} received"
    return Content(visible(f"● {where}, {status.connections} of {status.carried} open, {size}"))
