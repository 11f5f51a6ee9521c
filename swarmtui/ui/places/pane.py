"""The places where a swarm could be: what each is, where it leads, and whether it answers."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding
from textual.content import Content

from swarmtui.places.place import Directory, Kind, Place, Reach, State
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.units import age
from swarmtui.ui.kit.tables.columns import Cell, Column
from swarmtui.ui.kit.tables.export import moment_value
from swarmtui.ui.kit.tables.whole_column import WholeColumn
from swarmtui.ui.kit.texts.text import fit_middle, natural, visible
from swarmtui.ui.panes.base_pane import Pane
from swarmtui.ui.panes.view import View
from swarmtui.ui.places.messages import PlaceChosen

__all__ = ["PLACE_COLUMNS", "PlacesPane", "Row"]

SIGNS = {
    State.WAITING: ("…", "dim"),
    State.TRYING: ("◌", "dim"),
    State.MANAGER: ("●", "good"),
    State.LIMITED: ("▲", "warn"),
    State.GREETS: ("●", ""),
    State.NOT_TRIED: ("○", "dim"),
    State.FAILED: ("✖", "bad"),
}
ORDER = list(SIGNS)
NOTHING = Reach(State.WAITING, "waiting")


@dataclass(frozen=True)
class Row:
    """A place and what is known of it.

    Attributes:
        is_open: whether it is the one that this program shows now.
    """

    place: Place
    reach: Reach
    is_open: bool


def name_cell(row: Row, view: View) -> Cell:
    """ "prod *": the star is docker's own sign for the current context."""
    return Cell(f"{row.place.name}{' *' if row.place.current else ''}", "accent" if row.is_open else "")


def kind_cell(row: Row, view: View) -> Cell:
    return Cell(row.place.kind.value, "dim")


def where_cell(row: Row, view: View) -> Cell:
    """Where it leads, where the name does not say that already."""
    place = row.place
    return Cell("" if place.url == place.name else place.url)


def state_cell(row: Row, view: View) -> Cell:
    sign, tone = SIGNS[row.reach.state]
    words = [row.reach.text, row.reach.version]
    return Cell(" ".join([sign, *filter(None, words)]), tone)


def used_cell(row: Row, view: View) -> Cell:
    if row.is_open:
        return Cell("open now", "accent")
    return Cell("" if row.place.used is None else f"{age(view.now - row.place.used)} ago", "dim")


PLACE_COLUMNS: tuple[Column[Row, View], ...] = (
    WholeColumn(
        "name",
        "NAME",
        name_cell,
        lambda row, view: natural(row.place.name),
        priority=9,
        weight=2,
        enough=14,
        max_width=40,
        cut=fit_middle,
        export={"name": lambda row, view: row.place.name},
    ),
    WholeColumn("kind", "KIND", kind_cell, lambda row, view: row.place.kind.value, priority=6, enough=8),
    WholeColumn(
        "where",
        "LEADS TO",
        where_cell,
        lambda row, view: natural(row.place.url),
        priority=5,
        weight=1,
        enough=12,
        cut=fit_middle,
        export={"address": lambda row, view: row.place.url or None},
    ),
    WholeColumn(
        "state",
        "ANSWERS",
        state_cell,
        lambda row, view: (ORDER.index(row.reach.state), row.reach.text),
        priority=8,
        weight=3,
        enough=28,
        export={
            "state": lambda row, view: row.reach.state.name.lower(),
            "found": lambda row, view: row.reach.detail or row.reach.text or None,
            "version": lambda row, view: row.reach.version or None,
        },
    ),
    WholeColumn(
        "used",
        "USED",
        used_cell,
        lambda row, view: None if row.place.used is None else -row.place.used,
        priority=4,
        min_width=8,
        enough=10,
        searchable=False,
        export={"used_at": lambda row, view: moment_value(row.place.used)},
    ),
    WholeColumn(
        "about",
        "ABOUT",
        lambda row, view: Cell(row.place.description, "dim"),
        lambda row, view: row.place.description or None,
        priority=2,
        weight=1,
        enough=12,
        export={"description": lambda row, view: row.place.description or None},
    ),
)


class PlacesPane(Pane[Row]):
    """Those that were opened before come first, then contexts, then hosts of ssh_config.

    Args:
        open_key: the key of the place that is open now.
    """

    ID: ClassVar = "places"
    TITLE: ClassVar = "Places"
    COLUMNS: ClassVar = PLACE_COLUMNS
    EXPORTED: ClassVar = {
        "id": lambda row, view: row.place.key,
        "open": lambda row, view: row.is_open,
        "current_context": lambda row, view: row.place.current,
    }

    BINDINGS: ClassVar = [
        Binding("n", "screen.type_address", "Address", id="connect.address", tooltip="Type the address of an engine"),
    ]

    def __init__(self, open_key: str) -> None:
        super().__init__()
        self.table.loading_text = "reading docker's contexts and ssh_config…"
        self.table.empty_text = "No swarm is known by name. Press n to type an address."
        self._open_key = open_key
        self._directory = Directory()
        self._rows: list[Row] = []

    def show_directory(self, directory: Directory) -> None:
        """Show what is known of the places now."""
        if directory.places is None:
            return
        first = self._directory.places is None
        if directory is not self._directory:
            self._directory = directory
            self._rows = self._made_of(directory.places, directory.reaches)
        self.show(_view())
        if first:
            self.table.move_cursor(self._open_key)

    def show_time(self) -> None:
        """Nothing but the time has changed."""
        if self._directory.places is not None:
            self.tick(_view())

    def _made_of(self, places: Sequence[Place], reaches: Mapping[str, Reach]) -> list[Row]:
        return [Row(place, reaches.get(place.key, NOTHING), place.key == self._open_key) for place in places]

    @property
    def has_nothing_else(self) -> bool:
        """Whether the list has been read, and holds docker's default only."""
        places = self._directory.places
        return places is not None and all(place.name == "default" for place in places)

    # ------------------------------------------------------------------------------------ as a pane

    def key_of(self, item: Row) -> str:
        return item.place.key

    def items_of(self, view: View) -> Sequence[Row]:
        return self._rows

    def is_unhealthy(self, item: Row, view: View) -> bool:
        return item.reach.state is State.FAILED

    @property
    def heading(self) -> str:
        answering = sum(row.reach.state in (State.MANAGER, State.GREETS) for row in self._rows)
        return f"Places {len(self._rows)}, {answering} answer" if self._rows else "Places"

    def detail(self, item: Row, view: View) -> Content:
        """Where it leads, what it is, and the whole of what was found."""
        place = item.place
        facts = [
            place.url or place.name,
            place.description,
            "docker's current context" if place.current and place.kind is Kind.CONTEXT else "",
            "open now" if item.is_open else "",
        ]
        text = Content("  ").join([Content(visible(fact)) for fact in facts if fact])
        said = item.reach.detail
        if not said:
            return text
        bad = item.reach.state in (State.FAILED, State.LIMITED)
        styled = Content.styled(visible(said), "$text-error" if item.reach.state is State.FAILED else "$text-warning")
        return Content("\n").join([styled if bad else Content(visible(said)), text])

    def copies(self, item: Row, view: View) -> dict[str, str]:
        return {"name": item.place.name, "address": item.place.url, "what was found": item.reach.detail}

    def selected(self, item: Row, *, enter: bool) -> None:
        if enter:
            self.post_message(PlaceChosen(item.place))


def _view() -> View:
    """Cells here are made of their row and the time; the swarm has no part in them."""
    return View(Cluster(), time.time())
