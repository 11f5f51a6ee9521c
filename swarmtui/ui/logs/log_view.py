"""LogView: the lines of a log on the screen."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding

from swarmtui.ui.kit.texts.text_view import TextView
from swarmtui.ui.logs.log_text import Entry

__all__ = ["LogView"]


class LogView(TextView[Entry]):
    """The lines; the arrow keys scroll sideways. One looks at the newest, so `n` goes through the hits backwards."""

    BINDINGS: ClassVar = [
        Binding("left", "sideways(-1)", "Left", show=False, id="logs.left", tooltip="Scroll to the left"),
        Binding("right", "sideways(1)", "Right", show=False, id="logs.right", tooltip="Scroll to the right"),
    ]

    def action_find(self, step: int) -> None:
        """`n` (1) goes to the next older hit, `N` (-1) to the next newer one."""
        step = -step
        if self.patterns and not self.find(step, around=False):
            other = "N finds newer ones" if step < 0 else "n finds older ones"
            self.app.notify(f"No {'older' if step < 0 else 'newer'} hit; {other}.", markup=False)
