"""The services: mode, running of desired replicas, image, ports, and the state of an update."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding
from textual.content import Content

from swarmtui.swarm.actions.wording import argument, docker, target_service
from swarmtui.swarm.description import ports_text, short_image
from swarmtui.swarm.kinds import Target
from swarmtui.swarm.objects import Service, seconds_of
from swarmtui.swarm.replicas import Replicas, count
from swarmtui.swarm.rollout import rollout_of
from swarmtui.ui.ages import age
from swarmtui.ui.messages import ServiceSelected
from swarmtui.ui.panes.images import IMAGE_ROOM, row_image
from swarmtui.ui.panes.narrowing import Narrowing
from swarmtui.ui.panes.pane import Pane
from swarmtui.ui.panes.view import View
from swarmtui.ui.panes.whole_column import WholeColumn
from swarmtui.ui.text import cell_width, natural, visible
from swarmtui.ui.widgets.bar import replica_bar
from swarmtui.ui.widgets.columns import Cell, Column

__all__ = ["SERVICE_COLUMNS", "ServicesPane"]

NO_SERVICES = "no services yet: n creates one"

NAME_ROOM = 18
"""The cells that a name gets at least, if it is so long; a longer one may be cut in its row."""


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


def ports_cell(service: Service, view: View) -> Cell:
    return Cell(ports_text(service))


def ports_key(service: Service, view: View) -> int | None:
    """The first published port."""
    return min((port.published_port for port in service.ports), default=None)


def update_cell(service: Service, view: View) -> Cell:
    rollout = rollout_of(view.cluster, service)
    if rollout is None or not rollout.text:
        return Cell("")
    return Cell(rollout.text, "bad" if rollout.went_wrong else "accent")


def update_key(service: Service, view: View) -> str | None:
    return update_cell(service, view).text or None


SERVICE_COLUMNS: tuple[Column[Service, View], ...] = (
    WholeColumn(
        "name",
        "NAME",
        lambda service, view: Cell(service.name),
        lambda service, view: service.name,
        priority=9,
        weight=2,
        enough=NAME_ROOM,
    ),
    WholeColumn(
        "mode",
        "MODE",
        lambda service, view: Cell(service.spec.mode.name, "dim"),
        lambda service, view: service.spec.mode.name,
        priority=3,
        enough=14,
    ),
    WholeColumn(
        "replicas",
        "REPLICAS",
        replicas_cell,
        lambda service, view: count(view.cluster, service).running,
        priority=8,
        min_width=9,
        enough=14,
        searchable=False,
    ),
    WholeColumn(
        "image",
        "IMAGE",
        lambda service, view: Cell(row_image(service.image)),
        lambda service, view: short_image(service.image),
        search=lambda service, view: service.image,
        priority=6,
        enough=IMAGE_ROOM,
    ),
    WholeColumn("ports", "PORTS", ports_cell, ports_key, priority=4, weight=1, enough=12, max_width=40),
    WholeColumn("update", "UPDATE", update_cell, update_key, priority=7, enough=14, max_width=40),
)


class ServicesPane(Pane[Service]):
    """By name; all of them, or those of a narrowing.

    Attributes:
        narrowing: which services are shown; None for all.
    """

    ASKS: ClassVar = {
        "service.environment": ("Environment", "Change the environment variables of the service's containers"),
        "service.ports": ("Ports", "Change the published ports of the service"),
        "service.constraints": ("Constraints", "Change where the service's tasks may run, and how they are spread"),
        "service.limits": ("Limits", "Change the limits and reservations of the service's tasks"),
        "service.update-policy": ("Update policy", "Change how the service's tasks are replaced in an update"),
        "service.rollback-policy": ("Rollback policy", "Change how the service's tasks are replaced in a rollback"),
        "service.restart-policy": ("Restart policy", "Change when a task that ended is followed by another"),
        "service.resume": ("Resume", "Set the paused update of the service going again"),
    }

    BINDINGS: ClassVar = [
        Binding(
            "s", "ask('service.scale')", "Scale", id="service.scale", tooltip="Set how many replicas the service has"
        ),
        Binding(
            "plus",
            "ask('service.scale.more')",
            "Scale up",
            show=False,
            id="service.scale.more",
            tooltip="Scale up by one (asks first)",
        ),
        Binding(
            "minus",
            "ask('service.scale.less')",
            "Scale down",
            show=False,
            id="service.scale.less",
            tooltip="Scale down by one (asks first)",
        ),
        Binding("l", "logs", "Logs", id="logs.open", tooltip="What the service's tasks write, followed"),
        Binding("u", "ask('service.image')", "Image", id="service.image", tooltip="Update the image"),
        Binding(
            "r",
            "ask('service.force')",
            "Force-update",
            show=False,
            id="service.force",
            tooltip="Force-update (rolling restart): replace all tasks",
        ),
        Binding(
            "R",
            "ask('service.rollback')",
            "Roll back",
            show=False,
            id="service.rollback",
            tooltip="Roll back to what it was before its last change",
        ),
        Binding(
            "E",
            "ask('service.change')",
            "Change",
            id="service.change",
            tooltip="Change the environment, ports, constraints, limits, policies and more: a menu",
        ),
        Binding(
            "L",
            "ask('service.labels')",
            "Labels",
            show=False,
            id="service.labels",
            tooltip="Change the labels of the service",
        ),
        Binding(
            "delete,ctrl+x",
            "ask('service.remove')",
            "Remove",
            show=False,
            id="service.remove",
            tooltip="Remove the service",
        ),
        Binding("n", "ask('service.create')", "New", show=False, id="service.create", tooltip="Create a service"),
        Binding(
            "e",
            "ask('service.edit')",
            "Edit",
            show=False,
            id="service.edit",
            tooltip="Edit the whole spec of the service in $EDITOR",
        ),
    ]

    def __init__(self) -> None:
        super().__init__(SERVICE_COLUMNS, id="services", name="Services", markable=True)
        self.table.empty_text = NO_SERVICES
        self.narrowing: Narrowing | None = None
        self._of: tuple[object, object] = (None, None)
        self._items: list[Service] = []

    def key_of(self, item: Service) -> str:
        return item.id

    def items_of(self, view: View) -> Sequence[Service]:
        of = (view.cluster.services, self.narrowing)
        if self._of[0] is not of[0] or self._of[1] is not of[1]:
            self._of = of
            services = view.cluster.services.values() if self.narrowing is None else self.narrowing.of(view.cluster)
            self._items = sorted(services, key=lambda service: (natural(service.name), service.id))
        return self._items

    def narrow(self, narrowing: Narrowing | None) -> None:
        """Show only some of the services, or (None) all again."""
        self.narrowing = narrowing
        self.table.empty_text = NO_SERVICES if narrowing is None else f"there are no services {narrowing.title}"
        if self._view is not None:
            self.show(self._view)

    @property
    def subject(self) -> object:
        return self.narrowing

    def is_unhealthy(self, item: Service, view: View) -> bool:
        rollout = rollout_of(view.cluster, item)
        return count(view.cluster, item).healthy is not True or (rollout is not None and rollout.went_wrong)

    def detail(self, item: Service, view: View) -> Content:
        """What went wrong with an update; the whole image, all ports."""
        rollout, changed = rollout_of(view.cluster, item), seconds_of(item.updated_at)
        facts = [
            item.image.partition("@")[0],
            item.name if cell_width(visible(item.name)) > NAME_ROOM else "",
            ports_text(item),
            "" if item.spec.mode.name == "replicated" else item.spec.mode.name,
            "" if changed is None else f"changed {age(view.now - changed)} ago",
        ]
        text = Content("  ").join([Content(visible(fact)) for fact in facts if fact])
        if rollout is None or not rollout.went_wrong:
            return text
        return Content("\n").join([Content.styled(f"✖ {visible(rollout.sentence)}", "$text-error"), text])

    @property
    def heading(self) -> str:
        if self._view is None:
            return "Services"
        services = self.items_of(self._view)
        healthy = sum(count(self._view.cluster, service).healthy is True for service in services)
        title = "Services" if self.narrowing is None else f"Services {self.narrowing.title}"
        return f"{title} {healthy}/{len(services)}"

    def selected(self, item: Service, *, enter: bool) -> None:
        self.post_message(ServiceSelected(item, enter=enter))

    def copies(self, item: Service, view: View) -> dict[str, str]:
        command = docker("service", "ps", "--no-trunc", argument(target_service(item)))
        return {"name": item.name, "ID": item.id, "image": item.image, "command": command}

    @property
    def target(self) -> Target | None:
        return target_service(self.item) if self.item is not None else None
