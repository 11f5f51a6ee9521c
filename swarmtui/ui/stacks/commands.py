"""What can be asked for about stacks."""

from __future__ import annotations

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.stacks.changes import DeployStack, RemovePart, RemoveStack
from swarmtui.swarm.stacks.stack import Stack
from swarmtui.ui.commands.command import Command, Dialog, DialogContext, confirm
from swarmtui.ui.stacks.deploy import DeployDialog

__all__ = ["STACK_COMMANDS"]


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


STACK_COMMANDS: tuple[Command, ...] = (
    Command(
        name=DeployStack.name,
        title="Deploy a stack",
        label="Deploy",
        explanation="Deploy a new stack from a compose file",
        docker="stack deploy",
        dialog=_deploy,
        key="n",
        shown=True,
        to_write=True,
        actions=(DeployStack,),
    ),
    Command(
        name="stack.update",
        title="Update a stack",
        label="Update",
        explanation="Deploy the stack again from a compose file",
        docker="stack deploy",
        about=Stack,
        dialog=_update,
        key="u",
        shown=True,
        to_write=True,
        actions=(DeployStack,),
    ),
    Command(
        name=RemoveStack.name,
        title="Remove a stack",
        label="Remove",
        explanation="Remove the stack: its services, secrets, configs and networks",
        docker="stack rm",
        about=Stack,
        dialog=confirm(_remove),
        key="delete,ctrl+x",
        shown=True,
        actions=(RemoveStack, RemovePart),
    ),
)
"""In the order of their keys on the screen."""
