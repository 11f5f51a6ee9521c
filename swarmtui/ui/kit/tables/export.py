"""Rows of a table as a file, as data rather than as they are drawn. Pure."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from swarmtui.errors import NotSaved
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.ui.kit.tables.columns import Column, Fields, Value
from swarmtui.ui.kit.texts.text import cell_width, fit, visible

__all__ = ["ENDINGS", "Sheet", "moment_value", "sheet_of", "time_value"]

T = TypeVar("T")
C = TypeVar("C")

ENDINGS = ".csv, .json, .jsonl, .md or .txt"
"""What a file's name may end in; that says what it holds."""

_MEANING = re.compile(r"([\\`*_|<>\[\]#~])")
"""What Markdown gives a meaning."""

FORMULA = frozenset("=+-@\t\r")
"""A text that begins so is a formula to spreadsheets, and may call programs (OWASP, "CSV Injection")."""


class Sheet(msgspec.Struct, frozen=True):
    """The rows that a table shows, as data.

    Attributes:
        fields: the names of the values: "id", "created_at".
        rows: a value for each field.
    """

    fields: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    def as_file(self, path: Path) -> str:
        """What is written into a file, by the ending of its name, one of `ENDINGS`.

        Raises:
            NotSaved: another ending.
        """
        kinds = {
            ".csv": self.as_csv,
            ".json": self.as_json,
            ".jsonl": self.as_json_lines,
            ".md": self.as_markdown,
            ".txt": self.as_text,
        }
        make = kinds.get(path.suffix.lower())
        if make is None:
            raise NotSaved(f"{path.name} has no such ending.", f"End the name in {ENDINGS}.")
        return make()

    def as_csv(self) -> str:
        """RFC 4180, with a head line.

        Lists are joined by blanks, as "published=80,target=8080" where they are lists of objects. Since names and
        labels come from outside, no text can act as a formula: an apostrophe stands before it; nor can it act on a
        terminal: control characters are shown. JSON has all of it as it is.
        """
        import csv

        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(self.fields)
        writer.writerows([[_cell(value) for value in row] for row in self.rows])
        return out.getvalue()

    def as_json(self) -> str:
        """A list of objects; null is what is not known, or not there."""
        objects = [dict(zip(self.fields, row, strict=True)) for row in self.rows]
        return json.dumps(objects, indent=1, ensure_ascii=False) + "\n"

    def as_json_lines(self) -> str:
        """An object on each line."""
        objects = (dict(zip(self.fields, row, strict=True)) for row in self.rows)
        return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in objects)

    def as_markdown(self) -> str:
        """A table. No text from outside can act on a terminal, or as Markdown."""
        lines = [self.fields, tuple("---" for _ in self.fields)]
        lines += [tuple(_MEANING.sub(r"\\\1", _shown(value)) for value in row) for row in self.rows]
        return "".join(f"| {' | '.join(line)} |\n" for line in lines)

    def as_text(self) -> str:
        """Columns, for reading. Fields that no row has a value for are left out."""
        lines = [self.fields, *(tuple(map(_shown, row)) for row in self.rows)]
        filled = [place for place in range(len(self.fields)) if any(line[place] for line in lines[1:])]
        widths = {place: max(cell_width(line[place]) for line in lines) for place in filled}
        return "".join("  ".join(fit(line[at], widths[at]) for at in filled).rstrip() + "\n" for line in lines)


def sheet_of(rows: Sequence[T], context: C, columns: Sequence[Column[T, C]], more: Fields[T, C]) -> Sheet:
    """All that is known of these rows, whatever columns are shown; the ID first.

    Args:
        more: what a file gets of each row beside what its columns say.
    """
    fields = {name: value for name, value in more.items() if name == "id"}
    for column in columns:
        fields |= column.fields
    fields |= more
    return Sheet(tuple(fields), tuple(tuple(value(item, context) for value in fields.values()) for item in rows))


def _cell(value: Value) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = visible(_flat(value))
    return f"'{text}" if text[:1] in FORMULA else text


def _shown(value: Value) -> str:
    return visible(str(_flat(value)).lower() if isinstance(value, bool) else _flat(value))


def _flat(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return ",".join(f"{key}={_flat(each)}" for key, each in sorted(value.items()))
    if isinstance(value, (list, tuple)):
        return " ".join(map(_flat, value))
    return "" if value is None else str(value)


def time_value(time: str) -> str | None:
    """An engine's time, which is ISO 8601 (RFC 3339, UTC) as it comes; None where Go's zero time says that there is
    none."""
    return None if seconds_of(time) is None else time


def moment_value(seconds: float | None) -> str | None:
    """Seconds since 1970 as ISO 8601, in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
