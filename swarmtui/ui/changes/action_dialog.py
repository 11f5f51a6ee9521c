"""The dialog that every change goes through: what will happen, the docker command for it, and a way back.

It returns the action to be done, or None, and does nothing itself. It acts on the object that it shows, by ID, whatever
happens to the cursor behind it; focus starts on Cancel, and Enter alone never changes anything.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from swarmtui.engine.polling.observation import Observation, Phase
from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions.action import Action, Consequence, Impact, Kind, Severity, Target
from swarmtui.swarm.actions.wording import named_apart
from swarmtui.swarm.cluster import Cluster
from swarmtui.ui.kit.dialogs.button import DialogButton, buttons
from swarmtui.ui.kit.dialogs.dialog import DialogScreen
from swarmtui.ui.kit.dialogs.difference import drawn, image_moved
from swarmtui.ui.kit.texts.text import visible

if TYPE_CHECKING:
    from swarmtui.swarm.specs.difference import DiffLine
    from swarmtui.ui.changes.several import Several

__all__ = ["READ_ONLY", "ActionDialog", "ConfirmDialog", "blocked_text", "read_only_text", "sign_of"]

READ_ONLY = "Read-only: this program was started with --read-only."

SIGNS = {Severity.NOTE: ("•", ""), Severity.WARNING: ("▲", "$text-warning"), Severity.DANGER: ("✖", "$text-error")}


def sign_of(consequence: Consequence) -> Content:
    """A consequence with its sign, so that how bad it is does not hang on colour alone."""
    sign, style = SIGNS[consequence.severity]
    text = f"{sign} {visible(consequence.text)}"
    return Content.styled(text, style) if style else Content(text)


def read_only_text(observation: Observation) -> str:
    """Why the program changes nothing, for as long as it runs."""
    if observation.connection.recorded:
        return "This is a record: nothing can be changed."
    because = observation.refuses_because
    return f"Read-only. {visible(because)} Edit the file, then start again." if because else READ_ONLY


def blocked_text(observation: Observation) -> str:
    """Why nothing can be changed now; "" when it can."""
    if observation.read_only:
        return read_only_text(observation)
    phase = observation.connection.phase(time.monotonic())
    if phase is Phase.LIVE:
        return ""
    if phase is Phase.STALE:
        return "The engine is slow to answer: what you see may be old. Changes are refused until it answers."
    return "The connection is lost; changes are refused until it is back."


class ActionDialog(DialogScreen["Action | None"]):
    """Base of the dialogs that end in an action. Subclasses say which one, and may let the user choose it.

    Args:
        observation: the newest that is known; `observe` brings later ones.

    Attributes:
        several: the objects that the choice is for, where that is more than the one shown; set before it is opened.
            A yes to what each of them gets is asked for afterwards.
    """

    OBSERVES_TIME: ClassVar = True

    BINDINGS: ClassVar = [
        Binding("c", "copy", "Copy", show=False, id="dialog.copy", tooltip="Copy the docker command"),
    ]

    def __init__(self, observation: Observation) -> None:
        super().__init__()
        self._observation = observation
        self._impact = Impact()
        self.several: Several | None = None
        self._offered: Action | None = None
        self._changed_lines: list[Content] = []
        self._judged_on: tuple[Cluster | None, str] | None = None
        self._filled_in = False

    def begin_with(self, given: Mapping[str, str]) -> None:
        """Begin with what somebody has found to help, by the names of the fields; before the dialog is opened.

        The focus is on Cancel then: Enter alone must change nothing.
        """
        self._filled_in = True

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

    @property
    def deed(self) -> str:
        """What is done, ending with the object's name: the title where there is no action yet for several objects."""
        return self.verb

    def compose_choice(self) -> Iterable[Widget]:
        """The widgets with which the user chooses; none for a plain confirmation."""
        return ()

    def title_for(self, action: Action) -> str:
        """The dialog's title when there is an action: what will be done."""
        return action.title

    def difference(self, action: Action) -> Sequence[DiffLine]:
        """What changes, line by line; () for what is told by its consequences alone."""
        return action.difference

    def shown_consequences(self, consequences: list[Content]) -> list[Content]:
        """The consequences as they are shown: a subclass may have something to say before them."""
        return consequences

    # ------------------------------------------------------------------------------------ the dialog

    def compose_body(self) -> ComposeResult:
        yield Static(id="subject", classes="dim")
        yield from self.compose_choice()
        yield Static(id="impact")
        yield Static(id="command", classes="command")
        yield Static(id="difference")

    def compose_foot(self) -> ComposeResult:
        """Why it cannot be done, where the name is typed of what must not be hit by mistake, and the buttons."""
        with Vertical(classes="dialog-foot"):
            yield Static(id="refusal")
            yield Input(id="typed", classes="hidden", compact=True)
            yield buttons("Cancel", self._button_words)

    def on_mount(self) -> None:
        self.show_action()
        self._offered = self._as_it_stands()

    @property
    def first_focus(self) -> str:
        """Cancel, unless the user has something to choose, or a name to type, before."""
        chosen = "#cancel" if self._filled_in else super().first_focus
        return "#typed" if self._impact.type_to_confirm and chosen == "#cancel" else chosen

    def observe(self, observation: Observation) -> None:
        """Judge the action again on what is known now. Called when time has passed, too."""
        self._observation = observation
        if self.is_mounted and self._judged_on != (observation.cluster, self._blocked()):
            self.show_action()

    def _named(self) -> Action:
        """The action as it stands, with a command that names no other object. Raises as `action` does."""
        return named_apart(self.action(), self._observation.cluster)

    def action_copy(self) -> None:
        """Send the docker command to the terminal, for its clipboard: with the values that are masked on the screen."""
        try:
            command = self._named().whole_command
        except ChangeRefused:
            return
        self.app.copy_to_clipboard(command)
        self.notify("Docker command copied (if your terminal allows it).", markup=False)

    def show_action(self) -> None:
        """Draw the action, its consequences and its command as they stand."""
        cluster, blocked = self._observation.cluster, self._blocked()
        self._judged_on = (cluster, blocked)
        refusals = [Content.styled(f"✖ {blocked}", "$text-error")] if blocked else []
        consequences: list[Content] = []
        try:
            action = self._named()
        except ChangeRefused as refusal:
            self._impact, self._changed_lines = Impact(), []
            refusals.append(Content.styled(visible(str(refusal)), "$text-warning"))
            heading = self.heading if self.several is None else self._deed_for_all(self.several)
            self._draw(heading, consequences, "", refusals, ready=False)
            return
        if self.several is not None:
            self._impact, self._changed_lines = Impact(), []
            lines, any_left = self.several.lines(action)
            title = self.several.heading(action.deed, action.target.name, action.target.kind)
            self._draw(title, lines, "", refusals, ready=not blocked and any_left)
            return
        self._impact = action.impact(self._observation.known_cluster)
        consequences = [sign_of(consequence) for consequence in self._impact.consequences]
        changed = self.difference(action)
        consequences += image_moved(changed)
        self._changed_lines = drawn(changed)
        self._draw(self.title_for(action), consequences, action.docker_command, refusals, ready=not blocked)

    def _draw(
        self, title: str, consequences: list[Content], command: str, refusals: list[Content], *, ready: bool
    ) -> None:
        target, several = self.target, self.several
        kind = "" if target.kind is Kind.SWARM else f"{target.kind.word} "
        self.query_one("#title", Static).update(Content(visible(title)))
        of_id = f"  ID {target.id}" if target.id and target.id != target.name else ""
        subject = f"{kind}{target.name}{of_id}" if several is None else several.subject
        self.query_one("#subject", Static).update(Content(visible(subject)))
        for place, lines in (
            ("#impact", self.shown_consequences(consequences)),
            ("#command", [Content(f"$ {visible(command)}")] if command else []),
            ("#difference", self._changed_lines),
            ("#refusal", refusals),
        ):
            text = self.query_one(place, Static)
            text.display = bool(lines)
            text.update(Content("\n").join(lines))
        typed = self.query_one("#typed", Input)
        typed.set_class(not self._impact.type_to_confirm, "hidden")
        if self._impact.type_to_confirm:
            typed.placeholder = f"type {visible(self._impact.type_to_confirm)} to confirm"
        confirm = self.query_one("#confirm", DialogButton)
        confirm.say(self._button_words)
        confirm.variant = "error" if self._impact.severity is Severity.DANGER else "primary"
        confirm.disabled = not ready or not self._typed_as_asked()
        if confirm.disabled and self.focused is None:
            self.query_one("#cancel").focus()

    @property
    def _button_words(self) -> str:
        if self.several is None:
            return self.verb
        return self.several.heading(self.verb, self.target.name, self.target.kind)

    def _deed_for_all(self, several: Several) -> str:
        return several.heading(self.deed, self.target.name, self.target.kind)

    def _blocked(self) -> str:
        return blocked_text(self._observation)

    def _typed_as_asked(self) -> bool:
        return self.query_one("#typed", Input).value.strip() == self._impact.type_to_confirm

    @on(Input.Changed, "#typed")
    def _typed(self) -> None:
        self.show_action()

    @on(Input.Submitted, "#typed")
    def _typed_out(self) -> None:
        self.focus_confirm()

    def focus_missing_or_confirm(self) -> None:
        """A field was left with Enter: on to the next one while something is missing, else to the button."""
        try:
            self.action()
        except ChangeRefused:
            self.focus_next()
        else:
            self.focus_confirm()

    def focus_confirm(self) -> None:
        """The user has chosen: on to the button that does it.

        To Cancel while that is off, and where all is as the dialog began: Enter alone must change nothing.
        """
        confirm = self.query_one("#confirm", Button)
        must_type = bool(self._impact.type_to_confirm)  # a name that is typed is a choice
        begun = not must_type and self._offered is not None and _are_alike(self._as_it_stands(), self._offered)
        if must_type and not self._typed_as_asked():
            self.query_one("#typed").focus()
        else:
            (self.query_one("#cancel") if confirm.disabled or begun else confirm).focus()

    def _as_it_stands(self) -> Action | None:
        """The action as it stands; None while there is none."""
        try:
            return self.action()
        except ChangeRefused:
            return None

    @on(Button.Pressed, "#confirm")
    def _confirmed(self) -> None:
        try:
            self.dismiss(self._named())
        except ChangeRefused:
            self.show_action()

    @property
    def unsaved(self) -> str:
        """What would be lost with this dialog, in a sentence; "" for nothing worth a question."""
        return ""

    def action_cancel(self) -> None:
        """Close this; what was typed is not thrown away unasked."""
        if self.unsaved:
            from swarmtui.ui.kit.dialogs.discard import DiscardDialog

            self.app.push_screen(DiscardDialog(self.unsaved), self._discard)
        else:
            self.dismiss(None)

    def _discard(self, sure: bool | None) -> None:
        if sure:
            self.dismiss(None)


def _are_alike(one: Action | None, other: Action) -> bool:
    """Whether two actions do the same. Equal ones may still differ in what is left out of comparing."""
    return one is not None and one == other and one.docker_command == other.docker_command


class ConfirmDialog(ActionDialog):
    """Asks for a yes to one action."""

    def __init__(self, action: Action, observation: Observation) -> None:
        super().__init__(observation)
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
