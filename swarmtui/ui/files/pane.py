"""The secrets and the configs: what they are called, who uses them. What is in them is not shown here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from swarmtui.swarm.actions.wording import argument, docker
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.file import SecretFile
from swarmtui.swarm.objects.stack_label import STACK_LABEL
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.ui.commands.command import Command, keys_of
from swarmtui.ui.files.commands import CONFIG_COMMANDS, SECRET_COMMANDS
from swarmtui.ui.kit.tables.columns import Cell, Column
from swarmtui.ui.kit.tables.export import time_value
from swarmtui.ui.kit.tables.whole_column import WholeColumn
from swarmtui.ui.kit.texts.ages import age_key
from swarmtui.ui.kit.texts.text import fit_middle, natural, visible
from swarmtui.ui.messages import NarrowingAsked
from swarmtui.ui.navigation.service_filter import users
from swarmtui.ui.panes.base_pane import Pane
from swarmtui.ui.panes.used_by import USED_COLUMN, stack_column, used_by, used_text
from swarmtui.ui.panes.view import View

__all__ = ["ConfigsPane", "FilesPane", "SecretsPane"]


def age_cell(thing: SecretFile, view: View) -> Cell:
    return Cell(view.age(seconds_of(thing.created_at)), "dim")


def driver_of(thing: SecretFile) -> str:
    """The driver that keeps it, or that fills in its placeholders."""
    drivers = (thing.spec.driver, thing.spec.templating)
    return ", ".join(driver.name for driver in drivers if driver is not None and driver.name)


def labels_of(thing: SecretFile) -> str:
    """Its labels, without the one of its stack, which has a column of its own."""
    return ", ".join(
        f"{key}={value}" if value else key for key, value in sorted(thing.labels.items()) if key != STACK_LABEL
    )


STORED_COLUMNS: tuple[Column[SecretFile, View], ...] = (
    WholeColumn(
        "name",
        "NAME",
        lambda thing, view: Cell(thing.name),
        lambda thing, view: natural(thing.name),
        priority=9,
        weight=2,
        enough=18,
        cut=fit_middle,
    ),
    Column(
        "age",
        "AGE",
        age_cell,
        lambda thing, view: age_key(thing.created_at),
        priority=6,
        min_width=6,
        searchable=False,
        export={"created_at": lambda thing, view: time_value(thing.created_at)},
    ),
    WholeColumn(
        "driver",
        "DRIVER",
        lambda thing, view: Cell(driver_of(thing), "dim"),
        lambda thing, view: natural(driver_of(thing)) or None,
        priority=2,
        enough=7,
        export={"driver": lambda thing, view: driver_of(thing) or None},
    ),
    WholeColumn(
        "labels",
        "LABELS",
        lambda thing, view: Cell(labels_of(thing), "dim"),
        lambda thing, view: natural(labels_of(thing)) or None,
        priority=3,
        enough=10,
        max_width=50,
        export={"labels": lambda thing, view: dict(thing.labels)},
    ),
    USED_COLUMN,
    stack_column(4),
)


def file_bindings(kind: Kind, commands: Iterable[Command]) -> list[BindingType]:
    """The keys of secrets or of configs."""
    word = kind.word
    users = Binding(
        "u", "used_by", "Used by", id=f"{word}.used_by", tooltip="Show the services that use it (same as enter)"
    )
    return [users, *keys_of(commands)]


class FilesPane(Pane[SecretFile]):
    """By name. Subclasses say which of the two it is."""

    COLUMNS: ClassVar = STORED_COLUMNS
    MARKABLE: ClassVar = True
    EXPORTED: ClassVar = {
        "id": lambda thing, view: thing.id,
        "updated_at": lambda thing, view: time_value(thing.updated_at),
    }
    kind: ClassVar[Kind]
    HELP: ClassVar[str]
    """What to do when there are none."""

    def __init__(self) -> None:
        super().__init__()
        self._of: object = None
        self._items: list[SecretFile] = []

    def known(self, cluster: Cluster) -> Mapping[str, SecretFile] | None:
        """All of them, None while they have not been asked for."""
        return cluster.objects(self.kind)

    def key_of(self, item: SecretFile) -> str:
        return item.id

    def items_of(self, view: View) -> Sequence[SecretFile]:
        known = self.known(view.cluster)
        if self._of is not known:
            self._of = known
            self._items = sorted((known or {}).values(), key=lambda thing: (natural(thing.name), thing.id))
        return self._items

    def show(self, view: View) -> None:
        word = self.kind.value
        unknown = self.known(view.cluster) is None
        self.table.empty_text = f"loading the {word} …" if unknown else f"No {word}. {self.HELP}"
        super().show(view)

    def is_unhealthy(self, item: SecretFile, view: View) -> bool:
        return False

    def detail(self, item: SecretFile, view: View) -> Content:
        facts = [
            used_text(item, view),
            f"labels {labels_of(item)}" if labels_of(item) else "",
            f"driver {driver_of(item)}" if driver_of(item) else "",
        ]
        return Content("  ").join([Content(visible(fact)) for fact in facts if fact])

    @property
    def heading(self) -> str:
        known = self.known(self._view.cluster) if self._view is not None else None
        return str(self.name) if known is None else f"{self.name} {len(known)}"

    @property
    def target(self) -> Target | None:
        return Target.of(self.item) if self.item is not None else None

    def selected(self, item: SecretFile, *, enter: bool) -> None:
        if enter:
            self.post_message(NarrowingAsked(users(item, self.kind.word)))

    def copies(self, item: SecretFile, view: View) -> dict[str, str]:
        command = docker(self.kind.word, "inspect", argument(Target.of(item)))
        return {"name": item.name, "ID": item.id, "used by": ", ".join(used_by(item, view)), "command": command}

    def action_used_by(self) -> None:
        if self.item is not None:
            self.selected(self.item, enter=True)


class SecretsPane(FilesPane):
    """The secrets."""

    ID: ClassVar = "secrets"
    TITLE: ClassVar = "Secrets"
    kind = Kind.SECRET
    HELP = "Press n to create one. Services read it under /run/secrets."
    BINDINGS: ClassVar = file_bindings(Kind.SECRET, SECRET_COMMANDS)


class ConfigsPane(FilesPane):
    """The configs."""

    ID: ClassVar = "configs"
    TITLE: ClassVar = "Configs"
    kind = Kind.CONFIG
    HELP = "Press n to create one. Services read it as a file."
    BINDINGS: ClassVar = file_bindings(Kind.CONFIG, CONFIG_COMMANDS)
