"""The services: mode, running of desired replicas, image, ports, and the state of an update."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding

from swarmtui.swarm.description import ports_text, short_image
from swarmtui.swarm.objects import Service
from swarmtui.swarm.replicas import Replicas, count
from swarmtui.swarm.rollout import rollout_of
from swarmtui.ui.messages import ServiceSelected
from swarmtui.ui.panes.nodes import natural
from swarmtui.ui.panes.pane import Pane
from swarmtui.ui.panes.view import View
from swarmtui.ui.widgets.bar import replica_bar
from swarmtui.ui.widgets.columns import Cell, Column

__all__ = ["SERVICE_COLUMNS", "ServicesPane"]


def replicas_cell(service: Service, view: View) -> Cell:
    """A bar and running/desired; of a job, completed/total. "?" is what cannot be told yet."""
    counted = count(view.cluster, service)
    bar = "????" if counted.done is None or counted.goal is None else replica_bar(counted.done, counted.goal)
    return Cell(f"{bar} {counted.text}", replicas_tone(counted))


def replicas_tone(counted: Replicas) -> str:
    if counted.healthy is None:
        return "dim"
    if counted.healthy:
        return "good" if counted.goal else "dim"
    return "warn" if counted.running else "bad"


def update_cell(service: Service, view: View) -> Cell:
    rollout = rollout_of(view.cluster, service)
    if rollout is None or not rollout.text:
        return Cell("")
    return Cell(rollout.text, "bad" if rollout.went_wrong else "accent")


SERVICE_COLUMNS: tuple[Column[Service, View], ...] = (
    Column(
        "name",
        "NAME",
        lambda service, view: Cell(service.name),
        lambda service, view: service.name,
        priority=9,
        weight=2,
        min_width=8,
    ),
    Column(
        "mode",
        "MODE",
        lambda service, view: Cell(service.spec.mode.name, "dim"),
        lambda service, view: service.spec.mode.name,
        priority=4,
        min_width=6,
    ),
    Column(
        "replicas",
        "REPLICAS",
        replicas_cell,
        lambda service, view: count(view.cluster, service).running,
        priority=8,
        min_width=9,
        searchable=False,
    ),
    Column(
        "image",
        "IMAGE",
        lambda service, view: Cell(short_image(service.image)),
        lambda service, view: short_image(service.image),
        priority=6,
        weight=2,
        min_width=10,
    ),
    Column(
        "ports",
        "PORTS",
        lambda service, view: Cell(ports_text(service)),
        priority=3,
        weight=1,
        min_width=8,
        max_width=40,
    ),
    Column("update", "UPDATE", update_cell, priority=5, min_width=6, max_width=40),
)


class ServicesPane(Pane[Service]):
    """By name."""

    BINDINGS: ClassVar = [
        Binding(
            "s", "ask('service.scale')", "Scale", id="service.scale", tooltip="Set how many replicas the service has"
        ),
        Binding(
            "plus",
            "ask('service.scale.more')",
            "More",
            show=False,
            id="service.scale.more",
            tooltip="Scale up by one (asks first)",
        ),
        Binding(
            "minus",
            "ask('service.scale.less')",
            "Less",
            show=False,
            id="service.scale.less",
            tooltip="Scale down by one (asks first)",
        ),
    ]

    def __init__(self) -> None:
        super().__init__(SERVICE_COLUMNS, id="services")
        self.table.empty_text = "no services yet: docker service create …"
        self._of: object = None
        self._items: list[Service] = []

    def key_of(self, item: Service) -> str:
        return item.id

    def items_of(self, view: View) -> Sequence[Service]:
        if self._of is not view.cluster.services:
            self._of = view.cluster.services
            self._items = sorted(
                view.cluster.services.values(), key=lambda service: (natural(service.name), service.id)
            )
        return self._items

    def is_unhealthy(self, item: Service, view: View) -> bool:
        rollout = rollout_of(view.cluster, item)
        return count(view.cluster, item).healthy is not True or (rollout is not None and rollout.went_wrong)

    @property
    def heading(self) -> str:
        if self._view is None:
            return "Services"
        services = self._view.cluster.services
        healthy = sum(count(self._view.cluster, service).healthy is True for service in services.values())
        return f"Services {healthy}/{len(services)}"

    def selected(self, item: Service, *, enter: bool) -> None:
        self.post_message(ServiceSelected(item, enter=enter))

    @property
    def change_item(self) -> Service | None:
        return self.item
