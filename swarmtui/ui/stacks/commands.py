"""What can be asked for about stacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.swarm.actions import names
from swarmtui.swarm.stacks.stack import Stack
from swarmtui.ui.commands.command import Command

if TYPE_CHECKING:
    from swarmtui.ui.stacks.askings import StackAskings

__all__ = ["STACK_COMMANDS"]


def _askings() -> type[StackAskings]:
    from swarmtui.ui.stacks.askings import StackAskings

    return StackAskings


STACK_COMMANDS: tuple[Command, ...] = (
    Command(
        name=names.DEPLOY_STACK,
        title="Deploy a stack",
        label="Deploy",
        explanation="Deploy a new stack from a compose file",
        docker="stack deploy",
        asking=lambda: _askings().deploy,
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
        asking=lambda: _askings().update,
        key="u",
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
        asking=lambda: _askings().remove,
        key="delete,ctrl+x",
        shown=True,
    ),
)
"""In the order of their keys on the screen."""
