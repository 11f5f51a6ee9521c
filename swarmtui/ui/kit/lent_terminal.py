"""The terminal lent to another program: an editor, a shell in a container."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

from textual.app import App

__all__ = ["interrupts_are_anothers", "is_lent", "lent_terminal"]

_lent: WeakSet[App[Any]] = WeakSet()


@contextmanager
def lent_terminal(app: App[Any]) -> Iterator[None]:
    """Give the terminal to another program.

    Nothing may be drawn meanwhile: what is written then is read by nobody, and after thirty writes the program hangs.
    """
    with app.suspend(), app.batch_update():
        _lent.add(app)
        try:
            yield
        finally:
            _lent.discard(app)


def is_lent(app: App[Any]) -> bool:
    """Whether another program has the terminal now: nobody sees what this one shows."""
    return app in _lent


@contextmanager
def interrupts_are_anothers() -> Iterator[None]:
    """ctrl+c is sent to all programs at the terminal, and is meant for the one that the user sees."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
