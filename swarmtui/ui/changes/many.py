"""The same change of many objects: one dialog, a line for each; and afterwards what was not done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from swarmtui.engine.polling.observation import Observation
from swarmtui.swarm.actions.action import Action, Impact, Severity
from swarmtui.swarm.actions.judging import SetImpact, impact_of_set
from swarmtui.swarm.actions.ordering import order_of_sending
from swarmtui.swarm.actions.wording import named_apart
from swarmtui.swarm.services.change import ServiceChange
from swarmtui.ui.changes.action_dialog import blocked_text, sign_of
from swarmtui.ui.changes.operation import Batch
from swarmtui.ui.changes.several import title_of
from swarmtui.ui.kit.dialogs.button import DialogButton, buttons
from swarmtui.ui.kit.dialogs.dialog import DialogScreen, leaving
from swarmtui.ui.kit.dialogs.difference import drawn
from swarmtui.ui.kit.texts.text import visible

__all__ = ["FailuresDialog", "ManyDialog", "line_of"]


class ManyDialog(DialogScreen["tuple[Action, ...] | None"]):
    """Asks for a yes to several actions, which are judged as the set that they are.

    Args:
        actions: one for each object; they are sent in an order of their own (`order_of_sending`).
        left_out: why others that were marked are not among them, a sentence each.
        observation: the newest that is known.
    """

    BOX: ClassVar = "wide"

    OBSERVES_TIME: ClassVar = True

    def __init__(self, actions: Sequence[Action], left_out: Sequence[str], observation: Observation) -> None:
        super().__init__()
        named = [named_apart(action, observation.cluster) for action in actions]
        self._sending = order_of_sending(named, observation.cluster)
        self._actions = self._sending.actions
        self._left_out = tuple(left_out)
        self._observation = observation
        self._impact = SetImpact((), (), must_type=False)

    @property
    def heading(self) -> str:
        return title_of(self._actions)

    @property
    def first_focus(self) -> str:
        return "#typed" if self._must_type else "#cancel"

    def compose_body(self) -> ComposeResult:
        yield Static(id="impact")
        yield Static(Content(self._commands()), classes="command")

    def compose_foot(self) -> ComposeResult:
        with Vertical(classes="dialog-foot"):
            yield Static(id="refusal")
            yield Input(id="typed", classes="hidden", compact=True)
            yield buttons("Cancel", title_of(self._actions))

    def on_mount(self) -> None:
        self._judge()

    def observe(self, observation: Observation) -> None:
        """Judge again on what is known now."""
        moved = observation.cluster is not self._observation.cluster
        self._observation = observation
        if self.is_mounted:
            if moved:
                self._judge()
            else:
                self._switch()

    def _commands(self) -> str:
        return "\n".join(f"$ {visible(command)}" for command in self._sending.commands)

    def _judge(self) -> None:
        cluster, lines = self._observation.cluster, list[Content]()
        nothing = SetImpact((), tuple(Impact() for _ in self._actions), must_type=False)
        self._impact = impact_of_set(self._actions, cluster) if cluster is not None else nothing
        lines += [sign_of(consequence) for consequence in self._impact.consequences]
        for action, remarks in zip(self._actions, self._impact.remarks, strict=True):
            lines += [line_of(action, remarks), *_values_of(action)]
        lines += [Content.styled(f"– left out: {visible(text)}", "$text-muted") for text in self._left_out]
        self.query_one("#impact", Static).update(Content("\n").join(lines))
        typed = self.query_one("#typed", Input)
        typed.set_class(not self._must_type, "hidden")
        typed.placeholder = f"type {len(self._actions)} to confirm"
        self._switch()

    @property
    def _must_type(self) -> bool:
        return self._impact.must_type

    def _switch(self) -> None:
        """Let the button work, or not."""
        confirm = self.query_one("#confirm", DialogButton)
        blocked = blocked_text(self._observation)
        confirm.variant = "error" if self._impact.severity is Severity.DANGER else "primary"
        typed = not self._must_type or self.query_one("#typed", Input).value.strip() == str(len(self._actions))
        confirm.disabled = bool(blocked) or not typed
        said = self.query_one("#refusal", Static)
        said.display = bool(blocked)
        said.update(Content.styled(f"✖ {blocked}", "$text-error"))
        if confirm.disabled and self.focused is None:
            self.query_one("#cancel").focus()

    @on(Input.Changed, "#typed")
    def _typed(self) -> None:
        self._switch()

    @on(Button.Pressed, "#confirm")
    def _confirmed(self) -> None:
        self.dismiss(self._actions)


def line_of(action: Action, remarks: Impact) -> Content:
    """What is done to one object, and what that alone has to say for itself."""
    title = Content.styled(visible(action.title), "bold")
    serious = [consequence for consequence in remarks.consequences if consequence.severity > Severity.NOTE]
    return Content("\n").join([title, *(Content("  ") + sign_of(consequence) for consequence in serious)])


def _values_of(action: Action) -> list[Content]:
    """What becomes of each value, where the title names the field alone."""
    if not isinstance(action, ServiceChange) or action.title != action.deed:
        return []
    return [Content("  ") + line for line in drawn(action.difference)]


class FailuresDialog(DialogScreen[None]):
    """Tells which objects of a batch were not changed, and why.

    Args:
        batch: it is over.
    """

    BINDINGS: ClassVar = [leaving("Close", "Close this", more="enter,q")]

    BOX: ClassVar = "wide"
    KEYS_LINE: ClassVar = "↑↓ scroll   esc Close"
    FIRST_FOCUS: ClassVar = ""

    def __init__(self, batch: Batch) -> None:
        super().__init__()
        self._batch = batch

    @property
    def heading(self) -> str:
        return f"{self._batch.title}: {len(self._batch.failed)} of {self._batch.of} failed"

    def compose_body(self) -> ComposeResult:
        yield Static("The others were done. These are still marked, so you can try again.", classes="dim")
        lines = [
            Content.assemble((f"✖ {visible(each.title)}", "$text-error"), f"\n  {visible(each.text)}")
            for each in self._batch.failed
        ]
        yield Static(Content("\n").join(lines), id="impact")
