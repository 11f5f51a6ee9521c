"""The list of local ports that lead to tasks."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from swarmtui.engine.nodes.forward import Forward
from swarmtui.swarm.units import rough_size
from swarmtui.ui.kit.dialogs.dialog import leaving
from swarmtui.ui.kit.dialogs.list_dialog import ListDialog
from swarmtui.ui.kit.texts.text import fit_middle, visible
from swarmtui.ui.session import SwarmSession

__all__ = ["ForwardsDialog"]

NAME_ROOM = 24
LOOK = 1.0
"""Seconds between two looks at what was carried."""


class ForwardsDialog(ListDialog[bool | None]):
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

    def __init__(self, session: SwarmSession, new: str = "") -> None:
        super().__init__()
        self._session = session
        self._new = new
        self._listed: tuple[Forward, ...] = ()
        self._shown: list[Content] = []

    def compose_body(self) -> ComposeResult:
        yield OptionList(compact=True)
        yield Static(id="none", classes="dim")

    def compose_foot(self) -> ComposeResult:
        new = f"n New to {fit_middle(visible(self._new), NAME_ROOM).rstrip()}   " if self._new else ""
        yield Static(Content(f"c Copy address   x End   {new}esc Close"), classes="dim keys-line")

    def on_mount(self) -> None:
        self._list()
        self.set_interval(LOOK, self._list)

    def _list(self) -> None:
        listed = self._session.forwards()
        lines = [_line(each) for each in listed]
        rows = self.lines
        if listed == self._listed and len(lines) == len(self._shown):
            for place, (line, before) in enumerate(zip(lines, self._shown, strict=True)):
                if line != before:
                    rows.replace_option_prompt_at_index(place, line)
        else:
            on = self._on
            rows.set_options([Option(line) for line in lines])
            rows.highlighted = listed.index(on) if on in listed else (len(listed) - 1 if listed else None)
        self._listed, self._shown = listed, lines
        self.query_one("#none", Static).update("" if listed else "No port is forwarded. F on a task forwards one.")

    @property
    def _on(self) -> Forward | None:
        place = self.lines.highlighted
        return self._listed[place] if place is not None and place < len(self._listed) else None

    def action_copy(self) -> None:
        if self._on is not None:
            url = self._on.status.url
            self.app.copy_to_clipboard(url)
            self.app.notify(f"Copied {url} (if your terminal allows it).", markup=False)

    def action_end(self) -> None:
        if self._on is not None:
            self._on.close()
            self._list()

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
