"""The swarm itself: its state and its settings, a row each; Enter changes the one under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.units import age
from swarmtui.ui.kit.tables.columns import Cell, Column, Value
from swarmtui.ui.kit.tables.export import time_value
from swarmtui.ui.kit.tables.whole_column import WholeColumn
from swarmtui.ui.kit.texts.text import natural, visible
from swarmtui.ui.membership.settings import MASK, Setting, settings_of
from swarmtui.ui.messages import ChangeAsked
from swarmtui.ui.panes.base_pane import Pane
from swarmtui.ui.panes.view import View

__all__ = ["SwarmPane"]


def value_cell(setting: Setting, view: View) -> Cell:
    since = seconds_of(setting.since)
    ago = "" if since is None else f"  ({age(view.now - since)} ago)"
    return Cell(f"{setting.value}{ago}", setting.tone)


def value_of(setting: Setting, view: View) -> Value:
    """For a file. What is masked stays so."""
    if setting.number is not None:
        return setting.number
    return None if setting.value == MASK else setting.value


SETTING_COLUMNS: tuple[Column[Setting, View], ...] = (
    WholeColumn(
        "setting",
        "SETTING",
        lambda setting, view: Cell(setting.label),
        lambda setting, view: natural(setting.label),
        priority=9,
        enough=18,
    ),
    Column(
        "change",
        "⏎",
        lambda setting, view: Cell("⏎" if setting.opens else "", "accent"),
        lambda setting, view: not setting.opens,
        priority=7,
        min_width=1,
        searchable=False,
        export={},
    ),
    WholeColumn(
        "value",
        "VALUE",
        value_cell,
        lambda setting, view: natural(setting.value),
        priority=8,
        weight=1,
        enough=48,
        export={
            "value": value_of,
            "unit": lambda setting, view: setting.unit or None,
            "since": lambda setting, view: time_value(setting.since),
        },
    ),
    WholeColumn(
        "hint",
        "WHAT IT IS",
        lambda setting, view: Cell(setting.hint, "dim"),
        lambda setting, view: setting.hint,
        priority=2,
        weight=2,
        enough=40,
        export={"explanation": lambda setting, view: setting.hint},
    ),
)


class SwarmPane(Pane[Setting]):
    """In the order in which people ask: who it is, whether it is well, its keys, its settings."""

    ID: ClassVar = "swarm"
    TITLE: ClassVar = "Swarm"
    PLACE: ClassVar = "the swarm's own settings"
    COLUMNS: ClassVar = SETTING_COLUMNS
    kind = Kind.SWARM
    EXPORTED: ClassVar = {"id": lambda setting, view: setting.key}

    def __init__(self) -> None:
        super().__init__()
        self.table.empty_text = "loading the swarm …"
        self._of: tuple[object, ...] = ()
        self._items: list[Setting] = []

    def key_of(self, item: Setting) -> str:
        return item.key

    def items_of(self, view: View) -> Sequence[Setting]:
        cluster = view.cluster
        of = (cluster.swarm, cluster.nodes, cluster.info)
        if len(self._of) != len(of) or any(a is not b for a, b in zip(of, self._of, strict=True)):
            self._of = of
            fresh = list(settings_of(cluster))
            if fresh != self._items:
                self._items = fresh
        return self._items

    def is_unhealthy(self, item: Setting, view: View) -> bool:
        return item.tone in ("warn", "bad")

    def detail(self, item: Setting, view: View) -> Content:
        can = "   ⏎ changes it" if item.opens else ""
        return Content(visible(f"{item.hint}{can}"))

    @property
    def heading(self) -> str:
        return "Swarm"

    @property
    def change_item(self) -> object:
        """The swarm: that is what all of these settings are of."""
        return self._view.cluster.swarm if self._view is not None else None

    def copies(self, item: Setting, view: View) -> dict[str, str]:
        swarm = view.cluster.swarm
        return {"value": item.value, "ID": swarm.id if swarm is not None else ""}

    def selected(self, item: Setting, *, enter: bool) -> None:
        if enter and item.opens:
            self.post_message(ChangeAsked(item.opens, self.change_item))
