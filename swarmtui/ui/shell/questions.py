"""What only the user can answer on the way to an engine: host keys, passphrases, passwords, codes.

An answer goes to whoever asked, and nowhere else: it is not kept, not logged and not shown. Texts of servers are data.
A question that is taken back, since the connection broke meanwhile, takes its dialog with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from swarmtui.tunnel.questions import (
    HostKeyQuestion,
    OpenQuestion,
    PassphraseQuestion,
    PasswordQuestion,
    Prompt,
    PromptsQuestion,
)
from swarmtui.ui.kit.dialogs.button import buttons
from swarmtui.ui.kit.dialogs.dialog import DialogScreen, leaving
from swarmtui.ui.kit.texts.text import visible

__all__ = ["HostKeyDialog", "PromptsDialog", "QuestionDialog", "SecretDialog", "dialog_for"]

TYPE_IT = "type it, then Enter"
ONLY_HERE = "It is kept in memory only."


class QuestionDialog(DialogScreen[None]):
    """Base: shows one open question, and declines it when it is closed.

    Args:
        open_question: whom the answer goes to.
    """

    BINDINGS: ClassVar = [leaving("Decline", "Close this without an answer", id="question.decline")]

    NO: ClassVar = "Cancel"
    YES: ClassVar = "Continue"
    FIRST_FOCUS: ClassVar = "Input"

    def __init__(self, open_question: OpenQuestion) -> None:
        super().__init__()
        self.open_question = open_question

    # ------------------------------------------------------------------------------------ for subclasses

    def compose_question(self) -> Iterable[Widget]:
        """What is asked, and where the answer is typed."""
        raise NotImplementedError

    def answer(self) -> bool | str | tuple[str, ...]:
        """The answer that yes stands for."""
        raise NotImplementedError

    # ------------------------------------------------------------------------------------ the dialog

    def compose_body(self) -> ComposeResult:
        with Vertical(id="question"):
            yield from self.compose_question()

    def compose_foot(self) -> ComposeResult:
        yield buttons(self.NO, self.YES)

    def on_mount(self) -> None:
        self.look_again()

    def look_again(self) -> None:
        """Close this when the question was taken back."""
        if not self.open_question.is_open:
            self._leave()

    @on(Button.Pressed, "#confirm")
    def _confirmed(self) -> None:
        self.open_question.answer(self.answer())
        self._leave()

    def action_cancel(self) -> None:
        self.open_question.decline()
        self._leave()

    def _leave(self) -> None:
        """Close this, once: `dismiss` takes away whatever lies on top."""
        if self.app.screen_stack[-1:] == [self]:
            self.dismiss()


class HostKeyDialog(QuestionDialog):
    """Is this really the host? Focus starts on No."""

    NO: ClassVar = "No"
    YES: ClassVar = "Yes, trust it"
    FIRST_FOCUS: ClassVar = "#cancel"

    def __init__(self, open_question: OpenQuestion, question: HostKeyQuestion) -> None:
        super().__init__(open_question)
        self._question = question

    @property
    def heading(self) -> str:
        return f"Is this {self._question.host}? Its host key is unknown"

    def compose_question(self) -> Iterable[Widget]:
        asked = self._question
        rows = [("host", asked.host), ("address", asked.address)]
        rows += [("way", asked.way)] if asked.way else []
        rows += [("key", asked.kind), ("fingerprint", asked.fingerprint), ("yes adds it to", _tilde(asked.file))]
        yield _lines([Content.assemble((f"{name:<15}", "dim"), visible(value)) for name, value in rows])
        if asked.others:
            known = ", ".join(asked.others)
            warning = f"▲ This host is known with other keys ({visible(known)}): did it get a new one?"
            yield _lines([Content.styled(warning, "$text-warning")])
        yield _lines(
            [
                Content("Somebody in between could present their own key. Compare the fingerprint with the host's:"),
                Content.styled("$ ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub", "$text-accent"),
            ]
        )

    def meanings(self) -> Mapping[str, str]:
        return {
            "fingerprint": "What ssh-keygen -lf prints on the host itself; a different one means a different machine",
            "yes adds it to": "The known_hosts file that ssh also reads; No changes nothing",
        }

    def answer(self) -> bool:
        return True


class AnswerInput(Input):
    """A line for an answer: what is typed in secret cannot be copied out of it."""

    BINDINGS: ClassVar = [
        Binding("ctrl+c", "screen.cancel", "Decline", show=False, id="question.leave", tooltip="Close the question"),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    def action_copy(self) -> None:
        if not self.password:
            super().action_copy()

    def action_cut(self) -> None:
        if not self.password:
            super().action_cut()


class SecretDialog(QuestionDialog):
    """The passphrase of a key, or the password of a user."""

    def __init__(self, open_question: OpenQuestion, question: PassphraseQuestion | PasswordQuestion) -> None:
        super().__init__(open_question)
        self._question = question

    @property
    def heading(self) -> str:
        asked = self._question
        if isinstance(asked, PassphraseQuestion):
            return f"Passphrase of the key {_tilde(asked.file)}"
        return f"Password of {asked.user} on {asked.host}"

    def compose_question(self) -> Iterable[Widget]:
        asked = self._question
        if asked.attempt > 1:
            again = f"✖ That was not right. Attempt {asked.attempt} of {asked.attempts}."
            yield _lines([Content.styled(again, "$text-error")])
        yield AnswerInput(password=True, compact=True, placeholder=TYPE_IT, classes="answer alone")
        yield _lines([Content.styled(ONLY_HERE, "dim")])

    def answer(self) -> str:
        return self.query_one(Input).value

    @on(Input.Submitted)
    def _typed(self) -> None:
        self._confirmed()


class PromptsDialog(QuestionDialog):
    """What a server asks by itself: several lines at a time, perhaps."""

    def __init__(self, open_question: OpenQuestion, question: PromptsQuestion) -> None:
        super().__init__(open_question)
        self._question = question

    @property
    def heading(self) -> str:
        return f"{self._question.host} asks {self._question.user}"

    def compose_question(self) -> Iterable[Widget]:
        asked = self._question
        said = [text for text in (asked.name.strip(), asked.instructions.strip()) if text]
        if said:
            yield _lines([Content(visible(line)) for text in said for line in text.splitlines()])
        for prompt in asked.prompts:
            yield from _prompt(prompt)

    def answer(self) -> tuple[str, ...]:
        return tuple(line.value for line in self.query(Input))

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        """On to the next line; after the last one it is answered."""
        lines = list(self.query(Input))
        if event.input is lines[-1]:
            self._confirmed()
        else:
            lines[lines.index(event.input) + 1].focus()


def dialog_for(open_question: OpenQuestion) -> QuestionDialog:
    """The dialog for a question."""
    match open_question.question:
        case HostKeyQuestion() as question:
            return HostKeyDialog(open_question, question)
        case PromptsQuestion() as question:
            return PromptsDialog(open_question, question)
        case question:
            return SecretDialog(open_question, question)


def _prompt(prompt: Prompt) -> Iterable[Widget]:
    yield Static(Content(visible(prompt.text.strip())), classes="prompt")
    yield AnswerInput(password=not prompt.echo, compact=True, placeholder=TYPE_IT, classes="answer")


def _lines(lines: list[Content]) -> Static:
    return Static(Content("\n").join(lines), classes="lines")


def _tilde(path: Path) -> str:
    """A path as people write it."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except ValueError:
        return str(path)
