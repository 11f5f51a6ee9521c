"""What a readable description is made of: titled sections of labelled values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["Fact", "Section", "fact", "facts", "section"]


class Fact(NamedTuple):
    """A labelled value.

    Attributes:
        label: what it is; text from outside where the swarm names it (an environment variable).
        value: plain text, perhaps of several lines.
        tone: "good", "bad", "warn", "dim" or "" for an ordinary value.
    """

    label: str
    value: str
    tone: str = ""


class Section(NamedTuple):
    """Facts that belong together, under a title."""

    title: str
    facts: tuple[Fact, ...]


def fact(label: str, value: str, tone: str = "") -> tuple[Fact, ...]:
    """One fact; none where there is no value, so that what an engine left out takes no line."""
    return (Fact(label, value, tone),) if value else ()


def facts(*groups: Iterable[Fact]) -> tuple[Fact, ...]:
    """Several facts after one another."""
    return tuple(each for group in groups for each in group)


def section(title: str, *groups: Iterable[Fact]) -> tuple[Section, ...]:
    """A section; none when nothing would stand in it."""
    found = facts(*groups)
    return (Section(title, found),) if found else ()
