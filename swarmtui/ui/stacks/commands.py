"""What can be asked for about stacks."""

from __future__ import annotations

from swarmtui.swarm.actions import names
from swarmtui.swarm.stacks.stack import Stack
from swarmtui.ui.commands.command import Command, asking_of

__all__ = ["STACK_COMMANDS"]


STACK_COMMANDS: tuple[Command, ...] = (
    Command(
        name=names.DEPLOY_STACK,
        title="Deploy a stack",
        label="Deploy",
        explanation="Deploy a new stack from a compose file",
        docker="stack deploy",
        asking=asking_of("stacks", "deploy"),
        key="n",
        shown=True,
        to_write=True,
    ),
    Command(
        name="stack.update",
        title="Update a stack",
        label="Update",
        explanation="Deploy the stack again from a compose file",
        docker="stack deploy",
        about=Stack,
        asking=asking_of("stacks", "update"),
        key="u",
        shown=True,
        to_write=True,
    ),
    Command(
        name="stack.edit",
        title="Edit the compose file of a stack",
        label="Edit",
        explanation="Edit a compose file rebuilt from what runs in $EDITOR, then deploy it or save it",
        docker="stack deploy",
        about=Stack,
        asking=asking_of("stacks", "edit"),
        key="e",
        shown=True,
        to_write=True,
    ),
    Command(
        name=names.REMOVE_STACK,
        title="Remove a stack",
        label="Remove",
        explanation="Remove the stack: its services, secrets, configs and networks",
        docker="stack rm",
        about=Stack,
        asking=asking_of("stacks", "remove"),
        key="delete,ctrl+x",
        shown=True,
    ),
)
"""In the order of their keys on the screen."""
