"""Help: what the keys do on the screen one came from, and what the signs mean. Made from the live bindings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from swarmtui.ui.across.screen import AcrossScreen
from swarmtui.ui.kit.dialogs.dialog import DialogScreen, leaving
from swarmtui.ui.kit.tables.line_view import LineView
from swarmtui.ui.kit.texts.text import cell_width, fit, wrap
from swarmtui.ui.kit.texts.text_screen import TextScreen
from swarmtui.ui.panes.base_pane import Pane
from swarmtui.ui.rollout.watch_screen import WatchScreen

__all__ = ["HelpScreen"]

SIGNS = {
    "runs, is ready": ["●"],
    "on its way, or stale": ["◌"],
    "failed, down, lost; a finding that is critical": ["✖"],
    "a warning: worse than it should be, or would not survive the next failure": ["▲"],
    "a note: nothing fails, but it will hurt one day": ["·"],
    "ended as it should": ["○"],
    "cannot be told": ["?"],
    "a live figure that is not known; a sum to which some containers are missing": ["-", "≥34%"],
    "Two of four replicas run. Only tasks on nodes that are ready are counted as running.": ["▰▰▱▱ 2/4"],
    "the row that the keys act on; the same in a pane without the focus": ["▌", "│"],
    "a text that is cut off": ["…"],
    "the Enter key": ["⏎"],
}

STATES = {
    "The task's node is not ready: the engine still says running, but nobody knows.": ["running?"],
    "It waits for a node; the reason follows: no node is suitable, or a reservation finds no room.": ["pending"],
    "Its node fetches the image and creates the container.": ["preparing"],
    "The container is made, and its health check has not passed yet.": ["starting"],
    "The node refused it: it cannot create the container.": ["rejected"],
    "It ended by itself with an error; the exit code stands beside it.": ["failed"],
    "Its node has been away for long, and Swarm has given it up.": ["orphaned"],
    "The tasks of a service fail again and again: five times in a row.": ["looping 5×"],
    "All tasks run, but one follows a failure and has not run for long.": ["recovering"],
    "The update stopped because new tasks failed: one of three is updated.": ["paused 1/3"],
    "The restart policy allows no other task.": ["gave up"],
    "Fewer tasks run than should.": ["short"],
    "In what happened: you did it with swarmtui; swarmtui saw it; the swarm keeps it from before.": ["you seen kept"],
}
"""Words of the columns STATE that do not speak for themselves."""

SIGNS_IN_DIALOGS = {
    "a consequence": ["•"],
    "a warning": ["▲"],
    "dangerous, or refused": ["✖"],
}

IN_DIALOGS = {
    "The next or previous field or button": ["tab", "shift+tab"],
    "Scroll, where there is more than fits": ["pgdn", "pgup"],
    "Press the button, or move on from a field": ["⏎"],
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


class HelpScreen(DialogScreen[None]):
    """Shows the keys of the pane that had the focus when it was opened.

    Args:
        about: the screen that is explained.
    """

    BINDINGS: ClassVar = [
        leaving("Close", "Close the help", more="question_mark,f1,q", id="help.close"),
    ]

    HEADING: ClassVar = "Keys"
    BOX: ClassVar = "wide tall"
    FIRST_FOCUS: ClassVar = "#help-body"

    def __init__(self, about: Screen[object]) -> None:
        super().__init__()
        self._groups: dict[str, Mapping[str, Sequence[str]]] = {**_grouped(about)}
        if isinstance(about, DialogScreen):
            self._groups["Signs"] = SIGNS_IN_DIALOGS
        elif isinstance(about, TextScreen) and about.LEGEND:
            self._groups["Signs"] = about.LEGEND
        else:
            self._groups |= {"Signs": SIGNS, "States": STATES}

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(id="help-body"):
            for title, entries in self._groups.items():
                yield Static(Content.styled(title, "bold $text-accent"))
                yield KeyList(entries)

    def compose_foot(self) -> ComposeResult:
        yield Static("↑↓ scroll   esc Close", classes="dim")

    @property
    def box(self) -> Widget:
        return self.query_one("#help-body")


def _grouped(screen: Screen[object]) -> dict[str, dict[str, list[str]]]:
    """The bindings that are live on a screen: those of the pane first, then those of its table, then all others.

    Returns:
        Groups by their titles, each with what keys do → the keys.
    """
    own = "This dialog" if isinstance(screen, DialogScreen) else "This pane"
    groups: dict[str, dict[str, list[str]]] = {own: {}, "Rows": {}, "Everywhere": {}}
    for active in screen.active_bindings.values():
        binding = active.binding
        if binding.system or not binding.id or not active.enabled:
            continue
        entries = groups[_group_of(active, own)]
        keys = entries.setdefault(binding.tooltip or binding.description, [])
        if (shown := screen.app.get_key_display(binding)) not in keys:
            keys.append(shown)
    if isinstance(screen, DialogScreen):
        groups[own].update({words: list(keys) for words, keys in IN_DIALOGS.items()})
        meanings = {words: [label] for label, words in screen.meanings().items()}
        groups = {"Fields": meanings, **groups}
    return {title: entries for title, entries in groups.items() if entries}


def _group_of(active: ActiveBinding, own: str) -> str:
    if isinstance(active.node, LineView):
        return "Rows"
    node = active.node
    is_own = isinstance(node, (Pane, TextScreen, WatchScreen, AcrossScreen)) or (
        isinstance(node, Widget) and isinstance(node.screen, DialogScreen)
    )
    return own if is_own else "Everywhere"
