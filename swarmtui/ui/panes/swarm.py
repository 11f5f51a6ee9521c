"""The swarm itself: its state and its settings, a row each; Enter changes the one under the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from swarmtui.swarm.objects import seconds_of
from swarmtui.ui.ages import age
from swarmtui.ui.messages import ChangeAsked
from swarmtui.ui.panes.pane import Pane
from swarmtui.ui.panes.settings import Setting, settings_of
from swarmtui.ui.panes.view import View
from swarmtui.ui.panes.whole_column import WholeColumn
from swarmtui.ui.text import natural, visible
from swarmtui.ui.widgets.columns import Cell, Column

__all__ = ["SwarmPane"]


def value_cell(setting: Setting, view: View) -> Cell:
    since = seconds_of(setting.since)
    ago = "" if since is None else f"  ({age(view.now - since)} ago)"
    return Cell(f"{setting.value}{ago}", setting.tone)


SETTING_COLUMNS: tuple[Column[Setting, View], ...] = (
    WholeColumn(
        "setting",
        "SETTING",
        lambda setting, view: Cell(setting.label),
        lambda setting, view: setting.label,
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
    ),
    WholeColumn(
        "value",
        "VALUE",
        value_cell,
        lambda setting, view: natural(setting.value),
        priority=8,
        weight=1,
        enough=48,
    ),
    WholeColumn(
        "hint",
        "WHAT IT IS",
        lambda setting, view: Cell(setting.hint, "dim"),
        lambda setting, view: setting.hint,
        priority=2,
        weight=2,
        enough=40,
    ),
)


class SwarmPane(Pane[Setting]):
    """In the order in which people ask: who it is, whether it is well, its keys, its settings."""

    def __init__(self) -> None:
        super().__init__(SETTING_COLUMNS, id="swarm", name="Swarm")
        self.table.empty_text = "asking for the swarm …"
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
