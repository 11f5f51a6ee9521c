"""The user's settings as far as they are about the screen: put into force, and what is wrong with them told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

from swarmtui.config import Settings
from swarmtui.ui.panes.pane import Pane
from swarmtui.ui.themes import HIGH_CONTRAST, theme_called

__all__ = ["choose_columns", "put_in_force"]


def put_in_force(app: App[Any], settings: Settings) -> list[str]:
    """Set the theme and the keys.

    Returns:
        What is wrong with them, a sentence each.
    """
    app.register_theme(HIGH_CONTRAST)
    problems = []
    theme = theme_called(settings.theme)
    if theme in app.available_themes:
        app.theme = theme
    elif theme:
        known = ", ".join(["dark", "light", "high-contrast", "terminal"])
        problems.append(f"{settings.place('theme')}: there is no theme {settings.theme}. Some there are: {known}.")
    ids = set(_binding_ids(DOMNode))
    keys = {name: keys for name, keys in settings.keys.items() if name in ids}
    problems += [
        f"{settings.place('keys', name)}: nothing that keys do has the id {name}; see docs/keys.md."
        for name in settings.keys
        if name not in ids
    ]
    app.set_keymap(keys)
    return problems


def choose_columns(pane: Pane[Any], settings: Settings) -> list[str]:
    """Let a pane show the columns that the user wants, before it is shown.

    Returns:
        What is wrong with them.
    """
    wanted = settings.columns.get(pane.id or "")
    if not wanted:
        return []
    known = {column.id: column for column in pane.table.columns}
    chosen = [known[name] for name in dict.fromkeys(wanted) if name in known]
    place = settings.place("columns", pane.id or "")
    problems = [
        f"{place}: {pane.id} have no column {name}. There are: {', '.join(known)}."
        for name in wanted
        if name not in known
    ]
    if chosen:
        pane.table.set_columns(chosen)
    return problems


def _binding_ids(base: type[Any]) -> Iterator[str]:
    """The ids of all bindings of a class and those below it."""
    for each in vars(base).get("BINDINGS", ()):
        if isinstance(each, Binding) and each.id:
            yield each.id
    for sub in base.__subclasses__():
        yield from _binding_ids(sub)
