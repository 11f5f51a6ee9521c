"""A picture of what is on the screen, without the secrets that a dialog shows."""

from __future__ import annotations

from functools import partial
from typing import Any

from textual.app import App

from swarmtui.config import pictures_path
from swarmtui.errors import NotSaved
from swarmtui.ui.kit.saved_file import save_picture
from swarmtui.ui.kit.texts.text import visible

__all__ = ["take_screenshot"]


def take_screenshot(app: App[Any]) -> None:
    """Save what is on the screen as an SVG picture, and say where."""
    for screen in app.screen_stack:
        conceal = getattr(screen, "conceal", None)  # of those that show tokens and keys
        if conceal is not None:
            conceal()
    app.call_after_refresh(partial(_save, app))


def _save(app: App[Any]) -> None:
    try:
        path = save_picture(app.export_screenshot(), pictures_path(), "swarmtui")
    except NotSaved as problem:
        app.notify(visible(str(problem)), severity="error", markup=False)
    else:
        app.notify(f"Saved to {visible(str(path))}", markup=False)
