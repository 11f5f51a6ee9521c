"""What can be asked for about networks."""

from __future__ import annotations

from swarmtui.swarm.networks.changes import CreateNetwork, RemoveNetwork
from swarmtui.swarm.objects.network import Network
from swarmtui.ui.commands.command import Command, confirm
from swarmtui.ui.networks.create import NetworkDialog

__all__ = ["NETWORK_COMMANDS"]

NETWORK_COMMANDS: tuple[Command, ...] = (
    Command(
        name=CreateNetwork.name,
        title="Create a network",
        label="New",
        explanation="Create an overlay network",
        docker="network create",
        dialog=lambda _, context: NetworkDialog(context.observation),
        key="n",
        shown=True,
        to_write=True,
        actions=(CreateNetwork,),
    ),
    Command(
        name=RemoveNetwork.name,
        title="Remove a network",
        label="Remove",
        explanation="Remove the network, if no service uses it",
        docker="network rm",
        about=Network,
        dialog=confirm(RemoveNetwork.of),
        key="delete,ctrl+x",
        shown=True,
        actions=(RemoveNetwork,),
    ),
)
"""In the order of their keys on the screen."""
