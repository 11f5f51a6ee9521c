"""How the commands on the swarm itself ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.membership.changes import InitSwarm, JoinSwarm, LeaveSwarm, UnlockSwarm
from swarmtui.swarm.membership.root_ca import ReplaceRootCA, SetExternalCAs
from swarmtui.swarm.membership.settings import SETTINGS, SetSwarmNumber
from swarmtui.swarm.membership.swarm_keys import RotateCA, RotateUnlockKey, SetAutolock
from swarmtui.swarm.membership.tokens import RotateJoinToken
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.swarm.volumes.availability import SetVolumeAvailability
from swarmtui.ui.commands.asking import Asking, Dialog, DialogContext, confirm
from swarmtui.ui.membership.init_join import InitDialog, JoinDialog
from swarmtui.ui.membership.leave_unlock import LeaveByForceDialog, LeaveDialog, UnlockDialog
from swarmtui.ui.membership.root_ca import ExternalCADialog, RootCADialog
from swarmtui.ui.membership.setting import SettingDialog
from swarmtui.ui.volumes.dialog import ClusterVolumesDialog

__all__ = ["MembershipAskings"]


def _number(setting: type[SetSwarmNumber]) -> Callable[[Swarm, DialogContext], Dialog]:
    return lambda swarm, context: SettingDialog(setting, swarm, context.observation)


def _autolock(swarm: Swarm, _: object) -> SetAutolock:
    return SetAutolock.of(swarm, on=not swarm.spec.encryption_config.auto_lock_managers)


def _leave(_: object, context: DialogContext) -> Dialog:
    dialog = LeaveByForceDialog if LeaveByForceDialog.is_needed(context.observation) else LeaveDialog
    return dialog(context.observation)


def _init(_: object, context: DialogContext) -> Dialog:
    return InitDialog(context.addresses, context.observation)


def _join(_: object, context: DialogContext) -> Dialog:
    return JoinDialog(context.observation)


def _unlock(_: object, context: DialogContext) -> Dialog:
    return UnlockDialog(context.observation)


def _rotate_unlock_key(swarm: Swarm, _: Cluster | None) -> Action:
    return RotateUnlockKey.of(swarm)


def _root_ca(swarm: Swarm, context: DialogContext) -> Dialog:
    return RootCADialog(swarm, context.observation)


def _volumes(_: object, context: DialogContext) -> Dialog:
    assert context.session is not None
    return ClusterVolumesDialog(context.session, context.observation)


def _external_cas(swarm: Swarm, context: DialogContext) -> Dialog:
    return ExternalCADialog(swarm, context.observation)


class MembershipAskings:
    """
    Attributes:
        numbers: those of the settings that are a number, by the names of their actions.
    """

    numbers: ClassVar[Mapping[str, Asking]] = {
        setting.name: Asking(_number(setting), (setting,)) for setting in SETTINGS
    }
    autolock = Asking(confirm(_autolock), (SetAutolock,))
    volumes = Asking(_volumes, (SetVolumeAvailability,))
    tokens = Asking(actions=(RotateJoinToken,))
    unlock_key = Asking(actions=(RotateUnlockKey,))
    rotate_unlock_key = Asking(confirm(_rotate_unlock_key), (RotateUnlockKey,))
    rotate_ca = Asking(_root_ca, (RotateCA, ReplaceRootCA))
    external_cas = Asking(_external_cas, (SetExternalCAs,))
    init = Asking(_init, (InitSwarm,))
    join = Asking(_join, (JoinSwarm,))
    unlock = Asking(_unlock, (UnlockSwarm,))
    leave = Asking(_leave, (LeaveSwarm,))
