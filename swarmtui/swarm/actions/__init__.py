"""One class for each thing a user can do to a swarm. See `action.Action` for what such a class says of itself."""

from __future__ import annotations

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.keys import RotateCA, RotateUnlockKey, SetAutolock
from swarmtui.swarm.actions.membership import InitSwarm, JoinSwarm, LeaveSwarm, UnlockSwarm
from swarmtui.swarm.actions.node_labels import SetNodeLabels
from swarmtui.swarm.actions.node_removal import RemoveNode
from swarmtui.swarm.actions.nodes import SetAvailability
from swarmtui.swarm.actions.roles import Demote, Promote
from swarmtui.swarm.actions.services import ScaleService
from swarmtui.swarm.actions.settings import (
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
    "Demote",
    "InitSwarm",
    "JoinSwarm",
    "LeaveSwarm",
    "Promote",
    "RemoveNode",
    "RotateCA",
    "RotateJoinToken",
    "RotateUnlockKey",
    "ScaleService",
    "SetAutolock",
    "SetAvailability",
    "SetCertExpiry",
    "SetDispatcherHeartbeat",
    "SetKeptSnapshots",
    "SetNodeLabels",
    "SetSnapshotInterval",
    "SetTaskHistoryLimit",
    "UnlockSwarm",
]

OF_NODES: tuple[type[Action], ...] = (SetAvailability, Promote, Demote, SetNodeLabels, RemoveNode)
OF_THE_SWARM: tuple[type[Action], ...] = (RotateJoinToken, SetAutolock, RotateUnlockKey, RotateCA, *SETTINGS)
OF_THE_ENGINE: tuple[type[Action], ...] = (InitSwarm, JoinSwarm, LeaveSwarm, UnlockSwarm)

ALL_ACTIONS: tuple[type[Action], ...] = (ScaleService, *OF_NODES, *OF_THE_SWARM, *OF_THE_ENGINE)
"""Every action class there is: for the palette, the help, and the test that read-only refuses them all."""
