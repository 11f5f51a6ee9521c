"""One class for each thing a user can do to a swarm. See `action.Action` for what such a class says of itself."""

from __future__ import annotations

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.image import UpdateImage
from swarmtui.swarm.actions.lines import SetEnvironment, SetServiceLabels
from swarmtui.swarm.actions.networks import CreateNetwork, RemoveNetwork
from swarmtui.swarm.actions.nodes import SetAvailability
from swarmtui.swarm.actions.placement import SetPlacement
from swarmtui.swarm.actions.ports import SetPorts
from swarmtui.swarm.actions.removal import RemoveService
from swarmtui.swarm.actions.roles import Demote, Promote
from swarmtui.swarm.actions.rolling import ForceUpdate, ResumeUpdate, RollBack
from swarmtui.swarm.actions.rotation import ReplaceReference, RotateConfig, RotateSecret
from swarmtui.swarm.actions.services import ScaleService
from swarmtui.swarm.actions.settings import SetResources, SetRestartPolicy, SetRollbackPolicy, SetUpdatePolicy
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

OF_SERVICES: tuple[type[Action], ...] = (
    ScaleService,
    UpdateImage,
    ForceUpdate,
    RollBack,
    ResumeUpdate,
    SetEnvironment,
    SetPorts,
    SetPlacement,
    SetResources,
    SetServiceLabels,
    SetUpdatePolicy,
    SetRollbackPolicy,
    SetRestartPolicy,
    RemoveService,
)

OF_SHARED: tuple[type[Action], ...] = (
    CreateSecret,
    RemoveSecret,
    RotateSecret,
    CreateConfig,
    RemoveConfig,
    RotateConfig,
    ReplaceReference,
    CreateNetwork,
    RemoveNetwork,
)

OF_STACKS: tuple[type[Action], ...] = (DeployStack, RemoveStack, RemovePart)

OF_NODES: tuple[type[Action], ...] = (SetAvailability, Promote, Demote)

OF_SWARM: tuple[type[Action], ...] = (RotateJoinToken,)

ALL_ACTIONS: tuple[type[Action], ...] = (*OF_SERVICES, *OF_NODES, *OF_STACKS, *OF_SHARED, *OF_SWARM)
"""Every action class there is: for the palette, the help, and the test that read-only refuses them all."""
