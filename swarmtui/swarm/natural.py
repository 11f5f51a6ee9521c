"""The order in which people expect names: numbers in them count as numbers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

__all__ = ["natural"]

MOST_DIGITS = 1000
"""Python reads no longer numbers (sys.set_int_max_str_digits)."""

_NUMBERS = re.compile("([0-9]+)")


@lru_cache(maxsize=20_000)
def natural(name: str) -> tuple[Any, ...]:
    """Sort key: pay, pay2, pay10, payroll; capital letters count as small ones. () for an empty name.

    Texts and numbers take turns in it, so two of them can always be compared.
    """
    parts: list[Any] = _NUMBERS.split(name.casefold()) if name else []
    parts[1::2] = [int(digits[:MOST_DIGITS]) for digits in parts[1::2]]
    return tuple(parts)
