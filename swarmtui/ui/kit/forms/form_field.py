"""A field of a form: its name, where its text is typed, and beside that what it takes, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from swarmtui.ui.kit.forms.choice import Choice
from swarmtui.ui.kit.forms.one_of import OneOf
from swarmtui.ui.kit.texts.text import visible

__all__ = ["FieldKind", "FormField"]

MOST_LINES = 6
"""How many lines of a list are in sight at once."""


@dataclass(frozen=True)
class FieldKind:
    """What a field is.

    Attributes:
        name: of the value, in the form.
        label: what the user calls it.
        hint: what it takes; in a few words.
        lines: it takes an entry a line.
        options: it is one of these (value → words).
        hides_values: its entries are pairs whose values are shown only while it is being edited.
        chooses: what of the swarm can be chosen for it: "networks", "secrets", "configs"; "" for nothing.
    """

    name: str
    label: str
    hint: str = ""
    lines: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    hides_values: bool = False
    chooses: str = ""


class _Line(Input):
    """Enter continues to the next field."""


class _Lines(TextArea):
    """An entry a line. Tab leaves it, and the keys that go from section to section are the form's."""

    BINDINGS: ClassVar = [
        # A line feed is what Enter is in a text that is pasted into a terminal which does not say so.
        Binding("ctrl+j", "line", "New line", show=False, id="form.line", tooltip="Start a new line"),
        Binding(
            "pageup",
            "screen.section(-1)",
            "Previous section",
            show=False,
            id="form.before.here",
            tooltip="Previous section",
        ),
        Binding(
            "pagedown", "screen.section(1)", "Next section", show=False, id="form.next.here", tooltip="Next section"
        ),
    ]

    def action_line(self) -> None:
        self.insert("\n")

    def on_paste(self, event: events.Paste) -> None:
        """What a terminal would obey is made visible before it gets in."""
        event.text = "\n".join(visible(line) for line in event.text.splitlines())


class FormField(Horizontal):
    """One field.

    Args:
        kind: what it is.
        value: what stands in it at first.
    """

    DEFAULT_CSS = """
    FormField {
        height: auto;
        & .field-name { width: 15; }
        & .field-note { width: 30; height: auto; padding: 0 0 0 1; color: $text-muted; }
        & .field-note.-wrong { color: $text-error; }
        & Input { width: 1fr; background: $boost; }
        & TextArea { width: 1fr; height: auto; min-height: 1; background: $boost; padding: 0; border: none; }
        & OneOf { width: 1fr; padding: 0; }
        &.-choice .field-note { display: none; }
        & Input:focus, & TextArea:focus { background: $panel; }
    }
    """

    class Changed(Message):
        """Something else stands in a field."""

    class Done(Message):
        """The user continues to the next field."""

    def __init__(self, kind: FieldKind, value: str) -> None:
        super().__init__(id=f"field-{kind.name}", classes="-choice" if kind.options else "")
        self.kind = kind
        self._note = Static(Content(kind.hint), classes="field-note")
        self._problem = ""
        self._control: Widget
        if kind.options:
            self._control = OneOf(kind.options, value if value in kind.options else next(iter(kind.options)))
        elif kind.lines:
            self._control = _Lines(value, compact=True, soft_wrap=True, show_line_numbers=False)
            self.fit(MOST_LINES)
        else:
            self._control = _Line(value, compact=True)

    def compose(self) -> ComposeResult:
        yield Static(Content(self.kind.label), classes="field-name")
        yield self._control
        yield self._note

    @property
    def value(self) -> str:
        """What stands in it."""
        control = self._control
        if isinstance(control, Choice):
            return control.value
        if isinstance(control, TextArea):
            return control.text
        assert isinstance(control, Input)
        return control.value

    def fit(self, height: int) -> None:
        """Have a list be no higher than its room of so many lines."""
        if isinstance(self._control, TextArea):
            self._control.styles.max_height = max(1, min(MOST_LINES, height))

    def add_line(self, text: str) -> None:
        """Put an entry more at the end of a list."""
        control = self._control
        assert isinstance(control, TextArea)
        kept = control.text.rstrip("\n")
        control.load_text(f"{kept}\n{text}" if kept else text)
        control.move_cursor(control.document.end)

    def focus_control(self) -> None:
        self._control.focus()

    def show_problem(self, problem: str) -> None:
        """Say what is wrong, or (for "") what the field takes."""
        if problem == self._problem:
            return
        self._problem = problem
        self._note.set_class(bool(problem), "-wrong")
        self._note.update(Content(f"✖ {visible(problem)}" if problem else self.kind.hint))
        if self.kind.options:
            self._note.display = bool(problem)

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Choice.Changed)
    def _changed(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Changed())

    @on(Input.Submitted)
    @on(Choice.Accepted)
    def _done(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Done())
