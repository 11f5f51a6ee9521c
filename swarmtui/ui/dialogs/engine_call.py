"""EngineDialog: base of the dialogs about the connected engine itself, which may be in no swarm, or locked."""

from __future__ import annotations

from swarmtui.engine.observation import Observation
from swarmtui.errors import ConnectionFailed
from swarmtui.swarm.actions.action import Kind, Target
from swarmtui.swarm.objects import EngineInfo
from swarmtui.ui.dialogs.action import READ_ONLY, ActionDialog

__all__ = ["EngineDialog"]


class EngineDialog(ActionDialog):
    """A change is blocked only while the engine does not answer at all: it needs no swarm that can be shown."""

    def __init__(self, observation: Observation, *, read_only: bool = False) -> None:
        super().__init__(observation, read_only=read_only)
        self._info: EngineInfo = observation.info

    @property
    def target(self) -> Target:
        return Target(Kind.SWARM, "", f"the engine {self._info.name}".rstrip(), 0)

    def _blocked(self) -> str:
        if self._read_only:
            return READ_ONLY
        if isinstance(self._observation.connection.error, ConnectionFailed):
            return "The engine does not answer; changes are refused until it does."
        return ""
