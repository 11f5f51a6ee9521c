"""The networks of the whole swarm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding
from textual.content import Content

from swarmtui.swarm.actions.wording import docker
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects import seconds_of
from swarmtui.swarm.shared import STACK_LABEL, Network, stack_of
from swarmtui.ui.ages import age
from swarmtui.ui.messages import NarrowingAsked
from swarmtui.ui.panes.narrowing import users
from swarmtui.ui.panes.pane import Pane
from swarmtui.ui.panes.used_by import used_by, used_cell
from swarmtui.ui.panes.view import View
from swarmtui.ui.panes.whole_column import WholeColumn
from swarmtui.ui.text import natural, visible
from swarmtui.ui.widgets.columns import Cell, Column

__all__ = ["NetworksPane"]


def properties(network: Network) -> str:
    words = {
        "ingress": network.ingress,
        "without addresses": not network.driver,
        "attachable": network.attachable,
        "internal": network.internal,
        "encrypted": network.encrypted,
    }
    return ", ".join(word for word, true in words.items() if true)


NETWORK_COLUMNS: tuple[Column[Network, View], ...] = (
    WholeColumn(
        "name",
        "NAME",
        lambda network, view: Cell(network.name),
        lambda network, view: natural(network.name),
        priority=9,
        weight=2,
        enough=18,
    ),
    WholeColumn(
        "driver",
        "DRIVER",
        lambda network, view: Cell(network.driver, "dim"),
        lambda network, view: network.driver,
        priority=5,
        enough=7,
    ),
    WholeColumn(
        "subnet",
        "SUBNET",
        lambda network, view: Cell(", ".join(network.subnets)),
        lambda network, view: natural(" ".join(network.subnets)),
        priority=6,
        enough=14,
    ),
    WholeColumn(
        "properties",
        "PROPERTIES",
        lambda network, view: Cell(properties(network)),
        lambda network, view: properties(network) or None,
        priority=4,
        enough=10,
    ),
    WholeColumn(
        "used",
        "USED BY",
        used_cell,
        lambda network, view: len(used_by(network, view)),
        priority=7,
        weight=3,
        enough=12,
    ),
    WholeColumn(
        "stack",
        "STACK",
        lambda network, view: Cell(stack_of(network), "dim"),
        lambda network, view: stack_of(network) or None,
        priority=3,
        enough=8,
    ),
)


class NetworksPane(Pane[Network]):
    """By name. Enter shows the services that are on one."""

    BINDINGS: ClassVar = [
        Binding("u", "used_by", "Used by", id="network.used_by", tooltip="Show the services on it, as enter does"),
        Binding("n", "ask('network.create')", "New", id="network.create", tooltip="Create an overlay network"),
        Binding("delete,ctrl+x", "ask('network.remove')", "Remove", id="network.remove", tooltip="Remove the network"),
    ]

    def __init__(self) -> None:
        super().__init__(NETWORK_COLUMNS, id="networks", name="Networks", markable=True)
        self._of: object = None
        self._items: list[Network] = []

    def key_of(self, item: Network) -> str:
        return item.id

    def items_of(self, view: View) -> Sequence[Network]:
        if self._of is not view.cluster.networks:
            self._of = view.cluster.networks
            self._items = sorted(
                (view.cluster.networks or {}).values(), key=lambda network: (natural(network.name), network.id)
            )
        return self._items

    def show(self, view: View) -> None:
        unknown = view.cluster.networks is None
        self.table.empty_text = (
            "asking for the networks …" if unknown else "no networks of the whole swarm: n creates one"
        )
        super().show(view)

    def is_unhealthy(self, item: Network, view: View) -> bool:
        return not item.driver

    def detail(self, item: Network, view: View) -> Content:
        services, created = used_by(item, view), seconds_of(item.created)
        facts = [
            f"used by {', '.join(services)}" if services else "used by no service",
            properties(item),
            ", ".join(f"{key}={value}" for key, value in sorted(item.labels.items()) if key != STACK_LABEL),
            "" if created is None else f"created {age(view.now - created)} ago",
            "" if item.driver else "it has no addresses: its subnet may overlap with another's",
        ]
        return Content("  ").join([Content(visible(fact)) for fact in facts if fact])

    @property
    def heading(self) -> str:
        networks = self._view.cluster.networks if self._view is not None else None
        return "Networks" if networks is None else f"Networks {len(networks)}"

    @property
    def target(self) -> Target | None:
        return Target(Kind.NETWORK, self.item.id, self.item.name, 0) if self.item is not None else None

    def selected(self, item: Network, *, enter: bool) -> None:
        if enter:
            self.post_message(NarrowingAsked(users(item, "network")))

    def action_used_by(self) -> None:
        if self.item is not None:
            self.selected(self.item, enter=True)

    def copies(self, item: Network, view: View) -> dict[str, str]:
        return {"name": item.name, "ID": item.id, "command": docker("network", "inspect", item.name)}
