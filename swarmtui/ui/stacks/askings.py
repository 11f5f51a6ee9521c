"""How the commands on stacks ask. Each imports its own dialog and action when it is asked for, and no other's."""

from __future__ import annotations

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.stacks.stack import Stack
from swarmtui.ui.commands.asking import Asking, Dialog, DialogContext, confirm

__all__ = ["deploy", "edit", "remove", "update"]


def deploy() -> Asking:
    """From which file, as what."""
    from swarmtui.swarm.stacks.changes import DeployStack

    def dialog(_: object, context: DialogContext) -> Dialog:
        return _deploy_dialog("", context)

    return Asking(dialog, (DeployStack,))


def update() -> Asking:
    """From which file again."""
    from swarmtui.swarm.stacks.changes import DeployStack

    def dialog(stack: Stack, context: DialogContext) -> Dialog:
        return _deploy_dialog(stack.name, context)

    return Asking(dialog, (DeployStack,))


def _deploy_dialog(stack: str, context: DialogContext) -> Dialog:
    from swarmtui.ui.stacks.deploy import DeployDialog

    if context.session is None:
        raise NotPossible("There is no connection to deploy through.")
    files = context.deployed.files_of(stack)
    return DeployDialog(context.session, context.observation, stack=stack, files=files)


def edit() -> Asking:
    """The editor on the stack; or, when what was edited could not be deployed, that again."""
    from swarmtui.swarm.stacks.changes import DeployStack

    def dialog(stack: Stack, context: DialogContext) -> Dialog:
        from swarmtui.ui.stacks.edit import EditStackDialog

        if context.session is None:
            raise NotPossible("There is no connection to deploy through.")
        if not stack.services:
            raise NotPossible(f"No service is left in the stack {stack.name}: there is nothing to edit.")
        assert context.editor is not None
        refused, text = context.refused.get(DeployStack.name), ""
        if isinstance(refused, DeployStack) and refused.target.name == stack.name and refused.files.text is not None:
            del context.refused[DeployStack.name]
            text = refused.files.text.reveal()
        return EditStackDialog(context.session, context.observation, stack, context.editor, text=text)

    return Asking(dialog, (DeployStack,))


def remove() -> Asking:
    """Whether to remove all of it."""
    from swarmtui.swarm.stacks.changes import RemovePart, RemoveStack

    def of(stack: Stack, cluster: Cluster | None) -> Action:
        return RemoveStack.of(stack, cluster or Cluster())

    return Asking(confirm(of), (RemoveStack, RemovePart))
