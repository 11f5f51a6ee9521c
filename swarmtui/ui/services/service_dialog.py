"""What the dialogs that change a service have in common: they stand on its raw JSON, as the engine has it now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from swarmtui.engine.polling.observation import Observation
from swarmtui.swarm.actions.action import Target
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.services.change import ServiceChange
from swarmtui.swarm.short_text import counted
from swarmtui.ui.changes.action_dialog import ActionDialog

__all__ = ["ServiceDialog"]


class ServiceDialog(ActionDialog):
    """Base of the dialogs that change a service.

    Args:
        kind: the class of the change.
        raw: the service's raw JSON.
    """

    def __init__(self, kind: type[ServiceChange], raw: Mapping[str, Any], observation: Observation) -> None:
        super().__init__(observation)
        self._kind = kind
        self._raw = raw

    @property
    def heading(self) -> str:
        return f"{self._kind.verb} the {self._kind.field} of {self.target.name}"

    @property
    def deed(self) -> str:
        return self.heading

    @property
    def subject(self) -> str:
        """ "web", or "2 services": whose the change is, in a sentence."""
        return self.target.name if self.several is None else counted(len(self.several.names), "service")

    @property
    def target(self) -> Target:
        return Target.of_json(Kind.SERVICE, self._raw)

    @property
    def verb(self) -> str:
        return f"{self._kind.verb} {self.target.name}"
