"""The demo's chaos menu: first what is hit, then how."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from swarmtui.ui.demo.demo_swarm import DemoControls
from swarmtui.ui.kit.dialogs.dialog import leaving
from swarmtui.ui.kit.dialogs.list_dialog import ListDialog
from swarmtui.ui.kit.texts.text import visible

__all__ = ["ChaosDialog", "Menu", "chaos_menu", "leaves"]

Doing = Callable[[], None]
Menu = dict[str, "Menu | Doing"]
"""What can be chosen: words → what is done, or the next menu."""

NODE_FAULTS = {
    "kill": "lose power: its engine and its tasks are gone",
    "stop": "engine hangs: accepts connections, answers nothing",
    "cut": "cable pulled: it keeps running, cut off from the others",
    "slow": "slow: every answer takes 2 seconds longer",
    "revive": "back to normal",
}
IMAGE_FAULTS = {
    "missing": "no registry has it",
    "crash": "its containers crash after 5 seconds",
    "unhealthy": "its health check never passes",
    "slow": "pulling it takes 20 seconds",
    "well": "back to normal",
}
SPEEDS = {"stopped": 0.0, "real time": 1.0, "4 times faster": 4.0, "20 times faster": 20.0}


def chaos_menu(stage: DemoControls, images: Sequence[str]) -> Menu:
    """Everything that can be done to the demo's swarm.

    Args:
        images: the images that its services use.
    """
    scenarios = stage.narration.known
    menu: Menu = {}
    if stage.narration.playing:
        menu["Continue the scenario"] = stage.next_step
        menu["End the scenario"] = stage.end_scenario
    menu["Play a scenario"] = {title: partial(stage.play, name) for name, title in scenarios.items()}
    menu["Break a node"] = {
        node: {words: partial(stage.fault, node, what) for what, words in NODE_FAULTS.items()} for node in stage.nodes()
    }
    if images:
        menu["Break an image"] = {
            image: {words: partial(stage.image, image, what) for what, words in IMAGE_FAULTS.items()}
            for image in images
        }
    menu["How fast time passes"] = {words: partial(stage.speed, factor) for words, factor in SPEEDS.items()}
    return menu


def leaves(menu: Menu) -> Iterator[tuple[str, Doing]]:
    """Everything of a menu that can be done, with the words on the way to it."""
    for words, entry in menu.items():
        if isinstance(entry, dict):
            yield from ((f"{words}: {inner}", doing) for inner, doing in leaves(entry))
        else:
            yield words, entry


class ChaosDialog(ListDialog["Doing | None"]):
    """Returns what should be done, or None."""

    BINDINGS: ClassVar = [
        leaving("Back", "Back, or close", more="left", id="chaos.back"),
        Binding("j", "move(1)", "Down", show=False, id="chaos.down", tooltip="The line below"),
        Binding("k", "move(-1)", "Up", show=False, id="chaos.up", tooltip="The line above"),
    ]

    HEADING: ClassVar = "What should go wrong?"
    KEYS_LINE: ClassVar = "↑↓ choose   enter Choose   esc Back"

    def __init__(self, menu: Menu) -> None:
        super().__init__()
        self._path: list[tuple[str, Menu]] = [(self.HEADING, menu)]

    def compose_body(self) -> ComposeResult:
        yield OptionList(id="menu", compact=True)

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        title, menu = self._path[-1]
        self.query_one("#title", Static).update(Content(visible(title)))
        self.lines.set_options([Option(Content(visible(words))) for words in menu])
        self.lines.highlighted = 0

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        menu = self._path[-1][1]
        words = list(menu)[event.option_index]
        chosen = menu[words]
        if isinstance(chosen, dict):
            self._path.append((words, chosen))
            self._show()
        else:
            self.dismiss(chosen)

    def action_cancel(self) -> None:
        if len(self._path) > 1:
            self._path.pop()
            self._show()
        else:
            self.dismiss(None)
