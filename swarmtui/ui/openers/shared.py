"""What can be asked for about stacks, secrets, configs and networks."""

from __future__ import annotations

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import RemoveConfig, RemoveNetwork, RemoveSecret, RemoveStack, RotateConfig, RotateSecret
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.shared import Network, StoredConfig, StoredSecret
from swarmtui.swarm.stacks import Stack
from swarmtui.ui.dialogs.deploy import DeployDialog
from swarmtui.ui.dialogs.network import NetworkDialog
from swarmtui.ui.dialogs.stored import CreateStoredDialog, RotateDialog
from swarmtui.ui.openers.opening import Dialog, Ground, Opening, confirm

__all__ = ["OPENINGS"]


def _create_secret(_: object, ground: Ground) -> Dialog:
    return CreateStoredDialog(Kind.SECRET, ground.observation, read_only=ground.read_only)


def _create_config(_: object, ground: Ground) -> Dialog:
    return CreateStoredDialog(Kind.CONFIG, ground.observation, read_only=ground.read_only)


def _rotate_secret(secret: StoredSecret, ground: Ground) -> Dialog:
    RotateSecret.check(secret, ground.observation.cluster)
    return RotateDialog(secret, ground.observation, read_only=ground.read_only)


def _rotate_config(config: StoredConfig, ground: Ground) -> Dialog:
    RotateConfig.check(config, ground.observation.cluster)
    return RotateDialog(config, ground.observation, read_only=ground.read_only)


def _create_network(_: object, ground: Ground) -> Dialog:
    return NetworkDialog(ground.observation, read_only=ground.read_only)


def _deploy(_: object, ground: Ground) -> Dialog:
    return _deploy_dialog("", ground)


def _update(stack: Stack, ground: Ground) -> Dialog:
    return _deploy_dialog(stack.name, ground)


def _deploy_dialog(stack: str, ground: Ground) -> Dialog:
    if ground.session is None:
        raise NotPossible("There is no connection to deploy through.")
    return DeployDialog(ground.session, ground.observation, stack=stack, read_only=ground.read_only)


def _remove_stack(stack: Stack, cluster: Cluster | None) -> Action:
    return RemoveStack.of(stack, cluster or Cluster())


OPENINGS: dict[str, Opening] = {
    "secret.create": Opening(None, _create_secret),
    "secret.rotate": Opening(StoredSecret, _rotate_secret),
    "secret.remove": Opening(StoredSecret, confirm(RemoveSecret.of)),
    "config.create": Opening(None, _create_config),
    "config.rotate": Opening(StoredConfig, _rotate_config),
    "config.remove": Opening(StoredConfig, confirm(RemoveConfig.of)),
    "network.create": Opening(None, _create_network),
    "network.remove": Opening(Network, confirm(RemoveNetwork.of)),
    "stack.deploy": Opening(None, _deploy),
    "stack.update": Opening(Stack, _update),
    "stack.remove": Opening(Stack, confirm(_remove_stack)),
}
