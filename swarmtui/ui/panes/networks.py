"""The networks of the whole swarm."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from swarmtui.swarm.actions.wording import docker
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.shared import Network, stack_of, uses
from swarmtui.ui.panes.pane import Pane
from swarmtui.ui.panes.view import View
from swarmtui.ui.panes.whole_column import WholeColumn
from swarmtui.ui.text import natural, visible
from swarmtui.ui.widgets.columns import Cell, Column

__all__ = ["NetworksPane"]


def used_by(network: Network, view: View) -> list[str]:
    """Names of the services that are attached to it."""
    return sorted(service.name for service in view.cluster.services.values() if uses(service, network))


def properties(network: Network) -> str:
    words = {
        "ingress": network.ingress,
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
        lambda network, view: Cell(", ".join(used_by(network, view))),
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
    """By name."""

    def __init__(self) -> None:
        super().__init__(NETWORK_COLUMNS, id="networks", name="Networks")
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
        self.table.empty_text = "asking for the networks …" if unknown else "no networks of the whole swarm"
        super().show(view)

    def is_unhealthy(self, item: Network, view: View) -> bool:
        return False

    def detail(self, item: Network, view: View) -> Content:
        services = used_by(item, view)
        return Content(visible(f"used by {', '.join(services)}" if services else "used by no service"))

    @property
    def heading(self) -> str:
        networks = self._view.cluster.networks if self._view is not None else None
        return "Networks" if networks is None else f"Networks {len(networks)}"

    @property
    def target(self) -> Target | None:
        return Target(Kind.NETWORK, self.item.id, self.item.name, 0) if self.item is not None else None

    def selected(self, item: Network, *, enter: bool) -> None:
        """Nothing follows the cursor here."""

    def copies(self, item: Network, view: View) -> dict[str, str]:
        return {"name": item.name, "ID": item.id, "command": docker("network", "inspect", item.name)}
