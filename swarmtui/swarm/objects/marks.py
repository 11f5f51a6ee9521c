"""Marks: what tells that a value has become another one, without holding the value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["Mark", "token_marks", "variable_marks"]


class Mark:
    """Equal for equal values, within one run of the program: Python's hash of texts has another key in each."""

    __slots__ = ("_number",)

    def __init__(self, number: int) -> None:
        self._number = number

    @classmethod
    def of(cls, value: object) -> Mark:
        """The mark of a value of raw JSON."""
        return cls(hash(value if isinstance(value, str) else repr(value)))

    @property
    def number(self) -> int:
        """What it was made with. That of a value of this run must not leave the program."""
        return self._number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mark) and other._number == self._number

    def __hash__(self) -> int:
        return hash(self._number)

    def __repr__(self) -> str:
        return "Mark()"


def variable_marks(env: Any) -> Mapping[str, Mark]:
    """A mark of each variable's value, by its name.

    Args:
        env: raw JSON, a list of "NAME=value"; or such marks already.
    """
    if isinstance(env, Mapping):
        return {name: each for name, each in env.items() if isinstance(each, Mark)}
    pairs = [each.partition("=") for each in env if isinstance(each, str)] if isinstance(env, list) else []
    return {name: Mark.of(value) for name, _, value in pairs}


def token_marks(tokens: Any) -> Mapping[str, Mark]:
    """A mark of each join token, by its role: "Worker", "Manager".

    Args:
        tokens: raw JSON; or such marks already.
    """
    if not isinstance(tokens, Mapping):
        return {}
    return {str(role): each if isinstance(each, Mark) else Mark.of(each) for role, each in tokens.items()}
