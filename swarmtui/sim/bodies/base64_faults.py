"""Where a text stops being base64, as Go counts it (`encoding/base64`, the standard encoding with padding)."""

from __future__ import annotations

import re

_GOOD = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")


def fault(text: str) -> int | None:
    """The byte that Go's sentence names; None where all is well. Line breaks do not count."""
    if _GOOD.fullmatch(text.replace("\r", "").replace("\n", "")):
        return None
    data = text.encode(errors="replace").decode("latin-1")
    at = 0
    while at < len(data):
        at, wrong = _quantum(data, at)
        if wrong is not None:
            return wrong
    return None


def _quantum(data: str, at: int) -> tuple[int, int | None]:
    """Four signs: where the next four begin, and the fault in these."""
    for place in range(4):
        at = _after_breaks(data, at)
        if at == len(data):
            return at, None if place == 0 else at - place
        sign = data[at]
        at += 1
        if sign in _SIGNS:
            continue
        if sign != "=" or place < 2:
            return at, at - 1
        return _padding(data, at, place)
    return at, None


def _padding(data: str, at: int, place: int) -> tuple[int, int | None]:
    """What follows the first sign of padding, which is the last but one of four or the last."""
    if place == 2:
        at = _after_breaks(data, at)
        if at == len(data):
            return at, at
        if data[at] != "=":
            return at, at
        at += 1
    at = _after_breaks(data, at)
    return at, at if at < len(data) else None


def _after_breaks(data: str, at: int) -> int:
    while at < len(data) and data[at] in "\r\n":
        at += 1
    return at
