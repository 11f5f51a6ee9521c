"""One class for each thing a user can do to a swarm. See `action.Action` for what such a class says of itself."""

from __future__ import annotations

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.networks import CreateNetwork, RemoveNetwork
from swarmtui.swarm.actions.nodes import SetAvailability
from swarmtui.swarm.actions.roles import Demote, Promote
from swarmtui.swarm.actions.rotation import ReplaceReference, RotateConfig, RotateSecret
from swarmtui.swarm.actions.services import ScaleService
from swarmtui.swarm.actions.stacks import DeployStack, RemovePart, RemoveStack
from swarmtui.swarm.actions.stored import CreateConfig, CreateSecret, RemoveConfig, RemoveSecret
from swarmtui.swarm.actions.tokens import RotateJoinToken

__all__ = [
    "ALL_ACTIONS",
    "CreateConfig",
    "CreateNetwork",
    "CreateSecret",
    "Demote",
    "DeployStack",
    "Promote",
    "RemoveConfig",
    "RemoveNetwork",
    "RemovePart",
    "RemoveSecret",
    "RemoveStack",
    "ReplaceReference",
    "RotateConfig",
    "RotateJoinToken",
    "RotateSecret",
    "ScaleService",
    "SetAvailability",
]

ALL_ACTIONS: tuple[type[Action], ...] = (
    ScaleService,
    SetAvailability,
    Promote,
    Demote,
    RotateJoinToken,
    CreateSecret,
    RemoveSecret,
    RotateSecret,
    CreateConfig,
    RemoveConfig,
    RotateConfig,
    ReplaceReference,
    CreateNetwork,
    RemoveNetwork,
    RemoveStack,
    RemovePart,
    DeployStack,
)
"""Every action class there is: for the palette, the help, and the test that read-only refuses them all."""
