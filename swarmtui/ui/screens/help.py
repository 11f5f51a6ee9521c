"""Help: what the keys do on the screen one came from, and what the signs mean. Made from the live bindings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from swarmtui.ui.panes.pane import Pane
from swarmtui.ui.screens.text_screen import TextScreen
from swarmtui.ui.text import cell_width, fit, wrap
from swarmtui.ui.widgets.line_view import LineView

__all__ = ["HelpScreen"]

SIGNS = {
    "runs, is ready": ["●"],
    "on its way, or stale": ["◌"],
    "failed, down, lost": ["✖"],
    "ended as it should": ["○"],
    "cannot be told": ["?"],
    "Two of four replicas run. Only tasks on nodes that are ready are counted as running.": ["▰▰▱▱ 2/4"],
    "The task's node is not ready: the engine still says running, nobody knows.": ["running?"],
}

KEYS_WIDTH = 17
"""Cells for the keys, before what they do."""


class KeyList(Static):
    """What keys do, with the keys in a column of their own."""

    def __init__(self, entries: Mapping[str, Sequence[str]]) -> None:
        super().__init__(classes="help-keys")
        self._entries = entries

    def on_resize(self) -> None:
        lines = []
        for text, keys in self._entries.items():
            before = fit(", ".join(keys) + " ", max(KEYS_WIDTH, cell_width(", ".join(keys)) + 1))
            for line in wrap(text, self.size.width - cell_width(before)):
                lines.append(before + line)
                before = " " * cell_width(before)
        self.update(Content("\n".join(lines)))


class HelpScreen(ModalScreen[None]):
    """Shows the keys of the pane that had the focus when it was opened.

    Args:
        about: the screen that is explained.
    """

    BINDINGS: ClassVar = [
        Binding("escape,question_mark,q,ctrl+c", "close", "Close", id="help.close", tooltip="Close the help"),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]

    def __init__(self, about: Screen[object]) -> None:
        super().__init__()
        self._groups = _grouped(about)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide tall"):
            yield Static("Keys", classes="dialog-title")
            with VerticalScroll(id="help-body"):
                for title, entries in [*self._groups.items(), ("Signs", SIGNS)]:
                    yield Static(Content.styled(title, "bold $text-accent"))
                    yield KeyList(entries)
            yield Static("↑↓ scroll   esc Close", classes="dim")

    def on_mount(self) -> None:
        self.query_one("#help-body").focus()

    def action_scroll(self, lines: int) -> None:
        self.query_one("#help-body", VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        self.dismiss(None)


def _grouped(screen: Screen[object]) -> dict[str, dict[str, list[str]]]:
    """The bindings that are live on a screen: those of the pane first, then those of its table, then all others.

    Returns:
        Groups by their titles, each with what keys do → the keys.
    """
    groups: dict[str, dict[str, list[str]]] = {"This pane": {}, "Rows": {}, "Everywhere": {}}
    for active in screen.active_bindings.values():
        binding = active.binding
        if binding.system or not binding.id or not active.enabled:
            continue
        entries = groups[_group_of(active)]
        entries.setdefault(binding.tooltip or binding.description, []).append(screen.app.get_key_display(binding))
    return {title: entries for title, entries in groups.items() if entries}


def _group_of(active: ActiveBinding) -> str:
    if isinstance(active.node, LineView):
        return "Rows"
    return "This pane" if isinstance(active.node, (Pane, TextScreen)) else "Everywhere"
