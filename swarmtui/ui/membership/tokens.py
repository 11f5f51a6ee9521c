"""Join tokens: masked until a key reveals them for a short time; copied as a whole join line; rotated."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from swarmtui.engine.polling.observation import JoinTokens, Secret
from swarmtui.errors import SwarmtuiError
from swarmtui.ui.kit.dialogs.dialog import DialogScreen, leaving
from swarmtui.ui.kit.texts.text import visible

__all__ = ["Role", "TokensDialog"]

REVEALED_FOR = 15.0
"""Seconds that a token stays readable after its key."""

Role = str
""" "worker" or "manager"."""

MASK = "SWMTKN-1-••••••••••••••••••••••••"


class TokenRow(Static, can_focus=True):
    """The join line of one role; remembers whether it may be read now."""

    def __init__(self, role: Role) -> None:
        super().__init__(id=role, classes="token")
        self.role = role
        self.revealed = False

    def show_line(self, tokens: JoinTokens | None) -> None:
        line = Content("loading the tokens …")
        if tokens is not None:
            token = _token(tokens, self.role)
            shown = token.reveal() if self.revealed else MASK
            line = Content(f"docker swarm join --token {shown} {tokens.address}")
        self.update(Content("\n").join([Content(f"To join as a {self.role}:"), line]))


def _token(tokens: JoinTokens, role: Role) -> Secret:
    return tokens.manager if role == "manager" else tokens.worker


class TokensDialog(DialogScreen["Role | None"]):
    """Shows the join tokens. Returns the role whose token the user wants rotated, or None."""

    BINDINGS: ClassVar = [
        leaving("Close", "Close this", more="q"),
        Binding("up,k,shift+tab", "app.focus_previous", show=False),
        Binding("down,j,tab", "app.focus_next", show=False),
        Binding("v", "reveal", "Show or hide", id="tokens.reveal", tooltip="Show the token for 15 seconds"),
        Binding("c", "copy", "Copy", id="tokens.copy", tooltip="Copy the whole join command"),
        Binding("r", "rotate", "Rotate", id="tokens.rotate", tooltip="Make a new token; the old one stops working"),
    ]

    HEADING: ClassVar = "Join tokens"
    FIRST_FOCUS: ClassVar = "TokenRow"

    def __init__(self) -> None:
        super().__init__()
        self._tokens: JoinTokens | None = None
        self._error: SwarmtuiError | None = None
        self._hide: Timer | None = None

    def compose_body(self) -> ComposeResult:
        yield Static("Anyone with a token who can reach a manager can join this swarm.", classes="dim")
        yield TokenRow("worker")
        yield TokenRow("manager")

    def compose_foot(self) -> ComposeResult:
        with Vertical(classes="dialog-foot"):
            yield Static(id="said")
            yield Static("↑↓ choose   v Show or hide   c Copy   r Rotate   esc Close", classes="dim")

    def on_mount(self) -> None:
        for row in self.query(TokenRow):
            row.show_line(self._tokens)
        if self._error is not None:
            self.show_error(self._error)

    def show_tokens(self, tokens: JoinTokens) -> None:
        """The swarm has answered."""
        self._tokens = tokens
        if self._error is not None:
            self._error = None
            self._say("")
        for row in self.query(TokenRow):
            row.display = True
            row.show_line(tokens)
        if self.focused is None:
            self.query(TokenRow).focus()

    def show_error(self, error: SwarmtuiError) -> None:
        """The swarm could not be asked."""
        self._error = error
        for row in self.query(TokenRow):
            row.display = False
        self._say(f"✖ {error}")

    def conceal(self) -> None:
        """Mask every token at once."""
        if self._hide is not None:
            self._hide.stop()
            self._hide = None
            self._say("")
        for row in self.query(TokenRow):
            row.revealed = False
            row.show_line(self._tokens)

    def action_reveal(self) -> None:
        row = self.focused
        if not isinstance(row, TokenRow) or self._tokens is None:
            return
        show = not row.revealed
        self.conceal()
        if show:
            row.revealed = True
            row.show_line(self._tokens)
            self._hide = self.set_timer(REVEALED_FOR, self.conceal)
            self._say(f"It is hidden again after {REVEALED_FOR:.0f} seconds.")

    def action_copy(self) -> None:
        row = self.focused
        if not isinstance(row, TokenRow) or self._tokens is None:
            return
        token = _token(self._tokens, row.role).reveal()
        self.app.copy_to_clipboard(f"docker swarm join --token {token} {self._tokens.address}")
        self._say(f"Join command for a {row.role} copied. If your terminal does not allow that, show and select it.")

    def action_rotate(self) -> None:
        if isinstance(self.focused, TokenRow) and self._tokens is not None:
            self.dismiss(self.focused.role)

    def _say(self, text: str) -> None:
        for line in self.query("#said").results(Static):  # none when this was closed before the engine gave up
            line.update(Content(visible(text)))
