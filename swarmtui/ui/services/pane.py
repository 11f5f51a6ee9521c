"""The services: mode, running of desired replicas, image, ports, and the state of an update."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.content import Content

from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.wording import argument, docker
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.health.services import Condition, service_health
from swarmtui.swarm.health.swarm import of_services, swarm_health
from swarmtui.swarm.judgement.local_data import data_left_behind
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.stack_label import stack_of
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.services.replicas import Replicas, count
from swarmtui.swarm.short_text import counted, ports_text
from swarmtui.swarm.stats.figures import Total
from swarmtui.swarm.stats.live_figures import LiveFigures
from swarmtui.swarm.syntax.image import short_image
from swarmtui.ui.commands.command import keys_of
from swarmtui.ui.findings.sick_row import reason_line
from swarmtui.ui.kit.tables.bar import replica_bar
from swarmtui.ui.kit.tables.columns import Cell, Column, Value
from swarmtui.ui.kit.tables.export import time_value
from swarmtui.ui.kit.tables.whole_column import WholeColumn
from swarmtui.ui.kit.texts.ages import age_key
from swarmtui.ui.kit.texts.text import cell_width, fit_middle, natural, visible
from swarmtui.ui.messages import CursorPassed, RolloutAsked, ServiceSelected
from swarmtui.ui.navigation.service_filter import ServiceFilter
from swarmtui.ui.panes.declaration import EVERYWHERE
from swarmtui.ui.panes.view import View
from swarmtui.ui.services.commands import SERVICE_COMMANDS
from swarmtui.ui.services.image_cell import cut_image, row_image, whole_image
from swarmtui.ui.services.state import PENDING, STATE_ROOM, rollback_of, state_cell, state_key
from swarmtui.ui.stats.columns import figure_columns
from swarmtui.ui.stats.figure_pane import FIGURE_KEYS, FigurePane
from swarmtui.ui.terminal.key import ENTRY_KEYS, TerminalKey

if TYPE_CHECKING:
    from swarmtui.swarm.tasks.command_across import Chosen

__all__ = ["SERVICE_COLUMNS", "ServicesPane"]

LOGS = Binding(
    "l", "logs", "Logs", id="logs.open", tooltip="Follow the service's logs, or those of the marked services together"
)

WATCH = Binding(
    "w",
    "rollout",
    "Watch update",
    show=False,
    id="rollout.open",
    tooltip="Watch the update, rollback or scaling: each slot, the failures, what holds it up",
)

NO_SERVICES = "No services. Press n to create one."

UNSTEADY = {Condition.LOOPING: "bad", Condition.GAVE_UP: "bad", Condition.RECOVERING: "warn"}
"""How the number of running tasks is drawn where it says too much."""

UNDER_WAY = {"updating", "paused", "rollback_started", "rollback_paused"}
"""The states of an update that has not come to its end."""

CRASH_LOOP = "crash-loop"
"""The rule that counts failures, also those that the swarm has forgotten: the health only counts the others."""

NAME_ROOM = 18
"""The cells that a name gets at least, if it is so long; a longer one may be cut in its row."""


def replicas_cell(service: Service, view: View) -> Cell:
    """A bar and running/desired; of a job, completed/total. "?" is what cannot be told yet."""
    counted = count(view.cluster, service)
    bar = "????" if counted.done is None or counted.goal is None else replica_bar(counted.done, counted.goal)
    health = service_health(view.cluster, service, view.now)
    return Cell(f"{bar} {counted.text}", UNSTEADY.get(health.condition) or replicas_tone(counted))


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


def replicas_key(service: Service, view: View) -> tuple[int, int] | None:
    """What lacks most comes first; then by the number that runs. None while that is not known."""
    counted = count(view.cluster, service)
    wanted = counted.outstanding
    if counted.running is None or wanted is None:
        return None
    return min(counted.running - wanted, 0), counted.done or 0


def ports_value(service: Service, view: View) -> Value:
    return [
        {
            "published": port.published_port,
            "target": port.target_port,
            "protocol": port.protocol,
            "mode": port.publish_mode,
        }
        for port in service.ports
    ]


SERVICE_COLUMNS: tuple[Column[Service, View], ...] = (
    WholeColumn(
        "name",
        "NAME",
        lambda service, view: Cell(service.name),
        lambda service, view: natural(service.name),
        priority=9,
        weight=2,
        enough=NAME_ROOM,
        cut=fit_middle,
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
        replicas_key,
        priority=8,
        min_width=9,
        enough=14,
        searchable=False,
        export={
            "running": lambda service, view: count(view.cluster, service).running,
            "desired": lambda service, view: count(view.cluster, service).desired,
            "completed": lambda service, view: count(view.cluster, service).completed,
            "completions_wanted": lambda service, view: count(view.cluster, service).total,
        },
    ),
    WholeColumn(
        "image",
        "IMAGE",
        lambda service, view: Cell(row_image(service.image or service.plugin)),
        lambda service, view: natural(short_image(service.image or service.plugin)),
        search=lambda service, view: whole_image(service.image or service.plugin),
        priority=6,
        weight=1,
        enough=18,
        max_width=60,
        cut=cut_image,
        export={"image": lambda service, view: service.image or service.plugin or None},
    ),
    WholeColumn(
        "ports",
        "PORTS",
        ports_cell,
        ports_key,
        priority=4,
        weight=1,
        enough=12,
        max_width=40,
        export={"ports": ports_value},
    ),
    WholeColumn(
        "update",
        "STATE",
        state_cell,
        state_key,
        priority=7,
        enough=STATE_ROOM,
        max_width=40,
        reserve=14,
        export={
            "health": lambda service, view: service_health(view.cluster, service, view.now).condition.value,
            "reason": lambda service, view: service_health(view.cluster, service, view.now).reason or None,
            "update_state": lambda service, view: service.update_status.state if service.update_status else None,
            "update_message": lambda service, view: service.update_status.message if service.update_status else None,
        },
    ),
    Column(
        "changed",
        "CHANGED",
        lambda service, view: Cell(_changed(service, view), "dim"),
        lambda service, view: age_key(service.updated_at),
        searchable=False,
        priority=1,
        min_width=7,
        align="right",
        export={},
    ),
)


def _changed(service: Service, view: View) -> str:
    return view.age(seconds_of(service.updated_at))


def used_by(service: Service, view: View) -> Total:
    return Total() if view.live is None else view.live.of_service(service.id)


class ServicesPane(TerminalKey[Service], FigurePane[Service]):
    """By name; all of them, or those of a narrowing.

    Attributes:
        narrowing: which services are shown; None for all.
    """

    ID: ClassVar = "services"
    TITLE: ClassVar = "Services"
    COLUMNS: ClassVar = SERVICE_COLUMNS
    FIGURE_COLUMNS: ClassVar = figure_columns(used_by, {"cpu": 8, "memory": 7, "network": 5, "block": 2, "pids": 1})
    FIGURES_AFTER: ClassVar = "replicas"
    MARKABLE: ClassVar = True
    kind = Kind.SERVICE
    EXPORTED: ClassVar = {
        "id": lambda service, view: service.id,
        "stack": lambda service, view: stack_of(service) or None,
        "labels": lambda service, view: dict(service.labels),
        "created_at": lambda service, view: time_value(service.created_at),
        "updated_at": lambda service, view: time_value(service.updated_at),
    }

    keyless = tuple(command for command in SERVICE_COMMANDS if not command.key)
    BINDINGS: ClassVar = [
        *keys_of(SERVICE_COMMANDS, before={names.UPDATE_IMAGE: LOGS}),
        WATCH,
        *ENTRY_KEYS,
        *FIGURE_KEYS,
    ]

    spare_keys: ClassVar = (names.ROLL_BACK, names.FORCE_UPDATE, "rollout.open", *EVERYWHERE)

    def __init__(self) -> None:
        super().__init__()
        self.table.empty_text = NO_SERVICES
        self.narrowing: ServiceFilter | None = None
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

    def tasks_behind(self, item: Service, cluster: Cluster) -> Sequence[Task]:
        return cluster.tasks_of(item.id) or ()

    def total_of(self, item: Service, live: LiveFigures) -> Total:
        return live.of_service(item.id)

    def sick_id(self, item: Service) -> str:
        return item.id

    def calls_for(self, item: Service, view: View) -> Iterator[str]:
        """Watching an update that is under way, or has stopped half-way."""
        if item.update_status is not None and item.update_status.state in UNDER_WAY:
            yield "rollout.open"

    def show_newer(self, *, tags: bool = False) -> None:
        """Have a column that says what registries have behind the tags, or which newer tags, as far as was asked."""
        from swarmtui.ui.services.newer_column import with_newer

        self.table.change_columns(with_newer(self.table.columns, tags=tags))

    def narrow(self, narrowing: ServiceFilter | None) -> None:
        """Show only some of the services, or (None) all again."""
        self.narrowing = narrowing
        self.table.empty_text = NO_SERVICES if narrowing is None else f"No services {narrowing.title}."
        if self._view is not None:
            self.show(self._view)
            if narrowing is not None:
                self.table.stand_at_top()

    def is_unhealthy(self, item: Service, view: View) -> bool:
        return service_health(view.cluster, item, view.now).well is not True

    def detail(self, item: Service, view: View) -> Content:
        """What is wrong with it, the keys that help, and why; the whole image, all ports."""
        return Content("\n").join([*self._wrong(item, view), self._facts(item, view)])

    def _wrong(self, item: Service, view: View) -> Iterator[Content]:
        health, findings = service_health(view.cluster, item, view.now), self.findings_of(item, view)
        worst = findings[0] if findings else None
        told = worst is not None and worst.summary not in health.reason
        if worst is not None and told:
            yield reason_line(worst)
        if worst is not None and told and worst.rule == CRASH_LOOP:
            yield from (Content.styled(visible(line), "$text-muted") for line in worst.evidence[:1])
        elif health.reason:
            sign, style = ("✖", "$text-error") if health.alarming else ("◌", "$text-warning")
            yield Content.styled(f"{sign} {visible(health.reason)}", style)
        if findings and (helps := self.what_helps(findings)):
            yield helps
        if worst is not None and worst.cause and worst.rule != PENDING:  # its summary is the cause
            yield Content.styled(f"Why: {visible(worst.cause)}", "$text-warning")

    def _facts(self, item: Service, view: View) -> Content:
        changed = _changed(item, view)
        rollback = rollback_of(item, view)
        facts = [
            rollback.sentence if rollback is not None else "",
            item.image.partition("@")[0] or (f"installs the plugin {item.plugin} on its nodes" if item.plugin else ""),
            item.name if cell_width(visible(item.name)) > NAME_ROOM else "",
            ports_text(item),
            "" if item.spec.mode.name == "replicated" else item.spec.mode.name,
            f"changed {changed} ago" if changed else "",
        ]
        text = Content("  ").join([Content(visible(fact)) for fact in facts if fact])
        left = [visible(each.text(view.cluster)) for each in data_left_behind(view.cluster, item)]
        if left:
            more = f" (and {len(left) - 1} more tasks)" if len(left) > 1 else ""
            text = Content("\n").join([Content.styled(f"▲ {left[0]}{more}", "$text-warning"), text])
        return text

    @property
    def heading(self) -> str:
        if self._view is None:
            return "Services"
        cluster, now = self._view.cluster, self._view.now
        if self.narrowing is None:
            health = swarm_health(cluster, now)
            return f"Services {health.well}/{health.services}"
        health = of_services(cluster, self.items_of(self._view), now)
        return f"Services {self.narrowing.title} {health.well}/{health.services}"

    def selected(self, item: Service, *, enter: bool) -> None:
        self.post_message(ServiceSelected(item, enter=enter))

    def passed_to(self, item: Service, *, filtered: bool) -> None:
        self.post_message(CursorPassed(item, filtered=filtered))

    def action_rollout(self) -> None:
        """Watch the update of the service under the cursor."""
        if self.target is not None:
            self.table.take()
            self.post_message(RolloutAsked(self.target))

    def copies(self, item: Service, view: View) -> dict[str, str]:
        command = docker("service", "ps", "--no-trunc", argument(Target.of(item)))
        return {"name": item.name, "ID": item.id, "image": item.image or item.plugin, "command": command}

    def chosen(self) -> Chosen | None:
        from swarmtui.swarm.tasks.command_across import Chosen

        services = self.table.marked_items() or ([self.item] if self.item is not None else [])
        name = services[0].name if len(services) == 1 else counted(len(services), "marked service")
        return Chosen(name, services=tuple(each.id for each in services)) if services else None

    @property
    def log_targets(self) -> Sequence[Target]:
        return [Target.of(service) for service in self.table.marked_items()] or super().log_targets

    @property
    def target(self) -> Target | None:
        return Target.of(self.item) if self.item is not None else None
