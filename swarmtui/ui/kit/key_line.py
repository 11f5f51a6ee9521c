"""KeyLine: the keys of what has the focus, on the last line of a screen.

Textual's Footer makes a widget for each key at every change of the focus, and keeps each of them for ever: `data_bind`
adds a watcher to the footer that nothing removes. This is one widget, whose line is text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import ClassVar

import msgspec
from rich.style import Style
from textual import events
from textual.binding import ActiveBinding, Binding
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from swarmtui.ui.kit.tables.lines import Line, Span, Tone, changed_ranges, strip_of
from swarmtui.ui.kit.texts.text import cell_width, visible

__all__ = ["KeyLabel", "KeyLine", "fitting", "labels_of"]

ALWAYS = ("app.help", "app.quit")
"""Bindings that stand at the end of the line however narrow it is."""

MORE = "…"
BASE: Tone = ("", "")


class KeyLabel(msgspec.Struct, frozen=True):
    """A key and what it does.

    Attributes:
        key: as Textual calls it: "question_mark".
        shown: as a person calls it: "?".
        words: what it does.
        enabled: whether it would do that now.
    """

    key: str
    shown: str
    words: str
    enabled: bool = True

    @property
    def width(self) -> int:
        """Cells."""
        return cell_width(self.shown) + 1 + cell_width(self.words)


class KeyLine(Widget):
    """One line, made when the bindings change and never when data arrive. A click does what the key does."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar = {"key-line--key", "key-line--words", "key-line--off"}

    DEFAULT_CSS = """
    KeyLine {
        dock: bottom;
        height: 1;
        color: $footer-foreground;
        background: $footer-background;
        & > .key-line--key { color: $footer-key-foreground; text-style: bold; }
        & > .key-line--words { color: $footer-description-foreground; }
        & > .key-line--off { color: $text-disabled; text-style: dim; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._labels: tuple[Sequence[KeyLabel], Sequence[KeyLabel], Sequence[KeyLabel]] = ((), (), ())
        self._line = Line(BASE)
        self._places: list[tuple[range, str]] = []
        self._styles: dict[Tone, Style] = {}

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)
        self._bindings_changed(self.screen)

    def on_unmount(self) -> None:
        self.screen.bindings_updated_signal.unsubscribe(self)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        if self.is_attached and self.app.app_focus:  # a terminal without the focus has no focused widget either
            self._labels = labels_of(screen)
            self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        line, self._places = _line_of(*self._labels, self.size.width)
        ranges = changed_ranges(self._line, line)
        self._line = line
        if ranges is None:
            self.refresh()
        elif ranges:
            self.refresh(*(Region(first, 0, last - first, 1) for first, last in ranges))

    # ------------------------------------------------------------------------------------ what Textual calls

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        return strip_of(self._line, width, self._style).crop(0, width)

    def _style(self, tone: Tone) -> Style:
        style = self._styles.get(tone)
        if style is None:
            part = tone[1]
            style = self.get_component_rich_style(f"key-line--{part}") if part else self.rich_style
            self._styles[tone] = style
        return style

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()

    def on_click(self, event: events.Click) -> None:
        key = next((key for place, key in self._places if event.x in place), "")
        if key:
            self.app.simulate_key(key)


def labels_of(screen: Screen[object]) -> tuple[list[KeyLabel], list[KeyLabel], list[KeyLabel]]:
    """The keys that a screen shows: first the focused widget's own, then those around it; and what always stands.

    A widget may have some of its keys lead all others (`leading_keys`): those that its row calls for. Others of its
    keys, and of those around it, may stand where there is room left (`spare_keys`).

    Returns:
        What may be left out where there is no room, the most particular first; what may not; and what fills the room.
    """
    shown: dict[tuple[int, str], ActiveBinding] = {}
    active_bindings = screen.active_bindings.values()  # made anew each time that Textual is asked
    leading = _ids(active_bindings, "leading_keys")
    spare = [each for each in _ids(active_bindings, "spare_keys") if each not in leading]
    fills: dict[str, ActiveBinding] = {}
    for active in active_bindings:
        if active.binding.show or active.binding.id in leading:
            shown.setdefault((id(active.node), active.binding.action), active)  # a key with two names is one key
        elif active.binding.id in spare and active.enabled:
            fills.setdefault(active.binding.id, active)
    nodes = list(dict.fromkeys(id(active.node) for active in shown.values()))
    inner = sorted(
        shown.values(),
        key=lambda active: (
            leading.get(active.binding.id or "", len(leading)),
            nodes.index(id(active.node)),
            _generality(active),
        ),
    )
    always = [active for each in ALWAYS for active in inner if active.binding.id == each]
    usual = [active for active in inner if active.binding.id not in ALWAYS]
    return (
        _labels(screen, usual),
        _labels(screen, always),
        _labels(screen, (fills[each] for each in spare if each in fills)),
    )


def _ids(active_bindings: Collection[ActiveBinding], attribute: str) -> dict[str, int]:
    """The IDs of bindings that widgets name in an attribute, with their places."""
    nodes = dict.fromkeys(active.node for active in active_bindings)
    ids = [each for node in nodes for each in getattr(node, attribute, ())]
    return {each: place for place, each in enumerate(dict.fromkeys(ids))}


def _labels(screen: Screen[object], bindings: Iterable[ActiveBinding]) -> list[KeyLabel]:
    return [
        KeyLabel(
            each.binding.key,
            visible(screen.app.get_key_display(each.binding)),
            visible(each.binding.description),
            each.enabled,
        )
        for each in bindings
    ]


def _generality(active: ActiveBinding) -> int:
    """How far up its widget's bases a binding is defined: a pane's own keys come before those of every pane."""
    for distance, base in enumerate(type(active.node).__mro__):
        if any(_id_of(each) == active.binding.id for each in vars(base).get("BINDINGS", ())):
            return distance
    return len(type(active.node).__mro__)


def _id_of(binding: object) -> str | None:
    return binding.id if isinstance(binding, Binding) else None


def fitting(
    labels: Sequence[KeyLabel], always: Sequence[KeyLabel], width: int, spare: Sequence[KeyLabel] = ()
) -> tuple[list[KeyLabel], int, bool]:
    """Which of the labels have room beside those that always stand: whole ones, from the first on.

    Args:
        spare: what stands behind all labels where there is room for more; of these nothing is told that is left out.

    Returns:
        All that stand, the blanks between two of them, and whether some were left out.
    """
    if _width([*labels, *always], 2) <= width:
        more = list[KeyLabel]()
        for each in spare:
            if _width([*labels, *more, each, *always], 2) <= width:
                more.append(each)
        return [*labels, *more, *always], 2, False
    if _width([*labels, *always], 1) <= width:
        return [*labels, *always], 1, False
    kept = len(labels)
    while kept and _width([*labels[:kept], *always], 1) + 1 + len(MORE) > width:
        kept -= 1
    return [*labels[:kept], *always], 1, True


def _width(labels: Sequence[KeyLabel], gap: int) -> int:
    return sum(label.width for label in labels) + gap * len(labels)  # one blank at the left edge


def _line_of(
    labels: Sequence[KeyLabel], always: Sequence[KeyLabel], spare: Sequence[KeyLabel], width: int
) -> tuple[Line, list[tuple[range, str]]]:
    """The line, and which cells of it stand for which key."""
    stand, gap, cut = fitting(labels, always, width, spare)
    spans: list[Span] = []
    places: list[tuple[range, str]] = []
    x = 1
    for place, label in enumerate(stand):
        if cut and place == len(stand) - len(always):
            spans.append(Span(x, 1, MORE, ("", "words")))
            x += 2
        first, tones = x, (("", "key"), ("", "words")) if label.enabled else (("", "off"), ("", "off"))
        for text, tone in ((label.shown, tones[0]), (f" {label.words}", tones[1])):
            spans.append(Span(x, cell_width(text), text, tone))
            x += cell_width(text)
        if label.enabled:
            places.append((range(first, x), label.key))
        x += gap
    return Line(BASE, tuple(spans)), places
