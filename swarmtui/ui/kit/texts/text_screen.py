"""TextScreen: a long text that fills the screen, with a heading, a line to search by, and its keys below."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Input, Static

from swarmtui.swarm.short_text import counted
from swarmtui.ui.kit.cell_updates import CellUpdateScreen
from swarmtui.ui.kit.filter_line import FilterLine
from swarmtui.ui.kit.key_line import KeyLine
from swarmtui.ui.kit.texts.text_keys import TextKeys
from swarmtui.ui.kit.texts.text_view import TextView

__all__ = ["TextScreen"]

T = TypeVar("T")

MUCH = 70_000
"""Characters from which on many terminals take no clipboard (xterm's limit is about 75 kB in base64)."""


class TextScreen(CellUpdateScreen[None], Generic[T]):
    """Base of the screens that show a text.

    Args:
        view: the text.
        search_words: what to say in the empty search line.
    """

    AUTO_FOCUS = "TextView"

    LEGEND: ClassVar[Mapping[str, Sequence[str]]] = {}
    """What its own signs mean, for the help: words → signs."""

    BINDINGS: ClassVar = [
        Binding(
            "escape,q", "back", "Back", id="text.back", tooltip="Leave the search, then the selection, then this view"
        ),
        Binding("slash", "search", "Search", id="text.search", tooltip="Search for a regular expression"),
    ]

    def __init__(self, view: TextView[T], search_words: str) -> None:
        super().__init__()
        self.view = view
        self._heading = Static(classes="text-heading")
        self._heading_drawn: Content | None = None
        self._search = FilterLine(placeholder=search_words, compact=True, classes="filter")

    def compose(self) -> ComposeResult:
        yield self._heading
        yield self.view
        yield self._search
        yield KeyLine()

    def on_mount(self) -> None:
        self._search.display = False

    # ------------------------------------------------------------------------------------ for subclasses

    @abstractmethod
    def heading(self) -> Content:
        """What is shown, how old or how complete it is."""

    @abstractmethod
    def searched(self, text: str, *, done: bool) -> None:
        """The search has changed.

        Args:
            done: the user has typed it out.
        """

    def say_heading(self) -> None:
        """Write the heading, if it is another one now."""
        if not self.is_mounted:
            return
        content = self.heading()
        if self._heading_drawn is None or content.markup != self._heading_drawn.markup:
            self._heading_drawn = content
            self._heading.update(content)

    @property
    def search_text(self) -> str:
        """What is searched for; "" for nothing."""
        return self._search.value

    def empty_search(self) -> None:
        """What was typed has been taken elsewhere: the line is for the next search."""
        with self.prevent(Input.Changed):
            self._search.value = ""
        self._search.display = False

    def fill_search(self, text: str) -> None:
        """Have a text in the line, to be changed."""
        self._search.value = text
        self._search.cursor_position = len(text)

    # ------------------------------------------------------------------------------------ searching

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return not (action == "search" and self._search.has_focus)  # there "/" is a letter as any other

    def action_search(self) -> None:
        self._search.display = True
        self._search.focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.searched(event.value, done=False)
        self.say_heading()

    @on(Input.Submitted)
    @on(FilterLine.Kept)
    def _typed_out(self) -> None:
        self._search.display = bool(self._search.value)
        self.view.focus()
        self.searched(self._search.value, done=True)
        self.say_heading()

    @on(FilterLine.Cleared)
    def clear_search(self) -> bool:
        """Search for nothing any more; returns whether there was a search."""
        had = bool(self._search.value) or self._search.display
        if had:
            self._search.value = ""
            self._search.display = False
            self.view.focus()
            self.searched("", done=True)
            self.say_heading()
        return had

    # ------------------------------------------------------------------------------------ keys

    def action_back(self) -> None:
        if not self.clear_search() and not self.view.clear_selection():
            self.dismiss(None)

    @on(TextKeys.Copied)
    def _copied(self, event: TextKeys.Copied) -> None:
        self.app.copy_to_clipboard(event.text)
        much = " That is a lot: many terminals refuse it." if len(event.text) > MUCH else ""
        self.app.notify(f"Copied {counted(event.lines, 'line')} (if your terminal allows it).{much}", markup=False)

    @on(TextKeys.CursorMoved)
    def _cursor_moved(self) -> None:
        self.cursor_moved()

    def cursor_moved(self) -> None:
        """The user has moved the cursor."""
