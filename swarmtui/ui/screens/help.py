"""Help: what the keys do on the screen one came from, and what the signs mean. Made from the live bindings."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from swarmtui.ui.panes.pane import Pane
from swarmtui.ui.widgets.live_table import LiveTable

__all__ = ["HelpScreen"]

SIGNS = """\
● runs, ready    ◌ on its way, or stale    ✖ failed, down, lost    ○ ended as it should    ? cannot be told
▰▰▱▱ 2/4   two of four replicas run. Only tasks on nodes that are ready are counted as running.
running?   the task's node is not ready: the engine still says running, nobody knows."""


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
        with Vertical(classes="dialog wide"):
            yield Static("Keys", classes="dialog-title")
            with VerticalScroll(id="help-body"):
                for title, lines in self._groups:
                    yield Static(Content.styled(title, "bold $text-accent"))
                    yield Static(Content("\n".join(lines)), classes="help-keys")
                yield Static(Content.styled("Signs", "bold $text-accent"))
                yield Static(Content(SIGNS), classes="help-keys")
            yield Static("↑↓ scroll   esc Close", classes="dim")

    def on_mount(self) -> None:
        self.query_one("#help-body").focus()

    def action_scroll(self, lines: int) -> None:
        self.query_one("#help-body", VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        self.dismiss(None)


def _grouped(screen: Screen[object]) -> list[tuple[str, list[str]]]:
    """The bindings that are live on a screen: those of the pane first, then those of its table, then all others."""
    groups: dict[str, dict[str, list[str]]] = {"This pane": {}, "Rows": {}, "Everywhere": {}}
    for active in screen.active_bindings.values():
        binding = active.binding
        if binding.system or not binding.id or not (binding.tooltip or binding.description):
            continue
        entries = groups[_group_of(active)]
        entries.setdefault(binding.tooltip or binding.description, []).append(screen.app.get_key_display(binding))
    return [
        (title, [f"{', '.join(keys):<16} {text}" for text, keys in entries.items()])
        for title, entries in groups.items()
        if entries
    ]


def _group_of(active: ActiveBinding) -> str:
    if isinstance(active.node, LiveTable):
        return "Rows"
    return "This pane" if isinstance(active.node, Pane) else "Everywhere"
