"""The keys of the main screen."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from swarmtui.ui.commands.command import keys_of
from swarmtui.ui.membership.commands import ENGINE_COMMANDS
from swarmtui.ui.panes.registry import PANES

__all__ = ["MAIN_KEYS"]

MAIN_KEYS: list[BindingType] = [
    Binding("tab", "next_pane(1)", "Next pane", show=False, id="pane.next", tooltip="Go to the next pane"),
    Binding(
        "shift+tab",
        "next_pane(-1)",
        "Previous pane",
        show=False,
        id="pane.previous",
        tooltip="Go to the previous pane",
    ),
    *(pane.place_key(number) for number, pane in enumerate(PANES, start=1)),
    *keys_of(ENGINE_COMMANDS),
    Binding("z", "zoom", "Zoom", show=False, id="pane.zoom", tooltip="Show the focused pane alone, or all again"),
    Binding(
        "v",
        "placement",
        "Placement",
        show=False,
        id="view.placement",
        tooltip="Show who runs where: nodes and tasks",
    ),
    Binding(
        "Z",
        "unhealthy",
        "Only unhealthy",
        show=False,
        id="view.unhealthy",
        tooltip="Show only what is unhealthy, in every pane; then that first; then all",
    ),
    Binding(
        "escape",
        "back",
        "Back",
        show=False,
        id="view.back",
        tooltip="Clear the filter or marks, leave the zoom, go back, or show everything",
    ),
]
