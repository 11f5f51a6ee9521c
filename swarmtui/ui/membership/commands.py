"""What can be asked for about the swarm itself, and about the engine's place in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import NoLeader, NotInSwarm, NotUsable, SwarmLocked
from swarmtui.swarm.actions import names
from swarmtui.swarm.membership.setting_words import SETTING_WORDS, SettingWords
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.ui.commands.command import Command, has_swarm

if TYPE_CHECKING:
    from swarmtui.ui.membership.askings import MembershipAskings

__all__ = ["ENGINE_COMMANDS", "INIT", "LEAVE", "MEMBERSHIP_COMMANDS", "TOKENS"]


def _askings() -> type[MembershipAskings]:
    from swarmtui.ui.membership.askings import MembershipAskings

    return MembershipAskings


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


def _setting(setting: SettingWords) -> Command:
    return Command(
        name=setting.name,
        title=f"Set the {setting.field}",
        explanation=setting.means,
        docker="swarm update",
        about=Swarm,
        asking=lambda: _askings().numbers[setting.name],
    )


TOKENS = Command(
    name="swarm.tokens",
    title="Show the join tokens",
    label="Tokens",
    explanation="Show, copy or rotate the join tokens for workers and managers",
    docker="swarm join-token",
    view=lambda views: views.show_tokens(),
    asking=lambda: _askings().tokens,
    key="t",
    shown=True,
)
INIT = Command(
    name=names.INIT_SWARM,
    title="Init a swarm",
    label="Init",
    explanation="Make this engine the first manager of a new swarm",
    docker="swarm init",
    asking=lambda: _askings().init,
    key="I",
    shown=True,
    offered=_outside,
    works=_outside,
)
LEAVE = Command(
    name=names.LEAVE_SWARM,
    title="Leave the swarm",
    label="Leave",
    explanation="Let this engine leave its swarm",
    docker="swarm leave",
    asking=lambda: _askings().leave,
    key="W",
    shown=True,
    offered=lambda observation: has_swarm(observation) or _stuck(observation),
    works=_stuck,
)
ENGINE_COMMANDS: tuple[Command, ...] = (
    INIT,
    Command(
        name=names.JOIN_SWARM,
        title="Join a swarm",
        label="Join",
        explanation="Let this engine join a swarm",
        docker="swarm join",
        asking=lambda: _askings().join,
        key="J",
        shown=True,
        offered=_outside,
        works=_outside,
    ),
    Command(
        name=names.UNLOCK_SWARM,
        title="Unlock the swarm",
        label="Unlock",
        explanation="Unlock this manager with the unlock key",
        docker="swarm unlock",
        asking=lambda: _askings().unlock,
        key="K",
        shown=True,
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
    *(_setting(setting) for setting in SETTING_WORDS),
    Command(
        name=names.SET_AUTOLOCK,
        title="Turn autolock on or off",
        explanation="With it on, a manager that restarts needs the unlock key",
        docker="swarm update",
        about=Swarm,
        asking=lambda: _askings().autolock,
    ),
    Command(
        name="swarm.unlock-key",
        title="Show the unlock key",
        explanation="Show, copy or rotate the key that unlocks a manager",
        docker="swarm unlock-key",
        view=lambda views: views.show_unlock_key(),
        asking=lambda: _askings().unlock_key,
    ),
    Command(
        name=names.ROTATE_UNLOCK_KEY,
        title="Rotate the unlock key",
        explanation="The old key no longer unlocks a manager",
        docker="swarm unlock-key",
        about=Swarm,
        asking=lambda: _askings().rotate_unlock_key,
    ),
    Command(
        name=names.ROTATE_CA,
        title="Rotate the root CA",
        explanation="A new root, or one of your own: every node gets a certificate, and join tokens change",
        docker="swarm ca",
        about=Swarm,
        asking=lambda: _askings().rotate_ca,
    ),
    Command(
        name=names.SET_EXTERNAL_CAS,
        title="Set the external CAs",
        explanation="Authorities outside that sign the nodes' certificates",
        docker="swarm ca",
        about=Swarm,
        asking=lambda: _askings().external_cas,
    ),
    Command(
        name=names.SET_VOLUME_AVAILABILITY,
        title="Show the cluster volumes",
        explanation="Volumes of the swarm (CSI): what each is, and whether tasks may use it",
        docker="volume update",
        about=Swarm,
        asking=lambda: _askings().volumes,
    ),
    TOKENS,
    *ENGINE_COMMANDS,
)
