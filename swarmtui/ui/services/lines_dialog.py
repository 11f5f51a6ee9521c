"""A set of lines to edit: environment, labels, ports, constraints. Add, change and remove; then see what that means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from textual import events, on
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.services.lines_change import LinesChange
from swarmtui.swarm.short_text import clipped, listed
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.services.service_dialog import ServiceDialog

__all__ = ["LineInput", "LineList", "LinesDialog"]

KEYS = "⏎ change   a add   del remove   tab next"
TWO_LINES = 150
"""Characters, in the smallest terminal."""
TYPING = "⏎ keep the line   esc leave it as it was"


class LineList(OptionList):
    """The lines of the set, and one more line to add another with."""

    BINDINGS: ClassVar = [
        Binding("a,n,plus", "screen.add_line", "Add", id="lines.add", tooltip="Add a line"),
        Binding("delete,ctrl+x", "screen.remove_line", "Remove", id="lines.remove", tooltip="Remove this line"),
        Binding("k", "cursor_up", "Up", show=False, id="lines.up", tooltip="The line above"),
        Binding("j", "cursor_down", "Down", show=False, id="lines.down", tooltip="The line below"),
    ]


class LineInput(Input):
    """Where one line is typed."""

    BINDINGS: ClassVar = [
        Binding("escape,ctrl+c", "screen.leave_line", "Leave", id="lines.leave", tooltip="Leave the line as it was")
    ]

    class Pasted(Message):
        """Several lines were pasted, from an environment file perhaps."""

        def __init__(self, lines: list[str]) -> None:
            super().__init__()
            self.lines = lines

    def on_paste(self, event: events.Paste) -> None:
        lines = [line for line in event.text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        if len(lines) > 1:
            event.prevent_default()  # Input would take the first line alone
            self.post_message(self.Pasted(lines))


class LinesDialog(ServiceDialog):
    """Asks for the lines that a field of a service should have.

    A line whose value is hidden is never filled in for editing: a new value is typed for it, or it stays.

    Args:
        kind: the change that is made of the lines.
    """

    FIRST_FOCUS: ClassVar = "#lines"

    def __init__(self, kind: type[LinesChange], raw: Mapping[str, Any], observation: Observation) -> None:
        super().__init__(kind, raw, observation)
        self._of_lines = kind
        self._present = kind.lines_of(raw["Spec"], observation.cluster)
        """The lines that the service has now."""
        self._lines = list(self._present)
        self._first = list(self._lines)
        self._editing: int | None = None
        """The place of the line that is typed; that of a new one is behind the last."""

    def begin_with(self, given: Mapping[str, str]) -> None:
        super().begin_with(given)
        key_of = self._of_lines.key_of
        if removed := given.get("remove"):
            self._lines = [line for line in self._lines if key_of(line) != key_of(removed)]
        if added := given.get("add"):
            self._lines = [*(line for line in self._lines if key_of(line) != key_of(added)), added]
        self._first = list(self._lines)

    def action(self) -> Action:
        if self._editing is not None:
            raise ChangeRefused("Keep the line that you type with Enter, or leave it with esc.")
        return self._of_lines.of(self._raw, self._lines, self._observation.cluster)

    def meanings(self) -> Mapping[str, str]:
        return {self._of_lines.noun: f"{self._of_lines.example}   (+ marks a new line)"}

    # ------------------------------------------------------------------------------------ the list

    def compose_choice(self) -> Iterable[Widget]:
        yield LineList(*self._options(), id="lines", compact=True)
        if kept := self._of_lines.kept_of(self._raw["Spec"]):
            yield Static(Content(visible(f"Kept as they are (e edits the whole spec): {listed(kept)}")), classes="dim")
        if choices := self._of_lines.choices(self._observation.cluster):
            yield Static(Content(visible(clipped(f"In the swarm: {listed(choices)}", TWO_LINES))), classes="dim")
        yield LineInput(id="line", classes="hidden", select_on_focus=False, compact=True)
        yield Static(Content(KEYS), id="line-keys", classes="dim")

    def on_mount(self) -> None:
        self.query_one("#lines", LineList).highlighted = 0

    def _options(self) -> list[Option]:
        before, shown = self._present, self._of_lines.masked_line
        lines = [Option(Content(f"{' ' if line in before else '+'} {visible(shown(line))}")) for line in self._lines]
        return [*lines, Option(Content.styled(f"  … add a {self._of_lines.noun}", "$text-muted"))]

    def _show_lines(self, place: int) -> None:
        lines = self.query_one("#lines", LineList)
        lines.clear_options()
        lines.add_options(self._options())
        lines.highlighted = max(0, min(place, len(self._lines)))
        self.show_action()

    @on(OptionList.OptionSelected, "#lines")
    def _line_opened(self, event: OptionList.OptionSelected) -> None:
        self._edit(event.option_index)

    def action_add_line(self) -> None:
        self._edit(len(self._lines))

    def action_remove_line(self) -> None:
        place = self.query_one("#lines", LineList).highlighted
        if place is not None and place < len(self._lines):
            del self._lines[place]
            self._show_lines(place)

    # ------------------------------------------------------------------------------------ one line

    def _edit(self, place: int) -> None:
        line = self._lines[place] if place < len(self._lines) else ""
        if not line.isprintable():
            self._say("This line has line breaks or characters that cannot be typed here: e edits the whole spec.")
            return
        self._editing = place
        typed = self.query_one("#line", LineInput)
        typed.value = self._beginning(place)
        typed.placeholder = self._of_lines.example
        typed.remove_class("hidden")
        typed.focus()
        typed.cursor_position = len(typed.value)
        hidden = typed.value != line
        self._say(f"Type the new value; the current one stays hidden. {TYPING}" if hidden else TYPING)
        self.show_action()

    def _beginning(self, place: int) -> str:
        """What stands in the input at first."""
        line = self._lines[place] if place < len(self._lines) else ""
        return self._of_lines.beginning(line)

    @on(Input.Submitted, "#line")
    def _line_typed(self, event: Input.Submitted) -> None:
        event.stop()
        if self._editing is None:
            return
        if not event.value.strip() or event.value == self._beginning(self._editing):
            self.action_leave_line()
        else:
            self._keep([event.value], self._editing)

    @on(LineInput.Pasted)
    def _lines_pasted(self, event: LineInput.Pasted) -> None:
        if self._editing is not None:
            self._keep(event.lines, self._editing)

    def _keep(self, typed: list[str], place: int) -> None:
        """Put what was typed in the place of a line; or say what is wrong with it, and put none of it."""
        try:
            fresh = [line for text in typed for line in self._of_lines.read(text, self._observation.cluster)]
            lines = [*self._lines[:place], *fresh, *self._lines[place + 1 :]]
            self._of_lines.check_keys(self._present, lines)
        except ChangeRefused as refusal:
            self._say(str(refusal), wrong=True)
            return
        self._lines = lines
        self._end_editing(place + len(fresh) - 1)

    def action_leave_line(self) -> None:
        """Back to the list; the line stays as it was."""
        if self._editing is not None:
            self._end_editing(self._editing)

    def _end_editing(self, place: int) -> None:
        self._editing = None
        typed = self.query_one("#line", LineInput)
        typed.value = ""
        typed.password = False
        typed.add_class("hidden")
        self._say(KEYS)
        self._show_lines(place)
        self.query_one("#lines").focus()

    def _say(self, text: str, *, wrong: bool = False) -> None:
        said = Content.styled(f"✖ {visible(text)}", "$text-error") if wrong else Content(visible(text))
        self.query_one("#line-keys", Static).update(said)

    @property
    def unsaved(self) -> str:
        if self._lines == self._first:
            return ""
        return f"The changes to the {self._of_lines.field} of {self.subject} have not been sent."

    def conceal(self) -> None:
        """A picture is taken: what is typed may be a password."""
        self.query_one("#line", LineInput).password = self._editing is not None
