"""What the row under the cursor has no room for, below the rows."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

__all__ = ["DetailLine"]


class DetailLine(Static):
    """A few lines that take no room while they are empty, and no layout of the screen while they stay as high.

    Attributes:
        ahead: lines before those that are shown.
        drawn: what is shown; None before the first time.
    """

    def __init__(self) -> None:
        super().__init__(classes="detail")
        self.ahead = Content("")
        self.drawn: Content | None = None

    def on_mount(self) -> None:
        self.display = False

    def show(self, content: Content, *, old: bool) -> None:
        """
        Args:
            old: the connection is lost: without colours, for the signs say enough.
        """
        content = Content("\n").join(filter(None, (self.ahead, content)))
        content = Content(content.plain) if old else content
        self.set_class(old, "-old")
        if self.drawn is None or not content.is_same(self.drawn):
            self.drawn = content
            self.display = bool(content.plain)
            self.update(content, layout=not self._as_high(content))

    @property
    def room(self) -> int:
        """The cells of a line."""
        parent = self.parent
        return max(20, (parent.size.width if isinstance(parent, Widget) else 0) - 2)

    def _as_high(self, content: Content) -> bool:
        width, height = self.size
        most = self.styles.max_height
        if not self.display or not width or most is None:
            return False
        return min(content.get_height(self.styles.get_rules(), width), int(most.value)) == height
