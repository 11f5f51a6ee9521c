"""One class for each thing a user can do to a swarm. See `action.Action` for what such a class says of itself."""

from __future__ import annotations

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.image import UpdateImage
from swarmtui.swarm.actions.lines import SetEnvironment, SetServiceLabels
from swarmtui.swarm.actions.nodes import SetAvailability
from swarmtui.swarm.actions.placement import SetPlacement
from swarmtui.swarm.actions.ports import SetPorts
from swarmtui.swarm.actions.removal import RemoveService
from swarmtui.swarm.actions.roles import Demote, Promote
from swarmtui.swarm.actions.rolling import ForceUpdate, ResumeUpdate, RollBack
from swarmtui.swarm.actions.services import ScaleService
from swarmtui.swarm.actions.settings import SetResources, SetRestartPolicy, SetRollbackPolicy, SetUpdatePolicy
from swarmtui.swarm.actions.tokens import RotateJoinToken

__all__ = ["ALL_ACTIONS", "Demote", "Promote", "RotateJoinToken", "ScaleService", "SetAvailability"]

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

ALL_ACTIONS: tuple[type[Action], ...] = (*OF_SERVICES, SetAvailability, Promote, Demote, RotateJoinToken)
"""Every action class there is: for the palette, the help, and the test that read-only refuses them all."""
