"""The user's terminal joined to a container's: bytes both ways, the size told, and everything as before at the end."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import termios
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager

from swarmtui.engine.nodes.terminal import Terminal
from swarmtui.lifeline import LAST, in_emergency
from swarmtui.substitutes import written
from swarmtui.swarm.printable import printable

__all__ = ["DETACH", "join_terminals"]

DETACH = b"\x10\x11"
"""ctrl+p ctrl+q, by which docker's own terminals are left, too. The engine knows these keys; where it is gone, they
must work all the same."""
LEAVING = 1.0
"""Seconds that the engine has to end a terminal that the user has detached from."""
LOOK_AGAIN = 0.2
"""Seconds between two looks at the terminal's size."""
PIECE = 64 * 1024

SANE = b"\x1b[0m\x1b[?25h\x1b[?1049l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1l\x1b>"
"""Puts back what a program in the container may have left behind: colours, a hidden cursor, another screen, the mouse,
bracketed paste, other cursor keys."""


def join_terminals(terminal: Terminal) -> bool:
    """Let the user work in a container until the command ends, the connection does, or they detach. Blocks.

    Returns:
        Whether they have detached. The terminal is the caller's to end: the engine may take its time for that.
    """
    keys, screen = sys.__stdin__, sys.__stdout__
    assert keys is not None
    assert screen is not None
    _say(screen.fileno(), f"{terminal.asked.title}. Leave it by exit or ctrl+d; ctrl+p ctrl+q leaves it running.")
    with _raw(keys.fileno(), screen.fileno()), _woken_at_the_end(terminal, screen.fileno()) as (woken, over):
        return _carry_keys(terminal, keys.fileno(), screen.fileno(), woken, over)


def _carry_keys(terminal: Terminal, keys: int, screen: int, woken: int, over: threading.Event) -> bool:
    """Send what is typed, until the other side has ended or the user has detached; returns whether that was so."""
    size = os.get_terminal_size(screen)
    before = b""
    while not over.is_set():
        now = os.get_terminal_size(screen)
        if now != size:
            size = now
            terminal.resize(now.columns, now.lines)
        ready, _, _ = select.select([keys, woken], [], [], LOOK_AGAIN)
        if keys not in ready:
            continue
        try:
            typed = os.read(keys, PIECE)
            if not typed:
                return False
            terminal.write(typed)
        except OSError:  # the terminal, or the connection, is gone
            return False
        if DETACH in before[-1:] + typed:
            over.wait(LEAVING)
            return True
        before = typed
    return False


@contextmanager
def _woken_at_the_end(terminal: Terminal, screen: int) -> Iterator[tuple[int, threading.Event]]:
    """Show what the command writes, in a thread; at its end a pipe becomes readable."""
    over = threading.Event()
    woken, wake = os.pipe()

    def show() -> None:
        with contextlib.suppress(OSError):
            while piece := terminal.read():
                _write(screen, piece)
        over.set()
        with contextlib.suppress(OSError):
            os.write(wake, b"x")

    thread = threading.Thread(target=show, name="swarmtui-terminal-output", daemon=True)
    thread.start()
    try:
        yield woken, over
    finally:
        terminal.abort()
        thread.join(LEAVING)
        for end in (woken, wake):
            os.close(end)


@contextmanager
def _raw(keys: int, screen: int) -> Iterator[None]:
    """Each key as it is typed, and nothing shown of it by this side; whatever happens, all is put back."""
    before = termios.tcgetattr(keys)

    def put_back() -> None:
        with contextlib.suppress(OSError, termios.error):
            termios.tcsetattr(keys, termios.TCSADRAIN, before)
            _write(screen, SANE)

    take_back = in_emergency(put_back, within=LAST)
    try:
        tty.setraw(keys, termios.TCSADRAIN)
        yield
    finally:
        put_back()
        take_back()


def _say(screen: int, text: str) -> None:
    with contextlib.suppress(OSError):
        _write(screen, f"{written(printable(text))}\r\n".encode())


def _write(screen: int, data: bytes) -> None:
    while data:
        data = data[os.write(screen, data) :]
