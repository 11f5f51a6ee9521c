"""Everything of the user interface: for what needs all of it, and to have it there before a key asks for it."""

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


FIRST = ("swarmtui.swarm.diagnosis.rulebook",)
"""What is needed first."""


def load_in_the_background() -> None:
    """Import all of it in a thread, piece by piece. A key that is quicker imports by itself what it needs."""
    threading.Thread(target=_load, name="swarmtui-loading", daemon=True).start()


def _load() -> None:
    for name in (*FIRST, *modules_of_ui()):
        begun = time.monotonic()
        import_module(name)
        time.sleep((time.monotonic() - begun) * (1 - SHARE) / SHARE)
