"""Unreadable: what was typed is not what the field takes."""

from __future__ import annotations

__all__ = ["Unreadable"]


class Unreadable(ValueError):
    """Its text says what is wrong, or what is expected, in words for the user."""
