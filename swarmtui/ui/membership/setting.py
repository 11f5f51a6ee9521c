"""Change one of the swarm's settings that is a number or a duration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions.action import Action, Target
from swarmtui.swarm.membership.settings import SetSwarmNumber
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.ui.changes.action_dialog import ActionDialog

__all__ = ["SettingDialog"]


class SettingDialog(ActionDialog):
    """Asks for the new value.

    Args:
        setting: the class of the action.
        swarm: the swarm as the user saw it.
    """

    FIRST_FOCUS: ClassVar = "#value"

    def __init__(self, setting: type[SetSwarmNumber], swarm: Swarm, observation: Observation) -> None:
        super().__init__(observation)
        self._setting = setting
        self._swarm = swarm

    @property
    def heading(self) -> str:
        return f"Set the {self._setting.field}"

    @property
    def target(self) -> Target:
        return Target.of(self._swarm)

    @property
    def verb(self) -> str:
        return "Set it"

    def action(self) -> Action:
        try:
            number = self._setting.spec_number.read(self.query_one("#value", Input).value)
        except ValueError as error:
            raise ChangeRefused(f"Type {error}.") from error
        action = self._setting.of(self._swarm, number)
        if action.seen == action.wanted:
            raise ChangeRefused(f"It is {action.seen} now.")
        return action

    def compose_choice(self) -> Iterable[Widget]:
        number = self._setting.spec_number
        yield Static(Content(self._setting.means), classes="paragraph")
        now = number.text_of(number.of_swarm(self._swarm))
        yield Horizontal(
            Static(Content(f"{number.unit.capitalize() or 'Duration'} "), classes="field-label"),
            Input(now, id="value", max_length=24, compact=True),
            Static(Content("" if number.unit else "  such as 5s, 30m, 12h, 90d"), classes="dim"),
            classes="field",
        )

    @on(Input.Changed, "#value")
    def _changed(self) -> None:
        self.show_action()

    @on(Input.Submitted, "#value")
    def _typed(self) -> None:
        self.focus_confirm()
