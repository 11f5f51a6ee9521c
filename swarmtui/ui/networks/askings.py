"""How the commands on networks ask."""

from __future__ import annotations

from swarmtui.swarm.networks.changes import CreateNetwork, RemoveNetwork
from swarmtui.ui.commands.asking import Asking, Dialog, DialogContext, confirm
from swarmtui.ui.networks.create import NetworkDialog

__all__ = ["NetworkAskings"]


def _create(_: object, context: DialogContext) -> Dialog:
    return NetworkDialog(context.observation)


class NetworkAskings:
    create = Asking(_create, (CreateNetwork,))
    remove = Asking(confirm(RemoveNetwork.of), (RemoveNetwork,))
