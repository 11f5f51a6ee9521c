"""What a live table tells its owner. Use them as `LiveTable.CursorMoved`, or in `on_live_table_cursor_moved`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from textual.message import Message

if TYPE_CHECKING:
    from swarmtui.ui.kit.tables.live_table import LiveTable

__all__ = ["Activated", "Cause", "CursorMoved", "MarksChanged", "Sorted", "TableMessage"]

Cause = Literal["user", "owner", "filter", "rows"]
"""Why a cursor moved: a key or the mouse; the table's owner, which the first row is due to as well; other rows pass the
filter; the item under it came or went."""


class TableMessage(Message, namespace="live_table"):
    """Anything a table tells.

    Attributes:
        table: the table.
    """

    def __init__(self, table: LiveTable[Any, Any]) -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> LiveTable[Any, Any]:
        """The table, for selectors in `@on(LiveTable.Activated, "#services")`."""
        return self.table


class CursorMoved(TableMessage, namespace="live_table"):
    """The cursor is on another item now, or on none.

    Attributes:
        key: that item's key.
        cause: why.
    """

    def __init__(self, table: LiveTable[Any, Any], key: str | None, cause: Cause) -> None:
        super().__init__(table)
        self.key = key
        self.cause = cause

    @property
    def by_user(self) -> bool:
        """Whether a key or the mouse moved it."""
        return self.cause == "user"


class Activated(TableMessage, namespace="live_table"):
    """The user opened an item: enter, or a double click.

    Attributes:
        key: the item's key.
    """

    def __init__(self, table: LiveTable[Any, Any], key: str) -> None:
        super().__init__(table)
        self.key = key


class MarksChanged(TableMessage, namespace="live_table"):
    """Other items are marked than before; `table.marks` tells which."""


class Sorted(TableMessage, namespace="live_table"):
    """The user chose another order; `table.sorting` tells which."""
