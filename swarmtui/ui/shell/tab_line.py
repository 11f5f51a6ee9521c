"""The line of tabs: which panes there are, which one has the keys, and what narrows its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from swarmtui.ui.kit.texts.text import cell_width, visible
from swarmtui.ui.panes.base_pane import Pane
from swarmtui.ui.panes.registry import TOGETHER

__all__ = ["TabLine"]


FIRST = len(TOGETHER)
"""So many tabs are shortened last: nodes, services and tasks."""


class TabLine(Static):
    """One line. What does not fit is shortened: of the other tabs the last ones first, to their word, then to their
    number."""

    class Chosen(Message):
        """A tab was clicked on: `pane_id`."""

        def __init__(self, pane_id: str) -> None:
            super().__init__()
            self.pane_id = pane_id

    def __init__(self) -> None:
        super().__init__(id="tabs")
        self._drawn: Content | None = None
        self._places: list[tuple[range, str]] = []

    def show(self, panes: Sequence[Pane[Any]], current: Pane[Any], *, narrowed: str = "") -> None:
        """Draw the tabs.

        Args:
            panes: in the order of their keys, 1 and on.
            narrowed: what keeps rows of the current one from being shown, where its border does not say so.
        """
        width = self.size.width or self.app.size.width
        room = width - (cell_width(narrowed) + 4 if narrowed else 0)
        texts = _fitting(panes, current, room)
        self._places, x = [], 0
        for pane, text in zip(panes, texts, strict=True):
            self._places.append((range(x, x + cell_width(text)), pane.id or ""))
            x += cell_width(text) + 1
        tabs = [
            Content.styled(text, "reverse" if pane is current else "dim")
            for pane, text in zip(panes, texts, strict=True)
        ]
        if narrowed:
            tabs.append(Content.styled(f"── {narrowed}", "$text-warning"))
        content = Content(" ").join(tabs)
        if self._drawn is None or content.markup != self._drawn.markup:
            self._drawn = content
            self.update(content, layout=False)

    def on_click(self, event: events.Click) -> None:
        chosen = next((pane_id for place, pane_id in self._places if event.x in place), "")
        if chosen:
            self.post_message(self.Chosen(chosen))


def _fitting(panes: Sequence[Pane[Any]], current: Pane[Any], room: int) -> list[str]:
    """The texts of the tabs, as long as there is room for all of them together."""
    signs = [pane.key_sign(number) for number, pane in enumerate(panes, start=1)]
    full = [f" {sign} {visible(pane.tab_text)} " for sign, pane in zip(signs, panes, strict=True)]
    words = [f" {sign} {visible(pane.name or pane.tab)} " for sign, pane in zip(signs, panes, strict=True)]
    numbers = [f" {sign} " for sign in signs]
    chosen = panes.index(current)

    def fit(texts: Sequence[str]) -> bool:
        return sum(map(cell_width, texts)) + len(texts) - 1 <= room

    for least in (numbers, signs):
        texts = [full[at] if at == chosen else least[at] for at in range(len(panes))]
        if fit(texts):
            break
    else:
        return [words[at] if at == chosen else signs[at] for at in range(len(panes))]
    if least is signs:
        return texts
    # The first ones say how the swarm is; the others are places to go to.
    first, others = range(FIRST), range(FIRST, len(panes))
    for longer, places in ((words, first), (full, first), (words, others), (full, others)):
        for at in places:
            more = [*texts[:at], longer[at], *texts[at + 1 :]]
            if at != chosen and fit(more):
                texts = more
    return texts
