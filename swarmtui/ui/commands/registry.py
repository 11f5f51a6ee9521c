"""All commands there are, by name."""

from __future__ import annotations

from collections.abc import Mapping

from swarmtui.ui.commands.command import Command
from swarmtui.ui.files.commands import CONFIG_COMMANDS, SECRET_COMMANDS
from swarmtui.ui.membership.commands import MEMBERSHIP_COMMANDS
from swarmtui.ui.networks.commands import NETWORK_COMMANDS
from swarmtui.ui.nodes.commands import NODE_COMMANDS
from swarmtui.ui.services.commands import SERVICE_COMMANDS
from swarmtui.ui.stacks.commands import STACK_COMMANDS
from swarmtui.ui.tasks.commands import TASK_COMMANDS

__all__ = ["COMMANDS"]

COMMANDS: Mapping[str, Command] = {
    command.name: command
    for command in (
        *NODE_COMMANDS,
        *SERVICE_COMMANDS,
        *TASK_COMMANDS,
        *STACK_COMMANDS,
        *SECRET_COMMANDS,
        *CONFIG_COMMANDS,
        *NETWORK_COMMANDS,
        *MEMBERSHIP_COMMANDS,
    )
}
