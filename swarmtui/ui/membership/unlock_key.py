"""The unlock key: masked until a key reveals it for a short time; copied; rotated. A new one must be saved first."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from swarmtui.engine.polling.observation import Secret
from swarmtui.errors import SwarmtuiError
from swarmtui.ui.kit.dialogs.dialog import DialogScreen, leaving
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.membership.tokens import REVEALED_FOR

__all__ = ["UnlockKeyDialog"]

MASK = "SWMKEY-1-••••••••••••••••••••••••"
SAVED = "saved"
"""What must be typed below a new key."""


class KeyRow(Static, can_focus=True):
    """The key, or its mask."""


class UnlockKeyDialog(DialogScreen[bool]):
    """Shows the unlock key. Returns whether the user wants it rotated.

    Args:
        fresh: the key is new: it is shown at once, and the dialog stays until the user says that it is saved.
    """

    BINDINGS: ClassVar = [
        leaving("Close", "Close this"),
        Binding("v", "reveal", "Show or hide", id="unlock-key.reveal", tooltip="Show the key for 15 seconds"),
        Binding("c", "copy", "Copy", id="unlock-key.copy", tooltip="Copy the key"),
        Binding("r", "rotate", "Rotate", id="unlock-key.rotate", tooltip="Make a new key; the old one stops working"),
    ]

    def __init__(self, *, fresh: bool = False) -> None:
        super().__init__()
        self._fresh = fresh
        self._key: Secret | None = None
        self._failed = False
        self._revealed = False
        self._hide: Timer | None = None

    @property
    def heading(self) -> str:
        return "The new unlock key: save it now" if self._fresh else "Unlock key"

    @property
    def first_focus(self) -> str:
        return "#saved" if self._fresh else "#key"

    def compose_body(self) -> ComposeResult:
        yield Static(
            "A manager that restarts is locked until this key is typed there (docker swarm unlock). Keep it"
            " outside this swarm."
            "",
            classes="dim",
        )
        yield KeyRow(id="key", classes="token")

    def compose_foot(self) -> ComposeResult:
        with Vertical(classes="dialog-foot"):
            yield Static(id="said")
            if self._fresh:
                yield Input(id="saved", placeholder=f"type {SAVED} when it is, then Enter", max_length=20, compact=True)
                yield Static("tab to the key and back; there: v Show or hide   c Copy", classes="dim")
            else:
                yield Static("v Show or hide   c Copy   r Rotate   esc Close", classes="dim")

    def on_mount(self) -> None:
        self._draw()

    def show_key(self, key: Secret) -> None:
        """The swarm has answered."""
        self._key = key
        if self._failed:
            self._failed = False
            self._say("")
        if not key.reveal():
            self._say("There is none: autolock is off.")
        elif self._fresh:
            self.action_reveal()
        self._draw()

    def show_error(self, error: SwarmtuiError) -> None:
        """The swarm could not be asked."""
        self._failed = True
        self._say(f"✖ {error} Any manager shows it: docker swarm unlock-key.")
        self._draw()

    def conceal(self) -> None:
        """Mask the key at once."""
        if self._hide is not None:
            self._hide.stop()
            self._hide = None
            self._say("")
        self._revealed = False
        self._draw()

    def _draw(self) -> None:
        shown = "loading the key …"
        if self._failed:
            shown = ""
        elif self._key is not None:
            shown = self._key.reveal() if self._revealed else MASK if self._key.reveal() else ""
        for row in self.query(KeyRow):
            row.update(Content(visible(shown)))

    def action_reveal(self) -> None:
        if self._key is None or not self._key.reveal():
            return
        show = not self._revealed
        self.conceal()
        if show:
            self._revealed = True
            self._hide = self.set_timer(REVEALED_FOR, self.conceal)
            self._say(f"It is hidden again after {REVEALED_FOR:.0f} seconds.")
            self._draw()

    def action_copy(self) -> None:
        if self._key is not None and self._key.reveal():
            self.app.copy_to_clipboard(self._key.reveal())
            self._say("Key copied. If your terminal does not allow that, show and select it.")

    def action_rotate(self) -> None:
        if not self._fresh and self._key is not None and self._key.reveal():
            self.dismiss(True)

    def action_cancel(self) -> None:
        if self._must_be_saved:
            self._say(f"Save the key first; then type {SAVED} below. Without it a locked manager is lost.")
            self.query_one("#saved").focus()
        else:
            self.dismiss(False)

    @property
    def _must_be_saved(self) -> bool:
        return self._fresh and not self._failed and (self._key is None or bool(self._key.reveal()))

    @on(Input.Submitted, "#saved")
    def _said_saved(self, event: Input.Submitted) -> None:
        if event.value.strip().casefold().strip("\"'") == SAVED or not self._must_be_saved:
            self.dismiss(False)
        else:
            self._say(f"Type {SAVED} once the key is written down.")

    def _say(self, text: str) -> None:
        for line in self.query("#said").results(Static):
            line.update(Content(visible(text)))
