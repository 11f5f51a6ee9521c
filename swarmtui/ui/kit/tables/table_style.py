"""How a live table looks: its component classes, its default CSS, and what style a tone is in the theme of now."""

from __future__ import annotations

from rich.color import ColorType
from rich.style import Style
from textual.widget import Widget

from swarmtui.ui.kit.tables.lines import Tone
from swarmtui.ui.kit.tables.table_drawing import MATCH

__all__ = ["PREFIX", "STATES", "TABLE_CLASSES", "TABLE_CSS", "tone_style"]

PREFIX = "live-table--"

TONES = frozenset({"good", "bad", "warn", "dim", "accent", "sign", "message"})

STATES = frozenset({"good", "bad", "warn", "accent"})
"""Tones that keep their colour on the cursor's row."""

TABLE_CLASSES = {
    *(PREFIX + tone for tone in TONES),
    *(PREFIX + part for part in ("header", "header-sorted", "cursor", "cursor-blurred", "stale", "match")),
}

TABLE_CSS = """
LiveTable {
    & > .live-table--header { color: $text-muted; text-style: bold; }
    & > .live-table--header-sorted { color: $text-accent; text-style: bold; }
    & > .live-table--cursor {
        background: $block-cursor-background;
        color: $block-cursor-foreground;
        text-style: $block-cursor-text-style;
    }
    & > .live-table--cursor-blurred { background: $block-cursor-blurred-background; }
    & > .live-table--stale { color: $text-disabled; }
    & > .live-table--message { color: $text-muted; }
    & > .live-table--match { text-style: underline; }
    & > .live-table--sign { color: $text-accent; text-style: bold; }
    & > .live-table--good { color: $text-success; }
    & > .live-table--bad { color: $text-error; }
    & > .live-table--warn { color: $text-warning; }
    & > .live-table--dim { color: $text-muted; }
    & > .live-table--accent { color: $text-accent; }
    &:ansi > .live-table--stale, &:ansi > .live-table--dim, &:ansi > .live-table--message { text-style: dim; }
    &:nocolor > .live-table--cursor { text-style: bold reverse; }
}
"""


def tone_style(table: Widget, tone: Tone) -> Style:
    """Turn a tone into a style.

    On the cursor's row what has a state stands reversed: its colour as the background of its text. So it can be read
    wherever that colour can be read on other rows, in every theme, whatever the cursor's colour. All else on that row
    has one colour; without focus, and when the data are stale, it is told apart by its sign as well.
    """
    kind, meaning = tone
    meaning, match, _ = meaning.partition(MATCH)
    if kind == "header":
        style = table.get_component_rich_style(PREFIX + ("header-sorted" if meaning else "header"))
    elif kind == "cursor" and meaning in STATES:
        style = _reversed(table.get_component_rich_style(PREFIX + meaning))
    elif kind in {"cursor", "stale"}:
        style = table.get_component_rich_style(PREFIX + kind)
    else:
        style = table.get_component_rich_style(PREFIX + meaning) if meaning in TONES else table.rich_style
        if kind == "blurred":
            style += Style(bgcolor=table.get_component_rich_style(PREFIX + "cursor-blurred").bgcolor)
    if match:
        style += table.get_component_rich_style(PREFIX + "match", partial=True)
    return style


def _reversed(style: Style) -> Style:
    colours = (style.color, style.bgcolor)
    if all(colour is not None and colour.type is ColorType.TRUECOLOR for colour in colours):
        return Style(color=style.bgcolor, bgcolor=style.color, bold=True)
    return style + Style(bold=True, dim=False, reverse=True)  # the terminal knows its own colours alone
