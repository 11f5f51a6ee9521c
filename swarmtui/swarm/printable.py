"""Text from outside, for where a terminal or another program would take some characters for a command."""

from __future__ import annotations

__all__ = ["printable"]


def printable(text: str, *, keep: str = "", mark: str = "?") -> str:
    """The text with a mark for each character that is not printed: escapes, line breaks, marks of direction.

    Args:
        keep: characters that stay all the same, "\\n" perhaps.
        mark: what stands for each.
    """
    return "".join(each if each.isprintable() or each in keep else mark for each in text)
