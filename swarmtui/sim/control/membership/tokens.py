"""What a join token has to look like. Source: swarmkit ca/config.go, ParseJoinToken."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"SWMTKN-(?:1|2-[01])-([0-9a-z]{50})-[0-9a-z]{25}")


def root_of(token: str) -> str | None:
    """The digest of the root certificate in a token; None where it is no token."""
    found = _TOKEN.fullmatch(token)
    return found[1] if found is not None else None
