"""Fields of a form in a dialog: a label and where one types, and files that are named in one."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from textual.containers import Horizontal
from textual.content import Content as Words
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, Static

from swarmtui.errors import NotPossible
from swarmtui.swarm.files.changes import LIMITS, Content, check_size
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.secret import Secret

__all__ = ["FileReader", "PathSuggester", "content_of", "field", "plain_file", "readable"]

MOST_ENTRIES = 2000
"""So many entries of a directory are looked at to complete a path."""


def field(label: str, id: str, value: str = "", *, hint: str = "", masked: bool = False, path: bool = False) -> Widget:
    """A line of a form.

    Args:
        label: what stands before it.
        id: of the input.
        hint: what stands in it while it is empty.
        masked: what is typed shows as dots.
        path: what is typed is the path of a file, which is completed.
    """
    suggester = PathSuggester() if path else None
    typed = Input(value, placeholder=hint, id=id, compact=True, password=masked, suggester=suggester)
    return Horizontal(Static(Words(label), classes="field-label"), typed, classes="field long")


class PathSuggester(Suggester):
    """Completes the path of a file: the first entry, by name, that begins so. A directory ends with a slash."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        return completed(value)


def completed(value: str) -> str | None:
    """A path with the rest of a name that there is; None where there is none."""
    head, slash, start = value.rpartition("/")
    if not value:
        return None
    try:
        directory = Path(f"{head}{slash}" or ".").expanduser()
        with os.scandir(directory) as entries:
            fitting = [each for each in islice(entries, MOST_ENTRIES) if each.name.startswith(start)]
        fitting = [each for each in fitting if start or not each.name.startswith(".")]
        if not fitting:
            return None
        first = min(fitting, key=lambda each: each.name)
        whole = f"{head}{slash}{first.name}{'/' if first.is_dir() else ''}"
    except (OSError, RuntimeError, ValueError):
        return None
    return whole if whole.isprintable() else None


def content_of(kind: Kind, data: bytes, source: str) -> Content:
    """What a secret or config is to hold.

    Raises:
        NotPossible: it is empty, or too large.
    """
    check_size(kind, len(data))
    return Content(Secret(base64.b64encode(data).decode()), len(data), source)


def plain_file(path: str) -> Path:
    """The file at a path as it was typed.

    Raises:
        NotPossible: there is none, or it is a pipe or a device, which could hold this program for ever.
    """
    file = Path(path).expanduser()
    if not file.exists():
        raise NotPossible(f"There is no file {path}.")
    if not file.is_file():
        raise NotPossible(f"{path} is not a plain file.")
    return file


@contextmanager
def readable(path: str) -> Iterator[None]:
    """What the system says of a file is said as why it cannot be read.

    Raises:
        NotPossible: it cannot be.
    """
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise NotPossible(f"{path} cannot be read: {reason}.") from error


class FileReader:
    """Reads what a secret or config is to hold from a file; once, as long as the file stays the same.

    Args:
        kind: secret or config.
    """

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._read: tuple[tuple[str, int, int], Content] | None = None

    def read(self, path: str) -> Content:
        """The content of a file.

        Raises:
            NotPossible: there is no such file, or it cannot be read, or is empty or too large.
        """
        with readable(path):
            file = plain_file(path)
            state = file.stat()
            identity = str(file), state.st_mtime_ns, state.st_size
            if self._read is not None and self._read[0] == identity:
                return self._read[1]
            check_size(self._kind, state.st_size)
            with file.open("rb") as opened:
                data = opened.read(LIMITS[self._kind] + 1)
        content = content_of(self._kind, data, path)
        self._read = identity, content
        return content
