"""Which names of images an engine takes. Source: distribution `reference.ParseNormalizedNamed`, as of engine 20.10."""

from __future__ import annotations

import re

_COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-*)[a-z0-9]+)*"
_HOST = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_NAMED = re.compile(
    rf"(?P<name>{_HOST}(?:\.{_HOST})*(?::[0-9]+)?/{_COMPONENT}(?:/{_COMPONENT})*)"
    r"(?::[\w][\w.-]{0,127})?"
    r"(?:@(?P<algorithm>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*):(?P<hex>[0-9a-fA-F]{32,}))?",
    re.ASCII,
)
_IDENTIFIER = re.compile("[a-f0-9]{64}")
_DIGITS = {"sha256": 64, "sha384": 96, "sha512": 128}
_LONGEST = 255


def is_valid(reference: str) -> bool:
    """Whether an engine takes a text for an image; what comes before the first slash is a host only if it looks so."""
    if _IDENTIFIER.fullmatch(reference):
        return False
    host, slash, rest = reference.partition("/")
    if not slash or not (set(".:") & set(host) or host == "localhost"):
        host, rest = "docker.io", reference if slash else f"library/{reference}"
    found = _NAMED.fullmatch(f"{host}/{rest}")
    if found is None or len(found["name"]) > _LONGEST:
        return False
    digits = _DIGITS.get(found["algorithm"] or "")
    return found["hex"] is None or (len(found["hex"]) == digits and found["hex"] == found["hex"].lower())
