"""Everything of the user interface, for what needs all of it, and to have it there before a key asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import swarmtui.ui

__all__ = ["load_all", "modules_of_ui"]


def modules_of_ui() -> Iterator[str]:
    """The names of all its modules."""
    return (each.name for each in walk_packages(swarmtui.ui.__path__, "swarmtui.ui.") if not each.ispkg)


def load_all() -> None:
    """Import all of it."""
    for name in modules_of_ui():
        import_module(name)
