"""Loads of the user interface what a key is likely to ask for, before it does; and all of it, for what needs all."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import swarmtui.ui

__all__ = ["load_all", "load_in_the_background", "modules_of_ui"]

SHARE = 0.5
"""Of the time that may go into loading, while nobody waits for it: so keys come in between."""


def modules_of_ui() -> Iterator[str]:
    """The names of all its modules."""
    return (each.name for each in walk_packages(swarmtui.ui.__path__, "swarmtui.ui.") if not each.ispkg)


def load_all() -> None:
    """Import all of it."""
    for name in modules_of_ui():
        import_module(name)


AHEAD = ("swarmtui.swarm.diagnosis.rulebook", "swarmtui.ui.changes.changes")
"""The rules, and what every dialog is made of. Each key imports its own dialog and action when it is pressed first: 5
to 15 modules, 10 to 30 ms. All of them together would be 9 MB, most of which a session never uses."""


def load_in_the_background() -> None:
    """Import that in a thread, piece by piece. A key that is quicker imports by itself what it needs."""
    threading.Thread(target=_load, name="swarmtui-loading", daemon=True).start()


def _load() -> None:
    for name in AHEAD:
        begun = time.monotonic()
        import_module(name)
        time.sleep((time.monotonic() - begun) * (1 - SHARE) / SHARE)
