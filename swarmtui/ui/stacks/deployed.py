"""Deployed: the compose files that stacks were deployed from, so that they need not be typed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Action

if TYPE_CHECKING:
    from swarmtui.swarm.stacks.compose_files import ComposeFiles

__all__ = ["Deployed"]


class Deployed:
    """Remembers the files of each stack while the program runs."""

    def __init__(self) -> None:
        self._files: dict[str, ComposeFiles] = {}

    def remember(self, action: Action) -> None:
        """An action is being done now; what comes of it does not matter."""
        if action.name != names.DEPLOY_STACK:
            return
        from swarmtui.swarm.stacks.changes import DeployStack

        if isinstance(action, DeployStack) and action.files.text is None:
            self._files[action.target.name] = action.files

    def files_of(self, stack: str) -> ComposeFiles | None:
        """What a stack was deployed from; None where that is not known."""
        return self._files.get(stack)
