"""Where to go from an object: a menu of what belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from swarmtui.swarm.related import Place
from swarmtui.ui.text import visible

__all__ = ["RelatedDialog"]


class RelatedDialog(ModalScreen["Place | None"]):
    """Returns the place that was chosen, or None.

    Args:
        of: what the places belong to: "web".
        places: at least one.
    """

    BINDINGS: ClassVar = [
        Binding("escape,ctrl+c,left", "cancel", "Back", id="related.cancel", tooltip="Stay here"),
        Binding("j", "step(1)", "Down", show=False, id="related.down", tooltip="The line below"),
        Binding("k", "step(-1)", "Up", show=False, id="related.up", tooltip="The line above"),
    ]

    def __init__(self, of: str, places: Sequence[Place]) -> None:
        super().__init__()
        self._of = of
        self._places = places

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(f"Go from {visible(self._of)} to"), classes="dialog-title")
            yield OptionList(*(Option(Content(visible(place.text))) for place in self._places), id="menu", compact=True)
            yield Static("↑↓ choose   enter Go there   esc Stay", classes="dim")

    def on_mount(self) -> None:
        menu = self.query_one("#menu", OptionList)
        menu.highlighted = 0
        menu.focus()

    def action_step(self, step: int) -> None:
        menu = self.query_one("#menu", OptionList)
        (menu.action_cursor_down if step > 0 else menu.action_cursor_up)()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._places[event.option_index])

    def action_cancel(self) -> None:
        self.dismiss(None)
