"""Rows of a table as a file: CSV or JSON. Pure but for the writing."""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path

from swarmtui.errors import NotSaved

__all__ = ["Sheet", "save"]


@dataclass(frozen=True)
class Sheet:
    """The rows that a table shows, as text.

    Attributes:
        columns: the titles.
        rows: a text for each column.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def as_csv(self) -> str:
        """RFC 4180, with a head line."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return out.getvalue()

    def as_json(self) -> str:
        """A list of objects, the titles in small letters as their keys."""
        keys = [title.lower() for title in self.columns]
        objects = [dict(zip(keys, row, strict=True)) for row in self.rows]
        return json.dumps(objects, indent=1, ensure_ascii=False) + "\n"


def save(sheet: Sheet, path: Path, *, overwrite: bool) -> None:
    """Write a sheet to a file, by the ending of its name: .csv or .json. Only the user may read a new file.

    Raises:
        NotSaved: another ending, a file that is there, or one that cannot be written.
    """
    kinds = {".csv": sheet.as_csv, ".json": sheet.as_json}
    make = kinds.get(path.suffix.lower())
    if make is None:
        raise NotSaved(f"What {path.name} is to be is not clear.", "End its name in .csv or .json.")
    text = make()
    flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | (os.O_TRUNC if overwrite else os.O_EXCL)
    try:
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError as error:
        raise NotSaved(f"{path} is there already.", "Press Enter once more to replace it.") from error
    except OSError as error:
        raise NotSaved(f"{path} cannot be written: {error.strerror}.") from error
