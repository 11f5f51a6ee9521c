"""Scale a service: a number, and what it will do, as it is typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import events, on
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from swarmtui.engine.observation import Observation
from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions.action import Action, Kind, Target
from swarmtui.swarm.actions.services import ScaleService
from swarmtui.swarm.objects import Service
from swarmtui.ui.dialogs.action import ActionDialog
from swarmtui.ui.text import visible

__all__ = ["ScaleDialog"]


class NumberInput(Input):
    """Takes digits; every other character is the dialog's key, + and - among them."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return character is not None and character.isdigit()

    def on_key(self, event: events.Key) -> None:
        if event.is_printable and not self.check_consume_key(event.key, event.character):
            event.prevent_default()  # Input would take it, and then refuse it


class ScaleDialog(ActionDialog):
    """Asks how many replicas a service shall have.

    Args:
        service: the service as the user saw it.
        replicas: the number to begin with.
    """

    BINDINGS: ClassVar = [
        Binding("plus,equals_sign,up", "add(1)", "One more", id="scale.more", tooltip="One replica more"),
        Binding("minus,down", "add(-1)", "One less", id="scale.less", tooltip="One replica less"),
    ]

    FIRST_FOCUS: ClassVar = "#replicas"

    def __init__(self, service: Service, replicas: int, observation: Observation, *, read_only: bool = False) -> None:
        super().__init__(observation, read_only=read_only)
        self._service = service
        self._first = max(0, replicas)

    @property
    def heading(self) -> str:
        return f"Scale {self._service.name}"

    @property
    def target(self) -> Target:
        return Target(Kind.SERVICE, self._service.id, self._service.name, self._service.version.index)

    @property
    def verb(self) -> str:
        return f"Scale {self._service.name}"

    def action(self) -> Action:
        text = self.query_one("#replicas", Input).value
        if not text:
            raise ChangeRefused("Type how many replicas there shall be.")
        wanted = ScaleService.of(self._service, replicas=int(text))
        if wanted.seen == wanted.wanted:
            name = visible(self._service.name)
            raise ChangeRefused(f"{name} is set to {wanted.wanted} already. + and - change the number.")
        return wanted

    def compose_choice(self) -> Iterable[Widget]:
        yield Horizontal(
            Static("Replicas ", classes="field-label"),
            NumberInput(str(self._first), id="replicas", restrict=r"\d{0,6}", max_length=6, compact=True),
            Static(Content("  + and - change it"), classes="dim"),
            classes="field",
        )

    def action_add(self, difference: int) -> None:
        number = self.query_one("#replicas", Input)
        number.value = str(max(0, int(number.value or 0) + difference))

    @on(Input.Changed, "#replicas")
    def _number_changed(self) -> None:
        self.show_action()

    @on(Input.Submitted, "#replicas")
    def _number_typed(self) -> None:
        self.focus_confirm()
