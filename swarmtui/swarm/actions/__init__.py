"""One class for each thing a user can do to a swarm. See `action.Action` for what such a class says of itself."""

from __future__ import annotations

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.create_service import CreateService
from swarmtui.swarm.actions.edit_spec import EditSpec
from swarmtui.swarm.actions.nodes import SetAvailability
from swarmtui.swarm.actions.roles import Demote, Promote
from swarmtui.swarm.actions.services import ScaleService
from swarmtui.swarm.actions.tokens import RotateJoinToken

__all__ = [
    "ALL_ACTIONS",
    "CreateService",
    "Demote",
    "EditSpec",
    "Promote",
    "RotateJoinToken",
    "ScaleService",
    "SetAvailability",
]

ALL_ACTIONS: tuple[type[Action], ...] = (
    ScaleService,
    CreateService,
    EditSpec,
    SetAvailability,
    Promote,
    Demote,
    RotateJoinToken,
)
"""Every action class there is: for the palette, the help, and the test that read-only refuses them all."""
