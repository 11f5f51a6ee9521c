"""What can be asked for about the swarm itself, and about the engine's place in one."""

from __future__ import annotations

from collections.abc import Callable

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import NoLeader, NotInSwarm, NotUsable, SwarmLocked
from swarmtui.swarm.membership.changes import InitSwarm, JoinSwarm, LeaveSwarm, UnlockSwarm
from swarmtui.swarm.membership.settings import SETTINGS, SetSwarmNumber
from swarmtui.swarm.membership.swarm_keys import RotateCA, RotateUnlockKey, SetAutolock
from swarmtui.swarm.membership.tokens import RotateJoinToken
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.ui.commands.command import Command, Dialog, DialogContext, confirm, has_swarm
from swarmtui.ui.membership.init_join import InitDialog, JoinDialog
from swarmtui.ui.membership.leave_unlock import LeaveByForceDialog, LeaveDialog, UnlockDialog
from swarmtui.ui.membership.setting import SettingDialog

__all__ = ["ENGINE_COMMANDS", "INIT", "LEAVE", "MEMBERSHIP_COMMANDS", "TOKENS"]


def _outside(observation: Observation) -> bool:
    return isinstance(observation.connection.error, NotInSwarm) and observation.info.swarm.local_node_state != "pending"


def _stuck(observation: Observation) -> bool:
    """In a swarm that cannot be shown from here. (From a manager that can, its row in the swarm view asks for it.)"""
    error = observation.connection.error
    return isinstance(error, NotUsable) and not isinstance(error, NoLeader) and not _outside(observation)


def _locked(observation: Observation) -> bool:
    return isinstance(observation.connection.error, SwarmLocked)


def _leaderless(observation: Observation) -> bool:
    return isinstance(observation.connection.error, NoLeader)


def _number(setting: type[SetSwarmNumber]) -> Callable[[Swarm, DialogContext], Dialog]:
    return lambda swarm, context: SettingDialog(setting, swarm, context.observation)


def _autolock(swarm: Swarm, _: object) -> SetAutolock:
    return SetAutolock.of(swarm, on=not swarm.spec.encryption_config.auto_lock_managers)


def _leave(_: object, context: DialogContext) -> Dialog:
    dialog = LeaveByForceDialog if LeaveByForceDialog.is_needed(context.observation) else LeaveDialog
    return dialog(context.observation)


TOKENS = Command(
    name="swarm.tokens",
    title="Show the join tokens",
    label="Tokens",
    explanation="Show, copy or rotate the join tokens for workers and managers",
    docker="swarm join-token",
    view=lambda views: views.show_tokens(),
    key="t",
    shown=True,
    actions=(RotateJoinToken,),
)
INIT = Command(
    name=InitSwarm.name,
    title="Init a swarm",
    label="Init",
    explanation="Make this engine the first manager of a new swarm",
    docker="swarm init",
    dialog=lambda _, context: InitDialog(context.addresses, context.observation),
    key="I",
    shown=True,
    actions=(InitSwarm,),
    offered=_outside,
    works=_outside,
)
LEAVE = Command(
    name=LeaveSwarm.name,
    title="Leave the swarm",
    label="Leave",
    explanation="Let this engine leave its swarm",
    docker="swarm leave",
    dialog=_leave,
    key="W",
    shown=True,
    actions=(LeaveSwarm,),
    offered=lambda observation: has_swarm(observation) or _stuck(observation),
    works=_stuck,
)
ENGINE_COMMANDS: tuple[Command, ...] = (
    INIT,
    Command(
        name=JoinSwarm.name,
        title="Join a swarm",
        label="Join",
        explanation="Let this engine join a swarm",
        docker="swarm join",
        dialog=lambda _, context: JoinDialog(context.observation),
        key="J",
        shown=True,
        actions=(JoinSwarm,),
        offered=_outside,
        works=_outside,
    ),
    Command(
        name=UnlockSwarm.name,
        title="Unlock the swarm",
        label="Unlock",
        explanation="Unlock this manager with the unlock key",
        docker="swarm unlock",
        dialog=lambda _, context: UnlockDialog(context.observation),
        key="K",
        shown=True,
        actions=(UnlockSwarm,),
        offered=_locked,
        works=_locked,
    ),
    Command(
        name="swarm.recover",
        title="Recover the quorum",
        label="Quorum",
        explanation="How to recover the quorum",
        view=lambda views: views.show_recovery(),
        key="Q",
        shown=True,
        offered=_leaderless,
        works=_leaderless,
    ),
    LEAVE,
)
"""About the engine that is connected, which may be in no swarm: keys of the main screen, in their order there."""

MEMBERSHIP_COMMANDS: tuple[Command, ...] = (
    *(
        Command(
            name=setting.name,
            title=f"Set the {setting.field}",
            explanation=setting.means,
            docker="swarm update",
            about=Swarm,
            dialog=_number(setting),
            actions=(setting,),
        )
        for setting in SETTINGS
    ),
    Command(
        name=SetAutolock.name,
        title="Turn autolock on or off",
        explanation="With it on, a manager that restarts needs the unlock key",
        docker="swarm update",
        about=Swarm,
        dialog=confirm(_autolock),
        actions=(SetAutolock,),
    ),
    Command(
        name="swarm.unlock-key",
        title="Show the unlock key",
        explanation="Show, copy or rotate the key that unlocks a manager",
        docker="swarm unlock-key",
        view=lambda views: views.show_unlock_key(),
        actions=(RotateUnlockKey,),
    ),
    Command(
        name=RotateUnlockKey.name,
        title="Rotate the unlock key",
        explanation="The old key no longer unlocks a manager",
        docker="swarm unlock-key",
        about=Swarm,
        dialog=confirm(lambda swarm, _: RotateUnlockKey.of(swarm)),
        actions=(RotateUnlockKey,),
    ),
    Command(
        name=RotateCA.name,
        title="Rotate the root CA",
        explanation="Every node gets a new certificate, and join tokens change",
        docker="swarm ca",
        about=Swarm,
        dialog=confirm(lambda swarm, _: RotateCA.of(swarm)),
        actions=(RotateCA,),
    ),
    TOKENS,
    *ENGINE_COMMANDS,
)
