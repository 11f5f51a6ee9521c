"""The demo's chaos menu: first what is hit, then how."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from swarmtui.ui.stage import Stage
from swarmtui.ui.text import visible

__all__ = ["ChaosDialog", "Menu", "chaos_menu", "leaves"]

Doing = Callable[[], None]
Menu = dict[str, "Menu | Doing"]
"""What can be chosen: words → what is done, or the next menu."""

NODE_FAULTS = {
    "kill": "lose power: its engine and its tasks are gone",
    "stop": "engine hangs: accepts connections, answers nothing",
    "cut": "cable pulled: it runs on, the others do not hear of it",
    "slow": "slow: every answer takes 2 seconds longer",
    "revive": "well again",
}
IMAGE_FAULTS = {
    "missing": "no registry has it",
    "crash": "its containers crash after 5 seconds",
    "unhealthy": "its health check never passes",
    "slow": "pulling it takes 20 seconds",
    "well": "well again",
}
SPEEDS = {"stopped": 0.0, "real time": 1.0, "4 times faster": 4.0, "20 times faster": 20.0}


def chaos_menu(stage: Stage, images: Sequence[str]) -> Menu:
    """Everything that can be done to the demo's swarm.

    Args:
        images: the images that its services use.
    """
    scenarios = stage.narration.known
    menu: Menu = {}
    if stage.narration.playing:
        menu["Go on with the scenario"] = stage.next_step
        menu["End the scenario"] = stage.end_scenario
    menu["Play a scenario"] = {title: partial(stage.play, name) for name, title in scenarios.items()}
    menu["Something happens to a node"] = {
        node: {words: partial(stage.fault, node, what) for what, words in NODE_FAULTS.items()} for node in stage.nodes()
    }
    if images:
        menu["Something is wrong with an image"] = {
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


class ChaosDialog(ModalScreen["Doing | None"]):
    """Returns what shall be done, or None."""

    BINDINGS: ClassVar = [
        Binding("escape,ctrl+c,left", "back", "Back", id="chaos.back", tooltip="Back to what is hit, or close this"),
        Binding("j", "step(1)", "Down", show=False, id="chaos.down", tooltip="The line below"),
        Binding("k", "step(-1)", "Up", show=False, id="chaos.up", tooltip="The line above"),
    ]

    def __init__(self, menu: Menu) -> None:
        super().__init__()
        self._path: list[tuple[str, Menu]] = [("What shall happen?", menu)]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(id="title", classes="dialog-title")
            yield OptionList(id="menu", compact=True)
            yield Static("↑↓ choose   enter Go on   esc Back", classes="dim")

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        title, menu = self._path[-1]
        self.query_one("#title", Static).update(Content(visible(title)))
        options = self.query_one("#menu", OptionList)
        options.clear_options()
        options.add_options([Option(Content(visible(words))) for words in menu])
        options.highlighted = 0
        options.focus()

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

    def action_step(self, step: int) -> None:
        options = self.query_one("#menu", OptionList)
        if step > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def action_back(self) -> None:
        if len(self._path) > 1:
            self._path.pop()
            self._show()
        else:
            self.dismiss(None)
