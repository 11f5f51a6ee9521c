"""The same change of many objects: one dialog, a line for each; and afterwards what was not done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from swarmtui.engine.observation import Observation
from swarmtui.swarm.actions.action import Action, Impact, Severity
from swarmtui.ui.dialogs.action import blocked_text, sign_of
from swarmtui.ui.dialogs.button import DialogButton
from swarmtui.ui.operations import Batch
from swarmtui.ui.text import visible

__all__ = ["FailuresDialog", "ManyDialog", "title_of"]


def title_of(actions: Sequence[Action]) -> str:
    """ "Drain 3 nodes": of actions that differ in their object alone."""
    first = actions[0]
    kinds = {action.target.kind.word for action in actions}
    verb = first.button.removesuffix(f" {first.target.name}")
    word = f"{kinds.pop()}s" if len(kinds) == 1 else "objects"
    return f"{verb} {len(actions)} {word}"


class ManyDialog(ModalScreen["tuple[Action, ...] | None"]):
    """Asks for a yes to several actions. Each is judged on what the ones before it will have done.

    Args:
        actions: one for each object.
        left_out: why others that were marked are not among them, a sentence each.
        observation: the newest that is known.
        read_only: the gateway will refuse.
    """

    BINDINGS: ClassVar = [
        Binding("escape,ctrl+c", "cancel", "Cancel", id="dialog.cancel", tooltip="Close this and change nothing"),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
        Binding("pageup,up,k", "scroll(-1)", show=False),
        Binding("pagedown,down,j", "scroll(1)", show=False),
    ]

    def __init__(
        self, actions: Sequence[Action], left_out: Sequence[str], observation: Observation, *, read_only: bool = False
    ) -> None:
        super().__init__()
        self._actions = tuple(actions)
        self._left_out = tuple(left_out)
        self._observation = observation
        self._read_only = read_only
        self._impacts: tuple[Impact, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Static(Content(title_of(self._actions)), classes="dialog-title")
            with VerticalScroll(id="findings", can_focus=False):
                yield Static(id="impact")
            yield Static(Content(self._commands()), classes="command")
            yield Input(id="typed", classes="hidden", compact=True)
            with Horizontal(classes="buttons"):
                yield DialogButton("Cancel", id="cancel")
                yield DialogButton(title_of(self._actions), id="confirm")

    def on_mount(self) -> None:
        self._judge()
        self.query_one("#cancel").focus()

    def observe(self, observation: Observation) -> None:
        """Judge anew on what is known now."""
        moved = observation.cluster is not self._observation.cluster
        self._observation = observation
        if self.is_mounted:
            if moved:
                self._judge()
            else:
                self._switch()

    def _commands(self) -> str:
        first = f"$ {visible(self._actions[0].docker_command)}"
        return f"{first}\n  … and {len(self._actions) - 1} more, one after another"

    def _judge(self) -> None:
        cluster, impacts, lines = self._observation.cluster, [], list[Content]()
        for action in self._actions:
            impact = action.impact(cluster) if cluster is not None else Impact()
            impacts.append(impact)
            lines.append(_line(action, impact))
            cluster = action.expected(cluster) if cluster is not None else None
        self._impacts = tuple(impacts)
        lines += [Content.styled(f"– left out: {visible(text)}", "$text-muted") for text in self._left_out]
        self.query_one("#impact", Static).update(Content("\n").join(lines))
        typed = self.query_one("#typed", Input)
        typed.set_class(not self._must_type, "hidden")
        typed.placeholder = f"type {len(self._actions)} to confirm"
        self._switch()

    @property
    def _must_type(self) -> bool:
        return any(impact.type_to_confirm for impact in self._impacts)

    def _switch(self) -> None:
        """Let the button work, or not."""
        confirm = self.query_one("#confirm", DialogButton)
        blocked = blocked_text(self._observation, read_only=self._read_only)
        worst = max((impact.severity for impact in self._impacts), default=Severity.NOTE)
        confirm.variant = "error" if worst is Severity.DANGER else "primary"
        typed = not self._must_type or self.query_one("#typed", Input).value.strip() == str(len(self._actions))
        confirm.disabled = bool(blocked) or not typed
        confirm.tooltip = Content(blocked) if blocked else None
        if confirm.disabled and self.focused is None:
            self.query_one("#cancel").focus()

    @on(Input.Changed, "#typed")
    def _typed(self) -> None:
        self._switch()

    def action_scroll(self, pages: int) -> None:
        findings = self.query_one("#findings", VerticalScroll)
        findings.scroll_relative(y=pages * max(1, findings.size.height - 1), animate=False)

    @on(Button.Pressed, "#confirm")
    def _confirmed(self) -> None:
        self.dismiss(self._actions)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)


def _line(action: Action, impact: Impact) -> Content:
    """What is done to one object, and the worst of what that means."""
    title = Content.styled(visible(action.title), "bold")
    serious = [finding for finding in impact.findings if finding.severity > Severity.NOTE]
    shown = serious or list(impact.findings[:1])
    return Content("\n").join([title, *(Content("  ") + sign_of(finding) for finding in shown)])


class FailuresDialog(ModalScreen[None]):
    """Tells which objects of a batch were not changed, and why.

    Args:
        batch: it is over.
    """

    BINDINGS: ClassVar = [
        Binding("escape,enter,q,ctrl+c", "close", "Close", id="dialog.cancel", tooltip="Close this"),
        Binding("pageup,up,k", "scroll(-1)", show=False),
        Binding("pagedown,down,j", "scroll(1)", show=False),
    ]

    def __init__(self, batch: Batch) -> None:
        super().__init__()
        self._batch = batch

    def compose(self) -> ComposeResult:
        batch = self._batch
        lines = [
            Content.assemble((f"✖ {visible(each.title)}", "$text-error"), f"\n  {visible(each.text)}")
            for each in batch.failed
        ]
        with Vertical(classes="dialog wide"):
            yield Static(Content(f"{batch.title}: {len(batch.failed)} of {batch.of} failed"), classes="dialog-title")
            yield Static(
                "The others were done. These are marked still, so that they can be tried again.", classes="dim"
            )
            with VerticalScroll(id="findings"):
                yield Static(Content("\n").join(lines))
            yield Static("esc Close", classes="dim")

    def on_mount(self) -> None:
        self.query_one("#findings").focus()

    def action_scroll(self, pages: int) -> None:
        self.query_one("#findings", VerticalScroll).scroll_relative(y=pages, animate=False)

    def action_close(self) -> None:
        self.dismiss(None)
