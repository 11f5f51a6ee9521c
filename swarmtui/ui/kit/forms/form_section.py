"""A section of a form: a heading that folds it away, and its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from swarmtui.ui.kit.forms.form_field import FieldKind, FormField
from swarmtui.ui.kit.texts.text import visible

__all__ = ["FormSection", "SectionHeading"]

MOST_WORDS = 60
"""Characters of what a folded section says of its fields."""


class SectionHeading(Static, can_focus=True):
    """Says whether the section is open, what is in it, and whether something is wrong there."""

    DEFAULT_CSS = """
    SectionHeading {
        height: 1;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        &:focus { background: $boost; text-style: bold; }
    }
    """

    BINDINGS: ClassVar = [
        Binding("enter,space", "fold", "Open or close", show=False, id="section.fold", tooltip="Open or close it"),
    ]

    def action_fold(self) -> None:
        section = self.parent
        assert isinstance(section, FormSection)
        section.fold(not section.folded, enter=True)

    def on_click(self, _: events.Click) -> None:
        self.action_fold()


class FormSection(Vertical):
    """Some fields under a heading.

    Args:
        title: the heading.
        kinds: its fields.
        values: what stands in them at first, by name.
        folded: whether only the heading is in sight at first.
    """

    DEFAULT_CSS = """
    FormSection {
        height: auto;
        & .section-fields { height: auto; padding: 0 0 0 2; }
    }
    """

    def __init__(self, title: str, kinds: Sequence[FieldKind], values: Mapping[str, str], *, folded: bool) -> None:
        super().__init__()
        self._title = title
        self.fields = [FormField(kind, values.get(kind.name, "")) for kind in kinds]
        self.heading = SectionHeading()
        self._body = Vertical(*self.fields, classes="section-fields")
        self.folded = folded
        self._problems: Mapping[str, str] = {}
        self._drawn: Content | None = None

    def compose(self) -> ComposeResult:
        yield self.heading
        yield self._body

    def on_mount(self) -> None:
        self._body.display = not self.folded
        self._draw()

    def fold(self, folded: bool, *, enter: bool = False) -> None:
        """Show the heading alone, or the fields, too; and go to the first of them (`enter`)."""
        self.folded = folded
        self._body.display = not folded
        self._draw()
        if not folded and enter:
            field = next(field for field in self.fields if field.display)
            self.call_after_refresh(field.focus_control)

    def show(self, problems: Mapping[str, str], hidden: frozenset[str]) -> None:
        """Say beside each field what is wrong with it; leave out the fields that make no sense now."""
        for field in self.fields:
            field.display = field.kind.name not in hidden
            field.show_problem(problems.get(field.kind.name, ""))
        self._problems = problems
        self.display = any(field.display for field in self.fields)
        self._draw()

    def _draw(self) -> None:
        heading = Content(f"{'▸' if self.folded else '▾'} {self._title}")
        if self.folded:
            if any(field.kind.name in self._problems for field in self.fields if field.display):
                heading += Content.styled("  ✖ something is wrong here", "$text-error")
            elif said := "  ".join(self._said()):
                heading += Content.styled(f"  {said[:MOST_WORDS]}", "$text-muted")
        if heading != self._drawn:
            self._drawn = heading
            self.heading.update(heading)

    def _said(self) -> list[str]:
        """What is typed, for a section that is folded away. Values of variables are not for every eye."""
        said = []
        for field in self.fields:
            value = field.value.strip()
            if not value or not field.display or field.kind.options:
                continue
            if field.kind.lines:
                names = [line.partition("=")[0] if field.kind.hides_values else line for line in value.splitlines()]
                value = " ".join(names)
            said.append(visible(value))
        return said
