"""What the panes of secrets, configs and networks have in common: who uses one, and of which stack it is."""

from __future__ import annotations

from typing import Any

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.stack_label import ServiceDependency, stack_of
from swarmtui.swarm.usage import users_of
from swarmtui.ui.kit.tables.columns import Cell, Column
from swarmtui.ui.kit.tables.whole_column import WholeColumn
from swarmtui.ui.kit.texts.text import fit_middle, natural
from swarmtui.ui.panes.view import View

__all__ = ["USED_COLUMN", "stack_column", "used_by", "used_text"]


def used_by(thing: ServiceDependency, view: View) -> list[str]:
    """Names of the services that use it; of the ingress network, of those that publish ports through it."""
    return [service.name for service in users_of(view.cluster, thing)]


def used_cell(thing: ServiceDependency, view: View) -> Cell:
    names = used_by(thing, view)
    if Kind.SERVICE in view.cluster.refused:
        return Cell("?", "dim")
    return Cell(", ".join(names)) if names else Cell("—", "dim")


USED_COLUMN: Column[Any, View] = WholeColumn(
    "used",
    "USED BY",
    used_cell,
    lambda thing, view: len(used_by(thing, view)),
    priority=7,
    weight=3,
    enough=12,
    export={"used_by": used_by},
)


def stack_column(priority: int) -> Column[Any, View]:
    """The stack that deployed it."""
    return WholeColumn(
        "stack",
        "STACK",
        lambda thing, view: Cell(stack_of(thing), "dim"),
        lambda thing, view: natural(stack_of(thing)) or None,
        priority=priority,
        enough=8,
        cut=fit_middle,
        export={"stack": lambda thing, view: stack_of(thing) or None},
    )


def used_text(thing: ServiceDependency, view: View) -> str:
    """ "used by web, api", or why there is nothing to say."""
    if Kind.SERVICE in view.cluster.refused:
        return "used by unknown services: their list is refused"
    names = used_by(thing, view)
    return f"used by {', '.join(names)}" if names else "used by no service"
