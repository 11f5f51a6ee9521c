"""Which lines of a log tell of an error."""

from __future__ import annotations

import re

__all__ = ["tells_error"]

_WORDS = r"err|error|fatal|panic|crit|critical|severe|emerg|emergency|alert"

_ERROR = re.compile(
    rf"""
    \b(?:level|lvl|severity|loglevel)["']?\s*[=:]\s*["']?(?:{_WORDS})\b       # level=error, "level":"error"
    | [\[(<|]\s*(?:{_WORDS})\s*[\])>|]                                        # [error], (crit), |ERROR|
    | \b(?:error|fatal|panic|critical)\s?:                                    # error: no such file
    | (?-i:\b(?:ERROR|FATAL|PANIC|CRITICAL|CRIT|SEVERE|EMERG|EMERGENCY)\b)    # 12:00:01 ERROR no such file
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HINTS = ("err", "fatal", "panic", "crit", "severe", "emerg", "alert")
"""Parts of these words: most lines have none, and to see that takes a tenth of the time."""
_KLOG = re.compile(r"[EF]\d{4} \d\d:\d\d:")
"""klog and glog: "E1129 02:40:00.000"."""


def tells_error(text: str) -> bool:
    """Whether a line says of itself that it is an error or worse, in one of the usual ways of writing a level.

    The word alone is not enough: "0 errors" and "GET /error 200" are no errors.
    """
    low = text.lower()
    for hint in _HINTS:
        if hint in low:
            return _ERROR.search(text) is not None
    return _KLOG.match(text) is not None
