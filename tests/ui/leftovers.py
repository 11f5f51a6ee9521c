"""What of the screens that were closed still lives."""

from __future__ import annotations

import gc
from collections import Counter

from textual.app import App
from textual.widget import Widget

from swarmtui.ui.shell.garbage import collect

__all__ = ["leftovers"]


def leftovers(app: App[None]) -> Counter[str]:
    """The widgets and screens that live though no screen of the app shows them, by their class, once all garbage is
    collected. Those of other apps in this process are among them.
    """
    collect(app)
    stacks = list(app._screen_stacks.values())
    shown = {id(node) for stack in stacks for screen in stack for node in screen.walk_children(with_self=True)}
    return Counter(
        type(node).__name__ for node in gc.get_objects() if isinstance(node, Widget) and id(node) not in shown
    )
