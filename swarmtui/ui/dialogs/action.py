"""The dialog that every change goes through: what will happen, the docker command for it, and a way back.

It returns the action to be done, or None, and does nothing itself. It acts on the object that it shows, by ID, whatever
happens to the cursor behind it; focus starts on Cancel, and Enter alone never changes anything.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from swarmtui.engine.observation import Observation, Phase
from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions.action import Action, Finding, Impact, Kind, Severity, Target
from swarmtui.swarm.actions.service_change import ServiceChange
from swarmtui.swarm.cluster import Cluster
from swarmtui.ui.dialogs.button import DialogButton
from swarmtui.ui.dialogs.difference import drawn
from swarmtui.ui.text import visible

__all__ = ["READ_ONLY", "ActionDialog", "ConfirmDialog", "blocked_text", "sign_of"]

READ_ONLY = "Read-only: this program was started with --read-only."

MOST_PERCENT = 94
"""How much of the screen's height a dialog takes at most (styles/dialogs.tcss)."""

SIGNS = {Severity.NOTE: ("•", ""), Severity.WARNING: ("▲", "$text-warning"), Severity.DANGER: ("✖", "$text-error")}


def sign_of(finding: Finding) -> Content:
    """A consequence with its sign, so that how bad it is does not hang on colour alone."""
    sign, style = SIGNS[finding.severity]
    text = f"{sign} {visible(finding.text)}"
    return Content.styled(text, style) if style else Content(text)


def blocked_text(observation: Observation, *, read_only: bool) -> str:
    """Why nothing can be changed now; "" when it can."""
    if read_only:
        return READ_ONLY
    phase = observation.connection.phase(time.monotonic())
    if phase is Phase.LIVE:
        return ""
    if phase is Phase.STALE:
        return "The engine is slow to answer: what you see may be old. Changes are refused until it answers."
    return "The connection is lost; changes are refused until it is back."


class ActionDialog(ModalScreen["Action | None"]):
    """Base of the dialogs that end in an action. Subclasses say which one, and may let the user choose it.

    Args:
        observation: the newest that is known; `observe` brings later ones.
        read_only: the gateway will refuse, so the button is off and the reason stands beside it.
    """

    BINDINGS: ClassVar = [
        Binding("escape,ctrl+c", "cancel", "Cancel", id="dialog.cancel", tooltip="Close this and change nothing"),
        Binding("c", "copy", "Copy", show=False, id="dialog.copy", tooltip="Send the docker command to the clipboard"),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
        Binding("pageup", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(1)", show=False),
    ]

    FIRST_FOCUS: ClassVar = "#cancel"
    """What has the focus at first: Cancel, unless the user has something to choose before."""

    def __init__(self, observation: Observation, *, read_only: bool = False) -> None:
        super().__init__()
        self._observation = observation
        self._read_only = read_only
        self._impact = Impact()
        self._judged_on: tuple[Cluster | None, str] | None = None

    # ------------------------------------------------------------------------------------ for subclasses

    @abstractmethod
    def action(self) -> Action:
        """The action as it stands. Raises ChangeRefused with the reason when there is none (yet)."""

    @property
    @abstractmethod
    def heading(self) -> str:
        """What this is about, when there is no action yet to say it."""

    @property
    @abstractmethod
    def target(self) -> Target:
        """What will be changed."""

    @property
    @abstractmethod
    def verb(self) -> str:
        """The words on the button: "Scale web"."""

    def compose_choice(self) -> Iterable[Widget]:
        """The widgets with which the user chooses; none for a plain confirmation."""
        return ()

    def shown_findings(self, findings: list[Content]) -> list[Content]:
        """The consequences as they are shown: a subclass may have something to say before them."""
        return findings

    # ------------------------------------------------------------------------------------ the dialog

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(id="title", classes="dialog-title")
            yield Static(id="subject", classes="dim")
            yield from self.compose_choice()
            with VerticalScroll(id="findings", can_focus=False):
                yield Static(id="impact")
            yield Static(id="command", classes="command")
            yield Input(id="typed", classes="hidden", compact=True)
            with Horizontal(classes="buttons"):
                yield DialogButton("Cancel", id="cancel")
                yield DialogButton(self.verb, id="confirm")

    def on_mount(self) -> None:
        self.screen_layout_refresh_signal.subscribe(self, self._make_room)
        self.show_action()
        self.query_one(self.FIRST_FOCUS).focus()

    def observe(self, observation: Observation) -> None:
        """Judge the action anew on what is known now. Called when time has passed, too."""
        self._observation = observation
        if self.is_mounted and self._judged_on != (observation.cluster, self._blocked()):
            self.show_action()

    def _make_room(self, _: object = None) -> None:
        """Let the findings have what the rest leaves of the screen, so that the buttons are always in sight."""
        dialog, findings = self.query_one(".dialog"), self.query_one("#findings")
        rest = dialog.virtual_size.height - findings.outer_size.height
        room = max(1, self.size.height * MOST_PERCENT // 100 - dialog.gutter.height - rest)
        limit = findings.styles.max_height
        if limit is None or limit.value != room:
            findings.styles.max_height = room

    def action_copy(self) -> None:
        """Send the docker command to the terminal, for its clipboard: with the values that are masked on the screen."""
        try:
            command = self.action().whole_command
        except ChangeRefused:
            return
        self.app.copy_to_clipboard(command)
        self.notify("The docker command was sent to the terminal's clipboard.", markup=False)

    def action_scroll(self, pages: int) -> None:
        """Read on in the consequences."""
        findings = self.query_one("#findings", VerticalScroll)
        findings.scroll_relative(y=pages * max(1, findings.size.height - 1), animate=False)

    def show_action(self) -> None:
        """Draw the action, its consequences and its command as they stand."""
        cluster, blocked = self._observation.cluster, self._blocked()
        self._judged_on = (cluster, blocked)
        findings = [Content.styled(f"✖ {blocked}", "$text-error")] if blocked else []
        try:
            action = self.action()
        except ChangeRefused as refusal:
            self._impact = Impact()
            findings.append(Content.styled(visible(str(refusal)), "$text-warning"))
            self._draw(self.heading, findings, "", ready=False)
            return
        self._impact = action.impact(self._observation.ground)
        findings += [sign_of(finding) for finding in self._impact.findings]
        if isinstance(action, ServiceChange):
            findings += drawn(action.difference)
        self._draw(action.title, findings, action.docker_command, ready=not blocked)

    def _draw(self, title: str, findings: list[Content], command: str, *, ready: bool) -> None:
        target = self.target
        kind = "" if target.kind is Kind.SWARM else f"{target.kind.word} "
        self.query_one("#title", Static).update(Content(visible(title)))
        of_id = f"  ID {target.id}" if target.id and target.id != target.name else ""
        self.query_one("#subject", Static).update(Content(visible(f"{kind}{target.name}{of_id}")))
        self.query_one("#impact", Static).update(Content("\n").join(self.shown_findings(findings)))
        self.query_one("#command", Static).update(Content(f"$ {visible(command)}" if command else ""))
        typed = self.query_one("#typed", Input)
        typed.set_class(not self._impact.type_to_confirm, "hidden")
        if self._impact.type_to_confirm:
            typed.placeholder = f"type {visible(self._impact.type_to_confirm)} to confirm"
        confirm = self.query_one("#confirm", DialogButton)
        confirm.say(self.verb)
        confirm.variant = "error" if self._impact.severity is Severity.DANGER else "primary"
        confirm.disabled = not ready or not self._typed_as_asked()
        if confirm.disabled and self.focused is None:
            self.query_one("#cancel").focus()

    def _blocked(self) -> str:
        return blocked_text(self._observation, read_only=self._read_only)

    def _typed_as_asked(self) -> bool:
        return self.query_one("#typed", Input).value.strip() == self._impact.type_to_confirm

    @on(Input.Changed, "#typed")
    def _typed(self) -> None:
        self.show_action()

    @on(Input.Submitted, "#typed")
    def _typed_out(self) -> None:
        self.focus_confirm()

    def focus_confirm(self) -> None:
        """The user has chosen: on to the button that does it, or to Cancel while that is off."""
        confirm = self.query_one("#confirm", Button)
        (self.query_one("#cancel") if confirm.disabled else confirm).focus()

    @on(Button.Pressed, "#confirm")
    def _confirmed(self) -> None:
        try:
            self.dismiss(self.action())
        except ChangeRefused:
            self.show_action()

    @on(Button.Pressed, "#cancel")
    def _cancel_pressed(self) -> None:
        self.action_cancel()

    def action_cancel(self) -> None:
        self.dismiss(None)


class ConfirmDialog(ActionDialog):
    """Asks for a yes to one action."""

    BINDINGS: ClassVar = [
        Binding("up,k", "scroll(-1)", show=False),
        Binding("down,j", "scroll(1)", show=False),
    ]

    def __init__(self, action: Action, observation: Observation, *, read_only: bool = False) -> None:
        super().__init__(observation, read_only=read_only)
        self._action = action

    def action(self) -> Action:
        return self._action

    @property
    def heading(self) -> str:
        return self._action.title

    @property
    def target(self) -> Target:
        return self._action.target

    @property
    def verb(self) -> str:
        return self._action.button
