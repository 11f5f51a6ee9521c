"""Fingerprint: a short mark by which two values can be told apart without seeing them."""

from __future__ import annotations

import json
import secrets
from hashlib import blake2b

__all__ = ["fingerprint"]

_KEY = secrets.token_bytes(16)
"""Made anew for each run of the program, so that a mark in a log tells nothing about the value."""


def fingerprint(value: object) -> str:
    """Six characters that are the same for the same JSON, within one run of the program."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return blake2b(text.encode(errors="surrogatepass"), key=_KEY, digest_size=3).hexdigest()
