"""How the commands on stacks ask."""

from __future__ import annotations

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.stacks.changes import DeployStack, RemovePart, RemoveStack
from swarmtui.swarm.stacks.stack import Stack
from swarmtui.ui.commands.asking import Asking, Dialog, DialogContext, confirm
from swarmtui.ui.stacks.deploy import DeployDialog

__all__ = ["StackAskings"]


def _deploy(_: object, context: DialogContext) -> Dialog:
    return _deploy_dialog("", context)


def _update(stack: Stack, context: DialogContext) -> Dialog:
    return _deploy_dialog(stack.name, context)


def _deploy_dialog(stack: str, context: DialogContext) -> Dialog:
    if context.session is None:
        raise NotPossible("There is no connection to deploy through.")
    file = context.deployed.file_of(stack)
    return DeployDialog(context.session, context.observation, stack=stack, file=file)


def _remove(stack: Stack, cluster: Cluster | None) -> Action:
    return RemoveStack.of(stack, cluster or Cluster())


class StackAskings:
    deploy = Asking(_deploy, (DeployStack,))
    update = Asking(_update, (DeployStack,))
    remove = Asking(confirm(_remove), (RemoveStack, RemovePart))
