"""What a pane's class says of the pane, before there is one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.binding import Binding
from textual.keys import format_key

from swarmtui.ui.kit.tables.columns import Column

__all__ = ["EVERYWHERE", "PaneDeclaration"]

EVERYWHERE = ("go.related", "view.placement", "view.unhealthy", "app.undo", "app.commands", "pane.copy")
"""What stands on the line of keys of each pane where there is room, by the IDs of the bindings."""


class PaneDeclaration:
    """Base of `Pane`. The key to a pane, its tab, and its name in the settings follow from this."""

    ID: ClassVar[str]
    """Its name in the settings, and the word for its rows: "services"."""

    TITLE: ClassVar[str]
    """Its name where there is room for nothing else: "Services"."""

    PLACE: ClassVar[str] = ""
    """Where its key leads, if "the services" does not say it."""

    KEY: ClassVar[str] = ""
    """The key that leads to it, as Textual names it; "" for its number among the panes."""

    COLUMNS: ClassVar[Sequence[Column[Any, Any]]]

    MARKABLE: ClassVar[bool] = False
    """Whether several items can be marked, for a change of all of them."""

    spare_keys: ClassVar[Sequence[str]] = EVERYWHERE
    """The IDs of the keys that stand on the line of keys where it has room, the most useful first."""

    @property
    def saved_columns(self) -> Sequence[Column[Any, Any]]:
        """Those that a file gets."""
        return self.COLUMNS

    @classmethod
    def key_sign(cls, number: int) -> str:
        """The key as a tab shows it: "2", "!"."""
        return format_key(cls.KEY) if cls.KEY else str(number)

    @classmethod
    def place_key(cls, number: int) -> Binding:
        """The key that leads to it."""
        tooltip = f"Go to {cls.PLACE or f'the {cls.ID}'}"
        key = cls.KEY or str(number)
        return Binding(key, f"pane('{cls.ID}')", cls.TITLE, show=False, id=f"pane.{cls.ID}", tooltip=tooltip)
