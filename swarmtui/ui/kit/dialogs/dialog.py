"""What all dialogs have in common, so that each says only what is its own.

A dialog is one box (`.dialog`). Its title (`.dialog-title`) stays at the top, its foot (`.dialog-foot`, or `.buttons`
or `.keys-line` alone) at the bottom; what is between them scrolls where the terminal is too low (styles/dialogs.tcss).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.css.query import NoMatches
from textual.notifications import Notification
from textual.screen import ModalScreen, ScreenResultType
from textual.widget import Widget
from textual.widgets import Button, Static

from swarmtui.ui.kit.dialogs.box import DialogBox
from swarmtui.ui.kit.partial_updates import ChangesOnly
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.kit.textual_internals import draw_by, present_notices_anew

__all__ = ["DialogScreen", "leaving"]

SIGNS = {"information": ("", ""), "warning": ("▲ ", "$text-warning"), "error": ("✖ ", "$text-error")}


def leaving(words: str, meaning: str, *, more: str = "", id: str = "dialog.cancel") -> Binding:
    """The keys that leave a dialog, where they mean something else than to cancel.

    Args:
        words: in a word or two.
        meaning: for the help.
        more: keys beside escape and ctrl+c: "q".
    """
    return Binding(f"escape,ctrl+c{more and ','}{more}", "cancel", words, id=id, tooltip=meaning)


class DialogScreen(ModalScreen[ScreenResultType]):
    """Base of all dialogs. A subclass says its title, what stands between title and foot, and what it returns.

    Left by escape, or by a button `#cancel`, it returns None. Notices that arrive while it is open stand in a line of
    its own above the foot: a toast would cover its buttons.
    """

    BINDINGS: ClassVar = [
        Binding(
            "question_mark,f1", "app.help", "Help", show=False, id="dialog.help", tooltip="What the keys do here (f1)"
        ),
        leaving("Cancel", "Close without changes"),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("pageup", "scroll(-1, True)", show=False),
        Binding("pagedown", "scroll(1, True)", show=False),
    ]

    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]  # noqa: RUF012 - Textual declares it without ClassVar

    HEADING: ClassVar = ""
    """Its title, where that is always the same."""
    BOX: ClassVar = ""
    """More classes of its box: "wide"."""
    KEYS_LINE: ClassVar = ""
    """Its foot, where that is only a line that says what keys do."""
    OBSERVES_TIME: ClassVar = False
    """Whether its `observe` is called once a second, too: that an engine's answer is overdue is no news."""
    FIRST_FOCUS: ClassVar = "#cancel"
    """What has the focus at first, where that is always the same: Cancel, unless something is chosen before; "" where
    nothing can have it."""

    def __init__(self) -> None:
        super().__init__()
        draw_by(self, ChangesOnly())
        self._opened = time.time()
        self._notice: Static | None = None

    # ------------------------------------------------------------------------------------ for subclasses

    @property
    def is_open(self) -> bool:
        """Whether it is still among the screens. One that was left loses its parts before its workers end."""
        return self.is_mounted and self in self.app.screen_stack

    @property
    def heading(self) -> str | Content:
        """Its title."""
        return self.HEADING

    @property
    def first_focus(self) -> str:
        """What has the focus at first, as a selector."""
        return self.FIRST_FOCUS

    def compose_body(self) -> ComposeResult:
        """What stands between title and foot."""
        return ()

    def compose_foot(self) -> ComposeResult:
        """What stays at the bottom: a `.dialog-foot`, or `.buttons` alone."""
        if self.KEYS_LINE:
            yield Static(Content(self.KEYS_LINE), classes="dim keys-line")

    def meanings(self) -> Mapping[str, str]:
        """What its fields take and mean, by their labels: for the help."""
        return {}

    @property
    def waits(self) -> bool:
        """Whether it waits for a node to be reached: then what SSH asks on the way there is laid upon it. Else it
        would wait in vain; and what is typed in a dialog is no answer."""
        return False

    # ------------------------------------------------------------------------------------ the dialog

    def compose(self) -> ComposeResult:
        heading = self.heading
        with DialogBox(classes=f"dialog {self.BOX}".rstrip()):
            title = Content(visible(heading)) if isinstance(heading, str) else heading
            yield Static(title, id="title", classes="dialog-title")
            yield from self.compose_body()
            yield from self.compose_foot()

    def on_mount(self) -> None:
        # Textual calls this after the subclass's own `on_mount`: the dialog stands as it begins by then.
        if self.first_focus:
            self.query(self.first_focus).first().focus()

    @on(Button.Pressed, "#cancel")
    def _cancel_pressed(self) -> None:
        self.action_cancel()

    def action_cancel(self) -> None:
        """Leave it."""
        self.dismiss(None)

    # ------------------------------------------------------------------------------------ scrolling

    @property
    def box(self) -> Widget:
        """The dialog itself, which scrolls."""
        return self.query_one(".dialog")

    def action_scroll(self, step: int, page: bool = False) -> None:
        """Read on between title and foot: so many lines, or pages."""
        box = self.box
        docked = sum(widget.outer_size.height for widget in self._docked())
        lines = max(1, box.size.height - docked - 1) if page else 1
        box.scroll_relative(y=step * lines, animate=False)

    def _docked(self) -> list[Widget]:
        return [widget for widget in self.box.children if widget.styles.dock != "none" and widget.display]

    # ------------------------------------------------------------------------------------ notices

    def show_notices(self, notifications: Iterable[Notification]) -> None:
        """Show the newest notice that came while this is open; none once it is over."""
        mine = [each for each in notifications if each.raised_at >= self._opened]
        try:
            box = self.box
        except NoMatches:  # it is about to be composed, or has just been removed
            return
        if self._notice is None:
            if not mine:
                return
            self._notice = Static(classes="dialog-notice")
            box.mount(self._notice)
        self._notice.display = bool(mine)
        if mine:
            newest = max(mine, key=lambda each: each.raised_at)
            sign, style = SIGNS[newest.severity]
            title = f"{visible(newest.title)}: " if newest.title else ""
            self._notice.update(Content.styled(f"{sign}{title}{visible(newest.message)}", style))
            foot = [each for each in self._docked() if each.styles.dock == "bottom" and each is not self._notice]
            below = max((each.outer_size.height + each.styles.margin.height for each in foot), default=0)
            self._notice.styles.margin = (0, 0, below, 0)
            self.set_timer(max(0.0, newest.time_left), self._look_at_notices)

    def _look_at_notices(self) -> None:
        present_notices_anew(self.app)
