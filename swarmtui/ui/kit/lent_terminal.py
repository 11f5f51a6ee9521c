"""The terminal lent to another program: an editor, a shell in a container."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from textual.app import App

__all__ = ["interrupts_are_anothers", "lent_terminal"]


@contextmanager
def lent_terminal(app: App[Any]) -> Iterator[None]:
    """Give the terminal to another program.

    Nothing may be drawn meanwhile: what is written then is read by nobody, and after thirty writes the program hangs.
    """
    with app.suspend(), app.batch_update():
        yield


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
