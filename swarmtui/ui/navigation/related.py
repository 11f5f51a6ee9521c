"""Where to go from an object: a menu of what belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from swarmtui.swarm.destinations import Destination
from swarmtui.ui.kit.dialogs.dialog import leaving
from swarmtui.ui.kit.dialogs.list_dialog import ListDialog
from swarmtui.ui.kit.texts.text import visible

__all__ = ["RelatedDialog"]


class RelatedDialog(ListDialog["Destination | None"]):
    """Returns the place that was chosen, or None.

    Args:
        of: what the places belong to: "web".
        places: at least one.
    """

    BINDINGS: ClassVar = [
        leaving("Back", "Stay here", more="left", id="related.cancel"),
        Binding("j", "move(1)", "Down", show=False, id="related.down", tooltip="The line below"),
        Binding("k", "move(-1)", "Up", show=False, id="related.up", tooltip="The line above"),
    ]

    KEYS_LINE: ClassVar = "↑↓ choose   enter Go there   esc Stay"

    def __init__(self, of: str, places: Sequence[Destination]) -> None:
        super().__init__()
        self._of = of
        self._places = places

    @property
    def heading(self) -> str:
        return f"Go from {self._of} to"

    def compose_body(self) -> ComposeResult:
        yield OptionList(*(Option(Content(visible(place.text))) for place in self._places), id="menu", compact=True)

    def on_mount(self) -> None:
        self.lines.highlighted = 0

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._places[event.option_index])
