"""Deployed: the compose files that stacks were deployed from, so that they need not be typed again."""

from __future__ import annotations

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.stacks.changes import DeployStack

__all__ = ["Deployed"]


class Deployed:
    """Remembers the file of each stack while the program runs."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}

    def remember(self, action: Action) -> None:
        """An action is being done now; what comes of it does not matter."""
        if isinstance(action, DeployStack):
            self._files[action.target.name] = action.comparison.path

    def file_of(self, stack: str) -> str:
        """The file that a stack was deployed from; "" where that is not known."""
        return self._files.get(stack, "")
