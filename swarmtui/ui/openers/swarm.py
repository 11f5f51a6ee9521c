"""What can be asked for about the swarm itself, and about the engine's place in one."""

from __future__ import annotations

from collections.abc import Callable

from swarmtui.swarm.actions import RotateCA, RotateUnlockKey, SetAutolock
from swarmtui.swarm.actions.swarm_settings import SETTINGS, SetSwarmNumber
from swarmtui.swarm.objects import Swarm
from swarmtui.ui.dialogs.init_join import InitDialog, JoinDialog
from swarmtui.ui.dialogs.leave_unlock import LeaveByForceDialog, LeaveDialog, UnlockDialog
from swarmtui.ui.dialogs.setting import SettingDialog
from swarmtui.ui.openers.opening import Dialog, Ground, Opening, confirm

__all__ = ["OPENINGS"]


def _number(setting: type[SetSwarmNumber]) -> Callable[[Swarm, Ground], Dialog]:
    return lambda swarm, ground: SettingDialog(setting, swarm, ground.observation, read_only=ground.read_only)


def _autolock(swarm: Swarm, _: object) -> SetAutolock:
    return SetAutolock.of(swarm, on=not swarm.spec.encryption_config.auto_lock_managers)


def _leave(_: object, ground: Ground) -> Dialog:
    dialog = LeaveByForceDialog if LeaveByForceDialog.is_needed(ground.observation) else LeaveDialog
    return dialog(ground.observation, read_only=ground.read_only)


OPENINGS: dict[str, Opening] = {
    **{setting.name: Opening(Swarm, _number(setting)) for setting in SETTINGS},
    "swarm.autolock": Opening(Swarm, confirm(_autolock)),
    "swarm.rotate-unlock-key": Opening(Swarm, confirm(lambda swarm, _: RotateUnlockKey.of(swarm))),
    "swarm.rotate-ca": Opening(Swarm, confirm(lambda swarm, _: RotateCA.of(swarm))),
    "swarm.init": Opening(
        None, lambda _, ground: InitDialog(ground.addresses, ground.observation, read_only=ground.read_only)
    ),
    "swarm.join": Opening(None, lambda _, ground: JoinDialog(ground.observation, read_only=ground.read_only)),
    "swarm.leave": Opening(None, _leave),
    "swarm.unlock": Opening(None, lambda _, ground: UnlockDialog(ground.observation, read_only=ground.read_only)),
}
