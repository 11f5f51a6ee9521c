"""All of an entry of the time line: when, what, how it is known, and what a change of a spec changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Static

from swarmtui.errors import SwarmtuiError
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.specs.difference import DiffLine, difference
from swarmtui.swarm.timeline.event import Source
from swarmtui.swarm.timeline.moment_words import whole_moment
from swarmtui.swarm.timeline.timeline import Entry
from swarmtui.ui.kit.dialogs.button import buttons
from swarmtui.ui.kit.dialogs.dialog import DialogScreen, leaving
from swarmtui.ui.kit.dialogs.difference import drawn
from swarmtui.ui.kit.texts.text import visible

__all__ = ["EntryDialog"]

KNOWN = {
    Source.SEEN: "Seen by swarmtui: two snapshots differ.",
    Source.KEPT: "Kept by the swarm, from before swarmtui watched.",
    Source.OWN: "Done with swarmtui.",
    Source.NODE: "Told by the node's own engine, while swarmtui was connected to it.",
    Source.GAP: "",
}


SEEN = "What this change changed, as swarmtui saw it. Values that may be secret are not kept:"


class EntryDialog(DialogScreen[bool]):
    """Shows an entry; returns whether to go to its object.

    Args:
        entry: what happened.
        ask: asks for the object's raw JSON, where the entry is the last change of a spec that the swarm keeps the
            former one of; None for all others.
        superseded: the object's spec was changed again since, so that the swarm keeps nothing of this change.
        seen: what differs as far as this program saw it; None where it did not. It is shown where the engine cannot be
            asked.
    """

    BINDINGS: ClassVar = [leaving("Close", "Close this", more="q")]
    BOX: ClassVar = "wide"

    def __init__(
        self,
        entry: Entry,
        ask: Callable[[], Future[Any]] | None = None,
        *,
        superseded: bool = False,
        seen: Sequence[DiffLine] | None = None,
    ) -> None:
        super().__init__()
        self._entry = entry
        self._ask = ask
        self._superseded = superseded
        self._seen = seen

    @property
    def heading(self) -> str:
        return self._entry.event.subject or "What happened"

    def compose_body(self) -> ComposeResult:
        yield Static(Content("\n").join([Content(visible(line)) for line in self._lines()]), id="impact")
        yield Static(id="difference")

    def compose_foot(self) -> ComposeResult:
        with Vertical(classes="dialog-foot"):
            yield buttons("Close", "Go there", disabled=not self._entry.event.id)

    def _lines(self) -> list[str]:
        entry, event = self._entry, self._entry.event
        lines = [entry.text, "", f"When: {whole_moment(entry.at)}"]
        if entry.count > 1:
            lines.append(f"First: {whole_moment(entry.since)}, {entry.count} times since")
        if event.before and event.after and entry.count == 1:
            lines += [f"Before: {event.before}", f"After: {event.after}"]
        lines += [KNOWN[event.source]] if KNOWN[event.source] else []
        lines += [f"$ {event.command}"] if event.command else []
        if entry.count > 1:
            left = entry.count - len(entry.events)
            lines += ["", *(f"{whole_moment(each.at)}  {each.text}" for each in entry.events)]
            lines += [f"and {left} more before"] if left > 0 else []
        return lines

    def on_mount(self) -> None:
        asks = self._ask is not None or self._superseded or self._seen is not None
        self.query_one("#difference").display = asks
        if self._ask is not None:
            self._say("asking the engine what differs …")
            self.run_worker(self._fetch(self._ask), name="difference")
        elif self._seen is not None:
            self._show(SEEN, self._seen)
        elif self._superseded:
            self._say("The spec was changed again since: Swarm keeps only the one before the last change.")

    async def _fetch(self, ask: Callable[[], Future[Any]]) -> None:
        try:
            raw = Raw(await asyncio.wrap_future(ask()))
        except SwarmtuiError as error:
            self._show_seen(f"✖ {error}")
            return
        before = raw.at("PreviousSpec")
        if before.has():
            self._show(
                "What the last change of its spec changed, secrets masked:",
                difference(before.value, raw.at("Spec").value),
            )
        else:
            self._show_seen("Swarm keeps no former spec of it.")

    def _show_seen(self, why_not: str) -> None:
        """What this program saw of it, else why there is nothing to be shown."""
        if self._seen is not None:
            self._show(SEEN, self._seen)
        else:
            self._say(why_not)

    def _show(self, title: str, lines: Sequence[DiffLine]) -> None:
        content = [Content.styled(title, "bold"), *(drawn(lines) or [Content("nothing differs")])]
        self.query_one("#difference", Static).update(Content("\n").join(content))

    def _say(self, text: str) -> None:
        self.query_one("#difference", Static).update(Content.styled(visible(text), "dim"))

    @on(Button.Pressed, "#confirm")
    def _go(self) -> None:
        self.dismiss(True)
