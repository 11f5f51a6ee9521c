"""Reads what is typed, and sleeps until there is something to read."""

from __future__ import annotations

import codecs
import contextlib
import os
import selectors
import threading
from collections.abc import Callable

from textual.constants import ESCAPE_DELAY
from textual.message import Message

from swarmtui.ui.kit.textual_internals import input_parser

__all__ = ["EndOfReading", "read_events"]


class EndOfReading(threading.Event):
    """Textual's sign to end reading, of which a thread that waits for the terminal hears, too.

    Attributes:
        told: a descriptor that can be read once the sign is given; while `listening` only.
    """

    def __init__(self) -> None:
        super().__init__()
        self.told = -1
        self._tells = -1

    def listening(self) -> None:
        """A thread begins to wait for it, until `clear` is called after that thread's end."""
        self.told, self._tells = os.pipe()
        if self.is_set():
            os.write(self._tells, b".")

    def set(self) -> None:
        super().set()
        if self._tells >= 0:
            os.write(self._tells, b".")

    def clear(self) -> None:
        super().clear()
        ends, self.told, self._tells = (self.told, self._tells), -1, -1
        for end in ends:
            if end >= 0:
                os.close(end)


def read_events(descriptor: int, end: EndOfReading, process: Callable[[Message], object], *, debug: bool) -> None:
    """Read a terminal until the sign is given, or nobody has its other side.

    An escape may be a key or the beginning of another: which is known when nothing comes after it for `ESCAPE_DELAY`.
    So after each piece that was read the parser is asked once more.

    Args:
        descriptor: the terminal's.
        process: takes the events, in this thread.
    """
    end.listening()
    parser, decoder = input_parser(debug=debug), codecs.getincrementaldecoder("utf-8")("replace")
    waiting = selectors.SelectSelector()  # macOS cannot poll terminals
    waiting.register(descriptor, selectors.EVENT_READ)
    waiting.register(end.told, selectors.EVENT_READ)
    undecided = False
    try:
        while not end.is_set():
            ready = {key.fd for key, _ in waiting.select(ESCAPE_DELAY + 0.01 if undecided else None)}
            if descriptor in ready:
                data = os.read(descriptor, 4096)
                if not data:
                    waiting.unregister(descriptor)
                for event in parser.feed(text) if (text := decoder.decode(data)) else ():
                    process(event)
            undecided = descriptor in ready
            for event in parser.tick():
                process(event)
    finally:
        waiting.close()
        with contextlib.suppress(Exception):  # as Textual's own reader: what was begun and not ended is no event
            for _ in parser.feed(""):
                pass
