"""Scale a service: a number, and what it will do, as it is typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import events, on
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import ChangeRefused, NotPossible
from swarmtui.swarm.actions.action import Action, Target
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.scale import ScaleService
from swarmtui.ui.changes.action_dialog import ActionDialog
from swarmtui.ui.kit.texts.text import visible

__all__ = ["ScaleDialog"]

MOST = 1_000_000
"""Replicas. More is a slip of the finger: no swarm runs so many."""


class NumberInput(Input):
    """Takes digits; every other character is the dialog's key, + and - among them.

    A digit right after a typed sign makes a signed number of both: it must not become another number in silence.

    Attributes:
        sign: the sign that was typed just before; "" for none.
    """

    def __init__(self, number: int, sign: str) -> None:
        super().__init__(str(number), id="replicas", compact=True)
        self.sign = sign

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return character is not None and character.isdigit()

    def on_key(self, event: events.Key) -> None:
        if not self.check_consume_key(event.key, event.character):
            if event.is_printable:
                event.prevent_default()  # Input would take it, and then refuse it
        elif self.sign and event.character is not None:
            event.prevent_default()
            self.begin_with(event.character)

    def begin_with(self, digit: str) -> None:
        """Begin again with a digit, and the sign before it."""
        self.value = f"{self.sign}{digit}"
        self.cursor_position = len(self.value)

    def set(self, number: int) -> None:
        """Show a number, which the next digit replaces."""
        self.value = str(number)
        self.select_all()


class ScaleDialog(ActionDialog):
    """Asks how many replicas a service should have.

    Args:
        service: the service as the user saw it.
        difference: how far from its present number the dialog begins. Where that is not 0 it begins on Cancel: the
            number is there already, and Enter alone must change nothing.

    Raises:
        NotPossible: the service has no number of replicas.
    """

    BINDINGS: ClassVar = [
        Binding("plus,equals_sign,up", "add(1)", "One more", id="scale.more", tooltip="One replica more"),
        Binding("minus,down", "add(-1)", "One less", id="scale.less", tooltip="One replica less"),
    ]

    def __init__(self, service: Service, difference: int, observation: Observation) -> None:
        super().__init__(observation)
        self._service = service
        self._difference = difference
        self._first = max(0, int(ScaleService.of(service, replicas=0).seen) + difference)
        self._typed_sign = ""

    def begin_with(self, given: Mapping[str, str]) -> None:
        super().begin_with(given)
        self._first = int(given.get("replicas", self._first))

    @property
    def first_focus(self) -> str:
        return super().first_focus if self._difference or self._filled_in else "#replicas"

    @property
    def heading(self) -> str:
        return f"Scale {self._service.name}"

    @property
    def target(self) -> Target:
        return Target.of(self._service)

    @property
    def verb(self) -> str:
        return f"Scale {self._service.name}"

    def action(self) -> Action:
        wanted = ScaleService.of(self._service, replicas=_read(self.query_one("#replicas", Input).value))
        if self.several is None and wanted.seen == wanted.wanted:
            name = visible(self._service.name)
            raise ChangeRefused(f"{name} is already set to {wanted.wanted}. + and - change the number.")
        return wanted

    def meanings(self) -> Mapping[str, str]:
        return {"Replicas": "How many tasks the service should have: digits, or + and -"}

    def compose_choice(self) -> Iterable[Widget]:
        yield Horizontal(
            Static("Replicas ", classes="field-label"),
            NumberInput(self._first, {0: "", 1: "+"}.get(self._difference, "-")),
            Static(Content("  + and - change it"), classes="dim"),
            classes="field",
        )

    def on_key(self, event: events.Key) -> None:
        """A digit is meant for the number, wherever the focus is."""
        number, character = self.query_one("#replicas", NumberInput), event.character or ""
        if character.isdigit() and not number.has_focus and not self.query_one("#typed", Input).has_focus:
            event.stop()
            number.focus()
            number.begin_with(character)
        number.sign = ""
        self._typed_sign = character if character in ("+", "-") else ""

    def action_add(self, difference: int) -> None:
        number = self.query_one("#replicas", NumberInput)
        now = _number(number.value)
        if now is not None:
            number.set(max(0, now + difference))
        number.sign = self._typed_sign

    @on(Input.Changed, "#replicas")
    def _number_changed(self) -> None:
        self.show_action()

    @on(Input.Submitted, "#replicas")
    def _number_typed(self) -> None:
        self.focus_confirm()


def _number(text: str) -> int | None:
    """The number that a text is; None for none. Longer ones than Python reads are too many in any case."""
    return int(text[:20]) if text.isascii() and text.isdigit() else None


def _read(text: str) -> int:
    """The number of replicas that was typed.

    Raises:
        NotPossible: it is none, with the reason.
    """
    if not text:
        raise NotPossible("Type the number of replicas.")
    number = _number(text)
    if number is None:
        raise NotPossible(f"'{text}' is not a number of replicas. Type a number; + and - change it by one.")
    if number > MOST:
        raise NotPossible(f"{text} replicas are too many: at most {MOST}.")
    return number
