"""Let the connected engine leave its swarm; unlock it after a restart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from swarmtui.engine.polling.observation import Observation, Secret
from swarmtui.errors import ChangeRefused, SwarmLocked
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.membership.changes import LeaveSwarm, UnlockSwarm
from swarmtui.ui.kit.forms.choice import Choice
from swarmtui.ui.membership.engine_dialog import EngineDialog
from swarmtui.ui.membership.init_join import field

__all__ = ["LeaveByForceDialog", "LeaveDialog", "UnlockDialog"]

WAYS = {
    "order": "without force: as a worker, so demote it first",
    "force": "by force, while still a manager",
}
WHERE_THE_KEY_IS = (
    "It begins with SWMKEY. It was shown when autolock was turned on, and when the key was last rotated. A manager that"
    " is not locked shows it: docker swarm unlock-key there, or the swarm view of this program."
)


class LeaveDialog(EngineDialog):
    """Asks whether a worker should leave."""

    @property
    def heading(self) -> str:
        return f"Let {self._info.name or 'this engine'} leave its swarm"

    @property
    def verb(self) -> str:
        return "Leave the swarm"

    def action(self) -> Action:
        return LeaveSwarm.of(self._observation.info)


class LeaveByForceDialog(LeaveDialog):
    """Asks how a manager, or a locked engine, should leave. Force is never what is chosen at first."""

    FIRST_FOCUS: ClassVar = "#choices"

    def __init__(self, observation: Observation) -> None:
        super().__init__(observation)
        self._how = "order"

    @classmethod
    def is_needed(cls, observation: Observation) -> bool:
        return observation.info.swarm.control_available or _is_locked(observation)

    def action(self) -> Action:
        return LeaveSwarm.of(self._observation.info, force=self._how == "force")

    def compose_choice(self) -> Iterable[Widget]:
        order = {"order": "without force: unlock it first"} if _is_locked(self._observation) else {}
        yield Choice({**WAYS, **order}, self._how, id="choices")

    @on(Choice.Changed)
    def _choose(self, event: Choice.Changed) -> None:
        self._how = event.value
        self.show_action()

    @on(Choice.Accepted)
    def _go_on(self) -> None:
        self.focus_confirm()


def _is_locked(observation: Observation) -> bool:
    """An answer about the swarm says so, too, before the engine has told of itself."""
    locked = observation.info.swarm.local_node_state == "locked"
    return locked or isinstance(observation.connection.error, SwarmLocked)


class UnlockDialog(EngineDialog):
    """Asks for the unlock key, which is not echoed."""

    FIRST_FOCUS: ClassVar = "#key"

    @property
    def heading(self) -> str:
        return f"Unlock {self._info.name or 'this manager'}"

    @property
    def verb(self) -> str:
        return UnlockSwarm.verb

    def action(self) -> Action:
        key = self.query_one("#key", Input).value.strip()
        if not key:
            raise ChangeRefused("Paste the unlock key.")
        return UnlockSwarm.of(self._info, Secret(key))

    def compose_choice(self) -> Iterable[Widget]:
        yield Static(Content(WHERE_THE_KEY_IS), classes="paragraph")
        yield field("Key", Input(id="key", password=True, compact=True, placeholder="SWMKEY-1-…"))

    @on(Input.Changed, "#key")
    def _typing(self) -> None:
        self.show_action()

    @on(Input.Submitted, "#key")
    def _typed_key(self) -> None:
        self.focus_confirm()
