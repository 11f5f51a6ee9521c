"""Whether two values of raw JSON are the same, and a short mark that tells them apart without showing them."""

from __future__ import annotations

import json
import os

__all__ = ["canonical", "fingerprint"]

_KEY = os.urandom(16)
"""Made again for each run of the program, so that a mark in a log tells nothing about the value."""


def canonical(value: object) -> str:
    """JSON in one form: equal values have equal texts."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def fingerprint(value: object) -> str:
    """Ten characters that are the same for the same JSON, within one run of the program."""
    from hashlib import blake2b  # with it comes OpenSSL's library

    return blake2b(canonical(value).encode(errors="surrogatepass"), key=_KEY, digest_size=5).hexdigest()
