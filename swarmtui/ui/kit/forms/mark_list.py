"""MarkList: some of many, marked one by one. The sign tells which, not colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from swarmtui.ui.kit.texts.text import visible

__all__ = ["MarkList"]


class MarkList(OptionList):
    """A list of lines, of which any number is marked.

    Args:
        lines: the words for each, by what it stands for.
        marked: what is marked at first.
    """

    DEFAULT_CSS = """
    MarkList {
        height: auto;
        max-height: 8;
        border: none;
        padding: 0;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    BINDINGS: ClassVar = [
        Binding("space", "mark", "Choose", id="marks.mark", tooltip="Choose or leave out this one"),
        Binding("enter", "accept", "Continue", show=False, id="marks.accept", tooltip="Continue with what is chosen"),
        Binding("k", "cursor_up", "Up", show=False, id="marks.up", tooltip="The line above"),
        Binding("j", "cursor_down", "Down", show=False, id="marks.down", tooltip="The line below"),
    ]

    class Changed(Message):
        """Something else is marked now."""

    class Accepted(Message):
        """The user continues with what is marked."""

    def __init__(self, lines: Mapping[str, str], *, id: str | None = None) -> None:
        super().__init__(id=id, compact=True)
        self._keys: list[str] = []
        self._texts: list[str] = []
        self._marked: set[str] = set()
        self.show_lines(lines)

    @property
    def marked(self) -> tuple[str, ...]:
        """What is marked, in the order of the lines."""
        return tuple(key for key in self._keys if key in self._marked)

    @property
    def current(self) -> str | None:
        """What the line under the cursor stands for."""
        return self._key_at(self.highlighted)

    def show_lines(self, lines: Mapping[str, str]) -> None:
        """Show other lines; what is still there stays marked."""
        keys, texts = list(lines), list(lines.values())
        if (keys, texts) == (self._keys, self._texts):
            return
        on = self._key_at(self.highlighted)
        self._keys, self._texts = keys, texts
        self._marked &= set(keys)
        self.set_options([Option(self._line(place)) for place in range(len(keys))])
        self.highlighted = keys.index(on) if on in keys else (0 if keys else None)

    def mark(self, keys: set[str]) -> None:
        """Mark just these."""
        self._marked = keys & set(self._keys)
        for place in range(len(self._keys)):
            self.replace_option_prompt_at_index(place, self._line(place))
        self.post_message(self.Changed())

    def _key_at(self, place: int | None) -> str | None:
        return self._keys[place] if place is not None and place < len(self._keys) else None

    def _line(self, place: int) -> Content:
        text = visible(self._texts[place])
        if self._keys[place] in self._marked:
            return Content.styled(f"[x] {text}", "bold")
        return Content(f"[ ] {text}")

    def action_mark(self) -> None:
        if (key := self._key_at(self.highlighted)) is not None:
            self.mark(self._marked ^ {key})

    def action_accept(self) -> None:
        self.post_message(self.Accepted())

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click marks the line."""
        event.stop()
        self.action_mark()
