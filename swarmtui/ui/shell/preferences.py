"""The user's settings as far as they are about the screen: put into force, and what is wrong with them told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from textual.app import App
from textual.theme import BUILTIN_THEMES

from swarmtui.config import Settings
from swarmtui.ui.kit.tables.columns import Column
from swarmtui.ui.panes.base_pane import Pane
from swarmtui.ui.panes.registry import PANES
from swarmtui.ui.panes.unhealthy import Unhealthy
from swarmtui.ui.shell.themes import HIGH_CONTRAST, SHORT, theme_called

__all__ = ["choose_columns", "choose_rows", "problems_of", "put_in_force"]

THEMES = {*BUILTIN_THEMES, HIGH_CONTRAST.name}


def problems_of(settings: Settings) -> list[str]:
    """What is wrong with the settings about the screen, a sentence each with file, line and key."""
    return [*_theme_problems(settings), *_judged_keys(settings)[1], *_column_problems(settings)]


def put_in_force(app: App[Any], settings: Settings) -> list[str]:
    """Set the theme and the keys, as far as nothing is wrong with them.

    Returns:
        What is wrong with the settings about the screen, those of columns among them.
    """
    app.register_theme(HIGH_CONTRAST)
    theme = theme_called(settings.theme or _fitting_theme(app))
    if theme in app.available_themes:
        app.theme = theme
    keys, problems = _judged_keys(settings)
    app.set_keymap(keys)
    return [*_theme_problems(settings), *problems, *_column_problems(settings)]


def _fitting_theme(app: App[Any]) -> str:
    """The terminal's own colours where it has but 16: of those, the nearest to most of a theme's colours is a grey."""
    in_a_terminal = not (app.is_headless or app.is_web)
    return "terminal" if in_a_terminal and app.console.color_system == "standard" else ""


def choose_columns(pane: Pane[Any], settings: Settings) -> None:
    """Let a pane show the columns that the user wants, before it is shown."""
    known = {column.id: column for column in pane.table.columns}
    wanted = dict.fromkeys(settings.columns.get(pane.id or "", ()))
    if chosen := [known[name] for name in wanted if name in known]:
        pane.table.set_columns(chosen)


def choose_rows(pane: Pane[Any], settings: Settings) -> None:
    """Have the unhealthy rows where the user wants them at first, before the pane is shown."""
    pane.unhealthy_at_first = pane.unhealthy = Unhealthy(settings.unhealthy)


def _judged_keys(settings: Settings) -> tuple[dict[str, str], list[str]]:
    """Which keys can be put into force, and what is wrong with the others."""
    if not settings.keys:
        return {}, []
    from swarmtui.ui.shell.keymap import judged  # with it come all screens that have keys

    return judged(settings)


def columns_of_panes() -> Mapping[str, Sequence[Column[Any, Any]]]:
    """The columns of each pane, by the pane's id."""
    from swarmtui.ui.places.pane import PlacesPane

    panes: tuple[type[Pane[Any]], ...] = (*PANES, PlacesPane)
    return {pane.ID: pane.COLUMNS for pane in panes}


def _theme_problems(settings: Settings) -> Iterator[str]:
    if settings.theme and theme_called(settings.theme) not in THEMES:
        guess = _did_you_mean(settings.theme, [*SHORT, *THEMES])
        known = ", ".join(["dark", "light", "high-contrast", "terminal"])
        yield f"{settings.place('theme')}: there is no theme {settings.theme}.{guess or f' Some themes: {known}.'}"


def _column_problems(settings: Settings) -> Iterator[str]:
    columns = columns_of_panes() if settings.columns else {}
    for pane, wanted in settings.columns.items():
        place = settings.place("columns", pane)
        if pane not in columns:
            guess = _did_you_mean(pane, columns)
            yield f"{place}: there is no pane {pane}.{guess or ' Panes: ' + ', '.join(columns) + '.'}"
            continue
        known = [column.id for column in columns[pane]]
        yield from (
            f"{place}: {pane} have no column {name}. There are: {', '.join(known)}."
            for name in wanted
            if name not in known
        )
        yield from (
            f"{place}: the column {name} of {pane} is listed twice."
            for name in dict.fromkeys(wanted)
            if wanted.count(name) > 1
        )


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    found = get_close_matches(name, known, 1)
    return f" Did you mean {found[0]}?" if found else ""
