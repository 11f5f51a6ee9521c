"""EngineDialog: base of the dialogs about the connected engine itself, which may be in no swarm, or locked."""

from __future__ import annotations

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import ConnectionFailed
from swarmtui.swarm.actions.action import Kind, Target
from swarmtui.swarm.objects.engine import EngineInfo
from swarmtui.ui.changes.action_dialog import ActionDialog, read_only_text

__all__ = ["EngineDialog"]


class EngineDialog(ActionDialog):
    """A change is blocked only while the engine does not answer at all: it needs no swarm that can be shown."""

    def __init__(self, observation: Observation) -> None:
        super().__init__(observation)
        self._info: EngineInfo = observation.info

    @property
    def target(self) -> Target:
        return Target(Kind.SWARM, "", f"the engine {self._info.name}".rstrip(), 0)

    def _blocked(self) -> str:
        if self._observation.read_only:
            return read_only_text(self._observation)
        if isinstance(self._observation.connection.error, ConnectionFailed):
            return "The engine does not answer; changes are refused until it does."
        return ""
