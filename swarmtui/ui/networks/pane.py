"""The networks of the whole swarm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding
from textual.content import Content

from swarmtui.swarm.actions.wording import docker
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.stack_label import STACK_LABEL
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.ui.commands.command import keys_of
from swarmtui.ui.kit.tables.columns import Cell, Column
from swarmtui.ui.kit.tables.export import time_value
from swarmtui.ui.kit.tables.whole_column import WholeColumn
from swarmtui.ui.kit.texts.text import fit_middle, natural, visible
from swarmtui.ui.messages import NarrowingAsked
from swarmtui.ui.navigation.service_filter import users
from swarmtui.ui.networks.commands import NETWORK_COMMANDS
from swarmtui.ui.panes.base_pane import Pane
from swarmtui.ui.panes.used_by import USED_COLUMN, stack_column, used_text
from swarmtui.ui.panes.view import View

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
        cut=fit_middle,
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
        lambda network, view: natural(" ".join(network.subnets)) or None,
        priority=6,
        enough=14,
        export={"subnets": lambda network, view: list(network.subnets)},
    ),
    WholeColumn(
        "properties",
        "PROPERTIES",
        lambda network, view: Cell(properties(network)),
        lambda network, view: properties(network) or None,
        priority=4,
        enough=10,
        export={
            "ingress": lambda network, view: network.ingress,
            "attachable": lambda network, view: network.attachable,
            "internal": lambda network, view: network.internal,
            "encrypted": lambda network, view: network.encrypted,
        },
    ),
    USED_COLUMN,
    stack_column(3),
)


class NetworksPane(Pane[Network]):
    """By name. Enter shows the services that are on one."""

    ID: ClassVar = "networks"
    TITLE: ClassVar = "Networks"
    COLUMNS: ClassVar = NETWORK_COLUMNS
    MARKABLE: ClassVar = True
    kind = Kind.NETWORK
    EXPORTED: ClassVar = {
        "id": lambda network, view: network.id,
        "labels": lambda network, view: dict(network.labels),
        "created_at": lambda network, view: time_value(network.created),
    }

    BINDINGS: ClassVar = [
        Binding("u", "used_by", "Used by", id="network.used_by", tooltip="Show the services on it (same as enter)"),
        *keys_of(NETWORK_COMMANDS),
    ]

    def __init__(self) -> None:
        super().__init__()
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
        self.table.empty_text = "loading the networks …" if unknown else "No overlay networks. Press n to create one."
        super().show(view)

    def is_unhealthy(self, item: Network, view: View) -> bool:
        return not item.driver

    def detail(self, item: Network, view: View) -> Content:
        age = view.age(seconds_of(item.created))
        facts = [
            used_text(item, view),
            properties(item),
            ", ".join(f"{key}={value}" for key, value in sorted(item.labels.items()) if key != STACK_LABEL),
            f"created {age} ago" if age else "",
            "" if item.driver else "it has no addresses: its subnet may overlap with another's",
        ]
        return Content("  ").join([Content(visible(fact)) for fact in facts if fact])

    @property
    def heading(self) -> str:
        networks = self._view.cluster.networks if self._view is not None else None
        return "Networks" if networks is None else f"Networks {len(networks)}"

    @property
    def target(self) -> Target | None:
        return Target.of(self.item) if self.item is not None else None

    def selected(self, item: Network, *, enter: bool) -> None:
        if enter:
            self.post_message(NarrowingAsked(users(item, "network")))

    def action_used_by(self) -> None:
        if self.item is not None:
            self.selected(self.item, enter=True)

    def copies(self, item: Network, view: View) -> dict[str, str]:
        return {"name": item.name, "ID": item.id, "command": docker("network", "inspect", item.name)}
