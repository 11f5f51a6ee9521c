"""What can be asked for about networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.swarm.actions import names
from swarmtui.swarm.objects.network import Network
from swarmtui.ui.commands.command import Command

if TYPE_CHECKING:
    from swarmtui.ui.networks.askings import NetworkAskings

__all__ = ["NETWORK_COMMANDS"]


def _askings() -> type[NetworkAskings]:
    from swarmtui.ui.networks.askings import NetworkAskings

    return NetworkAskings


NETWORK_COMMANDS: tuple[Command, ...] = (
    Command(
        name=names.CREATE_NETWORK,
        title="Create a network",
        label="New",
        explanation="Create an overlay network",
        docker="network create",
        asking=lambda: _askings().create,
        key="n",
        shown=True,
        to_write=True,
    ),
    Command(
        name=names.REMOVE_NETWORK,
        title="Remove a network",
        label="Remove",
        explanation="Remove the network, if no service uses it",
        docker="network rm",
        about=Network,
        asking=lambda: _askings().remove,
        key="delete,ctrl+x",
        shown=True,
    ),
)
"""In the order of their keys on the screen."""
