"""The terminal that this program is in: whether a screen can be drawn on it, and which characters it shows."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import Enum

from swarmtui.errors import NotSaved, SwarmtuiError

__all__ = ["Characters", "characters_shown", "in_a_page", "need_a_terminal", "need_own_files"]

CANNOT_DRAW = ("dumb", "unknown")
"""What TERM is where nothing can be drawn: no cursor can be moved there."""

PYTHONS_OWN = ("C.UTF-8", "C.utf8", "UTF-8")
"""What Python sets LC_CTYPE to in place of C."""


class Characters(Enum):
    """What a terminal can show.

    Attributes:
        ALL: everything in Unicode, as far as its font goes.
        CONSOLE: what the fonts of the Linux console have in common: Latin letters, lines of boxes, some blocks.
        ASCII: nothing else.
    """

    ALL = "unicode"
    CONSOLE = "console"
    ASCII = "ascii"


def in_a_page(environ: Mapping[str, str]) -> bool:
    """Whether the screen is drawn in a browser, by a process that has no terminal: as `swarmtui serve` starts it."""
    return "web_driver" in environ.get("TEXTUAL_DRIVER", "")


def need_a_terminal(environ: Mapping[str, str]) -> None:
    """Make sure that a screen can be drawn.

    Raises:
        SwarmtuiError: it cannot, and why.
    """
    if in_a_page(environ):
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise SwarmtuiError("This program needs a terminal.", "Run it in one, without redirecting its input or output.")
    if (term := environ.get("TERM", "")) in CANNOT_DRAW:
        raise SwarmtuiError(
            f"No screen can be drawn on this terminal: TERM is {term}.",
            "Set TERM to what the terminal is (xterm-256color fits most), or use swarmtui check: it needs no screen.",
        )


def need_own_files(environ: Mapping[str, str]) -> None:
    """Make sure that who asks for a file is at this machine.

    Raises:
        NotSaved: it is a visitor of a page, whose file would be on the machine that serves it.
    """
    if in_a_page(environ):
        raise NotSaved("From a page nothing is saved on the machine that serves it.", "Copy it (c) instead.")


def characters_shown(wanted: str, environ: Mapping[str, str]) -> Characters:
    """Which characters are drawn.

    Args:
        wanted: what the user has set: "unicode", "console", "ascii", or "auto" to go by the locale and TERM, as tmux
            and ncurses do.
        environ: this process's environment.
    """
    if in_a_page(environ):
        return Characters.ALL
    if wanted != "auto":
        return Characters(wanted)
    if not _speaks_utf8(environ):
        return Characters.ASCII
    return Characters.CONSOLE if environ.get("TERM") == "linux" else Characters.ALL


def _speaks_utf8(environ: Mapping[str, str]) -> bool:
    """Whether the user's locale has UTF-8, by its name: it need not be installed here to be what the terminal speaks.

    In the locale C, Python puts another LC_CTYPE into its environment and itself into UTF-8 mode (PEP 538, PEP 540).
    """
    ctype = environ.get("LC_CTYPE", "")
    if sys.flags.utf8_mode and ctype in PYTHONS_OWN:
        ctype = ""
    name = environ.get("LC_ALL") or ctype or environ.get("LANG", "")
    return "utf8" in name.lower().replace("-", "")
