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

    @property
    def _info(self) -> EngineInfo:
        """What the engine has told of itself; it may do so while the dialog is open."""
        return self._observation.info

    @property
    def target(self) -> Target:
        return Target(Kind.SWARM, "", f"the engine {self._info.name}".rstrip(), 0)

    def observe(self, observation: Observation) -> None:
        is_new = observation.info != self._info
        super().observe(observation)
        if is_new and self.is_mounted:
            self.show_action()

    def _blocked(self) -> str:
        if self._observation.read_only:
            return read_only_text(self._observation)
        if isinstance(self._observation.connection.error, ConnectionFailed):
            return "The engine does not answer; changes are refused until it does."
        return ""
