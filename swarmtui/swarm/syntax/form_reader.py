"""Reads the fields of a form that become options of a docker command, and collects what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias, TypeVar

from swarmtui.swarm.describe.masking import masked_value
from swarmtui.swarm.syntax.quantities import read_duration
from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.swarm.units import duration_text, go_duration

__all__ = ["FormReader", "Word", "one_of"]

T = TypeVar("T")

Word: TypeAlias = tuple[str, str]
"""One of the command, and how it is shown: with secret values masked."""


class FormReader:
    """One reading of a form.

    Attributes:
        problems: what is wrong, by the name of the field.
        words: the words of the command, in the order in which the fields were read.

    Args:
        form: has an attribute for each field: the text, as typed.
    """

    def __init__(self, form: object) -> None:
        self._form = form
        self.problems: dict[str, str] = {}
        self.words: list[Word] = []

    def duration(self, name: str, flag: str, *, least: int = 0) -> int | None:
        """A duration: what docker takes for it need not be what was typed."""
        span = self.line(name, partial(_read_least, least=least))
        if span is not None:
            self.say(flag, go_duration(span))
        return span

    def line(self, name: str, read: Callable[[str], T], flag: str = "") -> T | None:
        """The value of a field of one line; None where nothing, or nothing readable, is typed."""
        text = getattr(self._form, name).strip()
        if not text:
            return None
        try:
            value = read(text)
        except Unreadable as problem:
            self.problems[name] = str(problem)
            return None
        if flag:
            self.say(flag, text, masked_value("", text))
        return value

    def lines(self, name: str, read: Callable[[str], T]) -> list[T]:
        """The values of a field with an entry a line."""
        lines = [line for line in getattr(self._form, name).splitlines() if line.strip()]
        values: list[T] = []
        for place, line in enumerate(lines, start=1):
            try:
                values.append(read(line))
            except Unreadable as problem:
                where = f"line {place}: " if len(lines) > 1 else ""
                self.problems.setdefault(name, f"{where}{problem}")
        return values

    def say(self, flag: str, value: str, shown: str | None = None) -> None:
        """Two words more of the command. A value that begins with a dash needs to be one word with its flag."""
        shown = value if shown is None else shown
        if value.startswith("-"):
            self.words.append((f"--{flag}={value}", f"--{flag}={shown}"))
        else:
            self.words += [(f"--{flag}", f"--{flag}"), (value, shown)]

    def pairs(self, name: str, flag: str, read: Callable[[str], tuple[str, str]]) -> dict[str, str]:
        """The names and values of a field with one of each a line; the command tells what was read of them."""
        pairs: dict[str, str] = {}
        for key, value in self.lines(name, read):
            if key in pairs:
                self.problems.setdefault(name, f"{key} is listed twice")
            pairs[key] = value
            self.say(flag, f"{key}={value}", f"{key}={masked_value(key, value)}")
        return pairs


def _read_least(text: str, *, least: int) -> int:
    """A duration that is not too short.

    Raises:
        Unreadable: it is none, or too short.
    """
    span = read_duration(text)
    if span < least:
        raise Unreadable(f"at least {duration_text(least)}")
    return span


def one_of(*choices: str) -> Callable[[str], str]:
    """Reads one of a few words, and nothing else."""

    def read(text: str) -> str:
        if text not in choices:
            raise Unreadable(f"one of {', '.join(choices)}")
        return text

    return read
