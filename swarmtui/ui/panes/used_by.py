"""Who uses a secret, a config or a network, as the cells and details of their panes say it."""

from __future__ import annotations

from swarmtui.swarm.shared import Shared
from swarmtui.swarm.usage import users_of
from swarmtui.ui.panes.view import View
from swarmtui.ui.widgets.columns import Cell

__all__ = ["used_by", "used_cell"]


def used_by(thing: Shared, view: View) -> list[str]:
    """Names of the services that use it; of the ingress network, of those that publish ports through it."""
    return [service.name for service in users_of(view.cluster, thing)]


def used_cell(thing: Shared, view: View) -> Cell:
    names = used_by(thing, view)
    return Cell(", ".join(names)) if names else Cell("—", "dim")
