"""SetEditor: a set of names with values, edited as lines of `name=value`."""

from __future__ import annotations

from collections.abc import Mapping

from textual.widgets import TextArea

__all__ = ["SetEditor", "as_line", "parsed_line"]


def parsed_line(line: str) -> tuple[str, str]:
    """The name and the value of a line, without the blanks around them; a name alone has the value ""."""
    name, _, value = line.partition("=")
    return name.strip(), value.strip()


def as_line(name: str, value: str) -> str | None:
    """The line for a name and its value; None where no line says just that (a line break in it, a name with "=")."""
    line = f"{name}={value}"
    return line if line.isprintable() and parsed_line(line) == (name, value) else None


class SetEditor(TextArea):
    """Edits a set, a line each. What no line can say is kept as it is, and named in `kept`.

    Args:
        entries: the set as it is now.

    Attributes:
        kept: what no line can say.
        first_text: the lines before anybody changed them.
    """

    DEFAULT_CSS = """
    SetEditor {
        height: auto;
        min-height: 3;
        max-height: 10;
        margin: 1 0 0 0;
        background: $boost;
    }
    """

    def __init__(self, entries: Mapping[str, str], *, id: str | None = None) -> None:
        lines = {name: as_line(name, value) for name, value in sorted(entries.items())}
        self.kept = {name: entries[name] for name, line in lines.items() if line is None}
        text = "\n".join(line for line in lines.values() if line is not None)
        self.first_text = text
        super().__init__(text, id=id, compact=True, tab_behavior="focus", highlight_cursor_line=False)

    def on_mount(self) -> None:
        self.move_cursor(self.document.end)

    def entries(self) -> dict[str, str]:
        """The set as it stands.

        Raises:
            ValueError: a line is no `name=value`, or two have the same name; the message says which.
        """
        found = dict(self.kept)
        for number, line in enumerate(self.text.split("\n"), start=1):
            if not line.strip():
                continue
            name, value = parsed_line(line)
            if not name:
                raise ValueError(f"Line {number} has no name before the =.")
            if name in found:
                raise ValueError(f"Line {number}: {name} is listed twice.")
            found[name] = value
        return found
