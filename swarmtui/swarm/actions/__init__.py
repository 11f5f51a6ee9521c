"""One class for each thing a user can do to a swarm. See `action.Action` for what such a class says of itself."""

from __future__ import annotations

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.create_service import CreateService
from swarmtui.swarm.actions.edit_spec import EditSpec
from swarmtui.swarm.actions.image import UpdateImage
from swarmtui.swarm.actions.keys import RotateCA, RotateUnlockKey, SetAutolock
from swarmtui.swarm.actions.lines import SetEnvironment, SetServiceLabels
from swarmtui.swarm.actions.membership import InitSwarm, JoinSwarm, LeaveSwarm, UnlockSwarm
from swarmtui.swarm.actions.networks import CreateNetwork, RemoveNetwork
from swarmtui.swarm.actions.node_labels import SetNodeLabels
from swarmtui.swarm.actions.node_removal import RemoveNode
from swarmtui.swarm.actions.nodes import SetAvailability
from swarmtui.swarm.actions.placement import SetPlacement
from swarmtui.swarm.actions.ports import SetPorts
from swarmtui.swarm.actions.removal import RemoveService
from swarmtui.swarm.actions.roles import Demote, Promote
from swarmtui.swarm.actions.rolling import ForceUpdate, ResumeUpdate, RollBack
from swarmtui.swarm.actions.rotation import ReplaceReference, RotateConfig, RotateSecret
from swarmtui.swarm.actions.service_settings import SetResources, SetRestartPolicy, SetRollbackPolicy, SetUpdatePolicy
from swarmtui.swarm.actions.services import ScaleService
from swarmtui.swarm.actions.stacks import DeployStack, RemovePart, RemoveStack
from swarmtui.swarm.actions.stored import CreateConfig, CreateSecret, RemoveConfig, RemoveSecret
from swarmtui.swarm.actions.swarm_settings import (
    SETTINGS,
    SetCertExpiry,
    SetDispatcherHeartbeat,
    SetKeptSnapshots,
    SetSnapshotInterval,
    SetTaskHistoryLimit,
)
from swarmtui.swarm.actions.tokens import RotateJoinToken

__all__ = [
    "ALL_ACTIONS",
    "CreateConfig",
    "CreateNetwork",
    "CreateSecret",
    "CreateService",
    "Demote",
    "DeployStack",
    "EditSpec",
    "ForceUpdate",
    "InitSwarm",
    "JoinSwarm",
    "LeaveSwarm",
    "Promote",
    "RemoveConfig",
    "RemoveNetwork",
    "RemoveNode",
    "RemovePart",
    "RemoveSecret",
    "RemoveService",
    "RemoveStack",
    "ReplaceReference",
    "ResumeUpdate",
    "RollBack",
    "RotateCA",
    "RotateConfig",
    "RotateJoinToken",
    "RotateSecret",
    "RotateUnlockKey",
    "ScaleService",
    "SetAutolock",
    "SetAvailability",
    "SetCertExpiry",
    "SetDispatcherHeartbeat",
    "SetEnvironment",
    "SetKeptSnapshots",
    "SetNodeLabels",
    "SetPlacement",
    "SetPorts",
    "SetResources",
    "SetRestartPolicy",
    "SetRollbackPolicy",
    "SetServiceLabels",
    "SetSnapshotInterval",
    "SetTaskHistoryLimit",
    "SetUpdatePolicy",
    "UnlockSwarm",
    "UpdateImage",
]

OF_SERVICES: tuple[type[Action], ...] = (
    CreateService,
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
OF_NODES: tuple[type[Action], ...] = (SetAvailability, Promote, Demote, SetNodeLabels, RemoveNode)
OF_STACKS: tuple[type[Action], ...] = (DeployStack, RemoveStack, RemovePart)
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
OF_THE_SWARM: tuple[type[Action], ...] = (RotateJoinToken, SetAutolock, RotateUnlockKey, RotateCA, *SETTINGS)
OF_THE_ENGINE: tuple[type[Action], ...] = (InitSwarm, JoinSwarm, LeaveSwarm, UnlockSwarm)

ALL_ACTIONS: tuple[type[Action], ...] = (
    *OF_SERVICES,
    *OF_NODES,
    *OF_STACKS,
    *OF_SHARED,
    *OF_THE_SWARM,
    *OF_THE_ENGINE,
    EditSpec,
)
"""Every action class there is: for the palette, the help, and the test that read-only refuses them all."""
