"""Consequence and Impact: what an action means, in sentences with a severity."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

import msgspec

__all__ = ["Consequence", "Impact", "Severity", "danger", "impact_of", "note", "warning"]


class Severity(IntEnum):
    """How much a consequence matters. A DANGER cannot be undone by doing the opposite, or stops what users rely on."""

    NOTE = 0
    WARNING = 1
    DANGER = 2


class Consequence(msgspec.Struct, frozen=True):
    """One consequence of an action, in one or two plain sentences."""

    severity: Severity
    text: str


class Impact(msgspec.Struct, frozen=True):
    """What an action will do, before it is done.

    Attributes:
        consequences: the consequences, the worst first.
        type_to_confirm: what the user must type before the button works; "" when a press of the button is enough.
    """

    consequences: tuple[Consequence, ...] = ()
    type_to_confirm: str = ""

    @property
    def severity(self) -> Severity:
        return max((consequence.severity for consequence in self.consequences), default=Severity.NOTE)


def note(text: str) -> Consequence:
    return Consequence(Severity.NOTE, text)


def warning(text: str) -> Consequence:
    return Consequence(Severity.WARNING, text)


def danger(text: str) -> Consequence:
    return Consequence(Severity.DANGER, text)


def impact_of(consequences: Iterable[Consequence], type_to_confirm: str = "") -> Impact:
    """The consequences, each once, the worst first and otherwise in the order given."""
    ordered = sorted(dict.fromkeys(consequences), key=lambda consequence: consequence.severity, reverse=True)
    return Impact(tuple(ordered), type_to_confirm)
