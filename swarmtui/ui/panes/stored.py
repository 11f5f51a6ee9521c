"""The secrets and the configs: what they are called, who uses them. What is in them is not shown here."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from swarmtui.swarm.actions.stored import target_stored
from swarmtui.swarm.actions.wording import argument, docker
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects import seconds_of
from swarmtui.swarm.shared import STACK_LABEL, StoredSecret, stack_of
from swarmtui.ui.ages import age
from swarmtui.ui.messages import NarrowingAsked
from swarmtui.ui.panes.narrowing import users
from swarmtui.ui.panes.pane import Pane
from swarmtui.ui.panes.used_by import used_by, used_cell
from swarmtui.ui.panes.view import View
from swarmtui.ui.panes.whole_column import WholeColumn
from swarmtui.ui.text import natural, visible
from swarmtui.ui.widgets.columns import Cell, Column

__all__ = ["ConfigsPane", "SecretsPane", "StoredPane"]


def age_cell(thing: StoredSecret, view: View) -> Cell:
    since = seconds_of(thing.created_at)
    return Cell("" if since is None else age(view.now - since), "dim")


def driver_of(thing: StoredSecret) -> str:
    """The driver that keeps it, or that fills in its placeholders."""
    drivers = (thing.spec.driver, thing.spec.templating)
    return ", ".join(driver.name for driver in drivers if driver is not None and driver.name)


def labels_of(thing: StoredSecret) -> str:
    """Its labels, without the one of its stack, which has a column of its own."""
    return ", ".join(
        f"{key}={value}" if value else key for key, value in sorted(thing.labels.items()) if key != STACK_LABEL
    )


STORED_COLUMNS: tuple[Column[StoredSecret, View], ...] = (
    WholeColumn(
        "name",
        "NAME",
        lambda thing, view: Cell(thing.name),
        lambda thing, view: natural(thing.name),
        priority=9,
        weight=2,
        enough=18,
    ),
    Column(
        "age",
        "AGE",
        age_cell,
        lambda thing, view: thing.created_at,
        priority=6,
        min_width=6,
        searchable=False,
    ),
    WholeColumn(
        "driver",
        "DRIVER",
        lambda thing, view: Cell(driver_of(thing), "dim"),
        lambda thing, view: driver_of(thing) or None,
        priority=2,
        enough=7,
    ),
    WholeColumn(
        "labels",
        "LABELS",
        lambda thing, view: Cell(labels_of(thing), "dim"),
        lambda thing, view: labels_of(thing) or None,
        priority=3,
        enough=10,
        max_width=50,
    ),
    WholeColumn(
        "used",
        "USED BY",
        used_cell,
        lambda thing, view: len(used_by(thing, view)),
        priority=7,
        weight=3,
        enough=12,
    ),
    WholeColumn(
        "stack",
        "STACK",
        lambda thing, view: Cell(stack_of(thing), "dim"),
        lambda thing, view: stack_of(thing) or None,
        priority=4,
        enough=8,
    ),
)


def stored_bindings(word: str) -> list[BindingType]:
    """The keys of secrets or of configs."""
    return [
        Binding(
            "u", "used_by", "Used by", id=f"{word}.used_by", tooltip="Show the services that use it, as enter does"
        ),
        Binding("n", f"ask('{word}.create')", "New", id=f"{word}.create", tooltip=f"Create a {word}"),
        Binding(
            "r",
            f"ask('{word}.rotate')",
            "Rotate",
            id=f"{word}.rotate",
            tooltip=f"Put a new {word} in its place, in every service that uses it",
        ),
        Binding("delete,ctrl+x", f"ask('{word}.remove')", "Remove", id=f"{word}.remove", tooltip=f"Remove the {word}"),
    ]


class StoredPane(Pane[StoredSecret]):
    """By name. Subclasses say which of the two it is."""

    kind: ClassVar[Kind]
    HELP: ClassVar[str]
    """What to do when there are none."""

    def __init__(self, *, name: str) -> None:
        super().__init__(STORED_COLUMNS, id=self.kind.value, name=name, markable=True)
        self._of: object = None
        self._items: list[StoredSecret] = []

    @abstractmethod
    def known(self, cluster: Cluster) -> Mapping[str, StoredSecret] | None:
        """All of them, None while they have not been asked for."""

    def key_of(self, item: StoredSecret) -> str:
        return item.id

    def items_of(self, view: View) -> Sequence[StoredSecret]:
        known = self.known(view.cluster)
        if self._of is not known:
            self._of = known
            self._items = sorted((known or {}).values(), key=lambda thing: (natural(thing.name), thing.id))
        return self._items

    def show(self, view: View) -> None:
        word = self.kind.value
        unknown = self.known(view.cluster) is None
        self.table.empty_text = f"asking for the {word} …" if unknown else f"no {word} yet: {self.HELP}"
        super().show(view)

    def is_unhealthy(self, item: StoredSecret, view: View) -> bool:
        return False

    def detail(self, item: StoredSecret, view: View) -> Content:
        names = used_by(item, view)
        facts = [
            f"used by {', '.join(names)}" if names else "used by no service",
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
        return target_stored(self.item) if self.item is not None else None

    def selected(self, item: StoredSecret, *, enter: bool) -> None:
        if enter:
            self.post_message(NarrowingAsked(users(item, self.kind.word)))

    def copies(self, item: StoredSecret, view: View) -> dict[str, str]:
        command = docker(self.kind.word, "inspect", argument(target_stored(item)))
        return {"name": item.name, "ID": item.id, "used by": ", ".join(used_by(item, view)), "command": command}

    def action_used_by(self) -> None:
        if self.item is not None:
            self.selected(self.item, enter=True)


class SecretsPane(StoredPane):
    """The secrets."""

    kind = Kind.SECRET
    HELP = "n creates one, for services to read under /run/secrets"
    BINDINGS: ClassVar = stored_bindings("secret")

    def __init__(self) -> None:
        super().__init__(name="Secrets")

    def known(self, cluster: Cluster) -> Mapping[str, StoredSecret] | None:
        return cluster.secrets


class ConfigsPane(StoredPane):
    """The configs."""

    kind = Kind.CONFIG
    HELP = "n creates one, for services to read as a file"
    BINDINGS: ClassVar = stored_bindings("config")

    def __init__(self) -> None:
        super().__init__(name="Configs")

    def known(self, cluster: Cluster) -> Mapping[str, StoredSecret] | None:
        return cluster.configs
