"""TagPicker: asks a registry for the tags of a repository, and lets one be chosen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.dom import DOMNode
from textual.widgets import Static

from swarmtui.swarm.images.answer import registry_of
from swarmtui.swarm.images.tag_list import TagList, newer_of, repository_of
from swarmtui.swarm.images.tags import in_order
from swarmtui.swarm.short_text import clipped
from swarmtui.swarm.syntax.image import ImageName
from swarmtui.ui.findings.messages import Witness
from swarmtui.ui.kit.dialogs.picker import Option, PickerDialog
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.services.pane import ServicesPane
from swarmtui.ui.session import SwarmSession

__all__ = ["TagPicker", "learn_of_tags"]

LONGEST_REMARK = 160


def learn_of_tags(main: DOMNode, known: TagList) -> None:
    """Let findings and services know what a registry has said.

    Args:
        main: the main screen.
    """
    for witness in main.query(Witness):
        witness.learn_of_tags(known)
    if known.found:
        for pane in main.query(ServicesPane):
            pane.show_newer(tags=True)


class TagPicker(PickerDialog):
    """Returns the tag that was chosen, or None. Nothing is changed by that.

    The registry is asked when this opens, unless the session knows what it has said; leaving this ends the asking.

    Args:
        session: asks.
        image: whose repository is meant; its tag is the present one.
        only_newer: offer nothing but the tags that are newer than that.
        learned: called with each answer.
    """

    BY_NAME: ClassVar = False
    ROWS: ClassVar = 8  # with what is said below them, all of it has room in 24 lines
    BINDINGS: ClassVar = [
        Binding("ctrl+r", "ask_again", "Ask again", id="tags.again", tooltip="Ask the registry for the tags again")
    ]
    KEYS_LINE: ClassVar = "↑↓ move   enter Choose   ctrl+r Ask again   esc Close"

    def __init__(
        self,
        session: SwarmSession,
        image: str,
        *,
        only_newer: bool = False,
        learned: Callable[[TagList], None] = lambda _: None,
    ) -> None:
        super().__init__(f"{'Newer tags' if only_newer else 'Tags'} of {repository_of(image)}", (), empty="")
        self._session, self._image, self._only_newer, self._learned = session, image, only_newer, learned
        self._asked_since: float | None = None

    def compose_foot(self) -> ComposeResult:
        with Vertical(classes="dialog-foot"):
            yield Static(id="told", classes="dim")
            yield Static(Content(self.KEYS_LINE), classes="dim keys-line")

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(1.0, self._say_how_long)
        self._begin(again=False)

    def on_unmount(self) -> None:
        if self._asked_since is not None:
            self._session.leave_tags(self._image)

    def action_ask_again(self) -> None:
        if self._asked_since is None:
            self._begin(again=True)

    # ------------------------------------------------------------------------------------ the registry

    def _begin(self, *, again: bool) -> None:
        self._asked_since = time.monotonic()
        self._say("")
        self._say_how_long()
        self.run_worker(self._ask(again), group="tags", exclusive=True)

    async def _ask(self, again: bool) -> None:
        known = await asyncio.wrap_future(self._session.find_tags(self._image, again=again))
        self._asked_since = None
        self._learned(known)
        if self.is_open:
            self._show(known)

    def _say_how_long(self) -> None:
        if self._asked_since is not None:
            seconds = int(time.monotonic() - self._asked_since)
            self.offer((), empty=f"Asking {registry_of(self._image)} …{f' {seconds} s' if seconds else ''}")

    def _show(self, known: TagList) -> None:
        present = ImageName.parse(self._image).tag or "latest"
        newer = newer_of(self._image, known)
        tags = newer if self._only_newer else in_order(known.tags, present)
        marks = {**dict.fromkeys(newer, "newer"), present: "the present one"}
        nothing = f"No tag is a newer version of {present}." if self._only_newer else "The repository has no tags."
        options = [Option(tag, marks.get(tag, "")) for tag in tags]
        self.offer(options, empty=nothing if known.found else "There is no list of tags.")
        told = f"{known.told(time.time())}. {clipped(known.remark, LONGEST_REMARK)}".strip()
        self._say(told if known.found else known.trouble)

    def _say(self, words: str) -> None:
        told = self.query_one("#told", Static)
        told.display = bool(words)
        told.update(Content(visible(words)))
