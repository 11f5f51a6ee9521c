"""What docker's own program says, line by line, whichever machine it runs on."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from swarmtui.errors import DockerFailed

__all__ = ["LONGEST", "LOOK_EVERY", "Heard", "Lines", "Said", "failed", "nobody", "took_too_long"]

LONGEST = 180.0
"""Seconds that docker may take: it asks a registry for the digest of every image."""
LOOK_EVERY = 0.1
"""Seconds between two looks whether this program is being left."""
DONE_STAYS = "What it did before that stays done."

Heard = Callable[[str], None]
"""Called with each line as it comes, from another thread."""

MOST_SHOWN = 500
"""Lines that are shown of a run."""
MOST_KEPT = 100_000
"""Lines that are kept of one output: a file that docker rendered must be whole."""
LONGEST_LINE = 64 * 1024
MOST_OF_ERROR = 3
"""Lines of its standard error that are told as the error."""
USUAL = ("Since --detach=false was not specified", "In a future release, --detach=false")
"""Notices that come with every deploy, and tell nothing."""
_LOGGED = re.compile(r'level=\w+ msg="?(?P<text>(?:[^"\\]|\\.)*)"?')
"""A line of docker's own log."""


def nobody(line: str) -> None:
    """Hears nothing."""


class Said(msgspec.Struct, frozen=True):
    """What docker said, line by line.

    Attributes:
        output: on its standard output: what was asked for, and nothing else.
        notices: on its standard error: notices, warnings, and the error that it ended with.
    """

    output: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything, what was asked for first; the last ones of very many."""
        return (*self.output, *self.notices)[-MOST_SHOWN:]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What it warns of, as sentences."""
        found = (_LOGGED.search(line) for line in self.notices)
        logged = (each["text"].replace('\\"', '"') if each else "" for each in found)
        texts = [text or line for text, line in zip(logged, self.notices, strict=True) if not _is_usual(line)]
        return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))

    @property
    def error(self) -> str:
        """What it ended with: the last of the notices, without what docker says each time."""
        told = [line for line in self.notices if line.strip() and not _LOGGED.search(line) and not _is_usual(line)]
        return " ".join(line.strip() for line in told[-MOST_OF_ERROR:])


def _is_usual(line: str) -> bool:
    return line.startswith(USUAL)


def failed(said: Said, status: int) -> DockerFailed:
    """The error that docker ended with."""
    return DockerFailed(f"{said.error} docker exited with status {status}.".strip(), DONE_STAYS, output=said.lines)


def took_too_long(within: float) -> DockerFailed:
    """docker was ended after so many seconds."""
    return DockerFailed(f"docker was stopped: it took longer than {within:g} s.", DONE_STAYS)


class Lines:
    """What comes of a program, taken apart into lines.

    Args:
        heard: told each line once it is whole, but for those that come each time.
    """

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._rest = b""
        self._lines: list[str] = []

    def take(self, piece: bytes) -> None:
        """The next bytes."""
        *whole, self._rest = (self._rest + piece).split(b"\n")
        for line in whole:
            self._add(line)
        if len(self._rest) > LONGEST_LINE:
            self.end()

    def end(self) -> None:
        """There is no more to come."""
        if self._rest:
            self._add(self._rest)
            self._rest = b""

    def _add(self, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip("\r")
        self._lines.append(text)
        if text.strip() and not _is_usual(text):
            self._heard(text)

    @property
    def kept(self) -> tuple[str, ...]:
        """The lines, without empty ones around them."""
        return tuple("\n".join(self._lines).strip("\n").splitlines())[-MOST_KEPT:]
