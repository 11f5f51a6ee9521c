"""Actions on the swarm itself."""

from __future__ import annotations

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.tokens import RotateJoinToken
from swarmtui.swarm.objects import Swarm

EXAMPLES: list[tuple[Action, tuple[str, ...]]] = [
    (RotateJoinToken.of(Swarm(id="s"), "worker"), ()),
]
