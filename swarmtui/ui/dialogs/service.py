"""What the dialogs that change a service have in common: they stand on its raw JSON, as the engine has it now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from swarmtui.engine.observation import Observation
from swarmtui.swarm.actions.action import Target
from swarmtui.swarm.actions.service_change import ServiceChange, target_of
from swarmtui.ui.dialogs.action import ActionDialog

__all__ = ["ServiceDialog"]


class ServiceDialog(ActionDialog):
    """Base of the dialogs that change a service.

    Args:
        kind: the class of the change.
        raw: the service's raw JSON.
    """

    def __init__(
        self, kind: type[ServiceChange], raw: Mapping[str, Any], observation: Observation, *, read_only: bool = False
    ) -> None:
        super().__init__(observation, read_only=read_only)
        self._kind = kind
        self._raw = raw

    @property
    def heading(self) -> str:
        return f"{self._kind.verb} the {self._kind.field} of {self.target.name}"

    @property
    def target(self) -> Target:
        return target_of(self._raw)

    @property
    def verb(self) -> str:
        return f"{self._kind.verb} {self.target.name}"
