"""The user's own keys, judged before they are put into force.

Textual lets a key that is given twice take the place of what had it: `"service.scale" = "q"` would leave no way out
with `q`. Here the setting that clashes is the one that is left out, and told.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import Keys

from swarmtui.config import Settings
from swarmtui.ui.across.screen import AcrossScreen
from swarmtui.ui.inspect.screen import InspectScreen, InspectView
from swarmtui.ui.kit.tables.live_table import LiveTable
from swarmtui.ui.kit.texts.text_keys import TextKeys
from swarmtui.ui.loading import load_all
from swarmtui.ui.logs.log_view import LogView
from swarmtui.ui.logs.screen import LogsScreen
from swarmtui.ui.panes.registry import PANES
from swarmtui.ui.placement.screen import PlacementScreen
from swarmtui.ui.placement.view import PlacementView
from swarmtui.ui.places.connect import ConnectScreen
from swarmtui.ui.places.pane import PlacesPane
from swarmtui.ui.rollout.screen import RolloutScreen
from swarmtui.ui.shell.main_screen import MainScreen

__all__ = ["judged"]

TOGETHER: tuple[tuple[type[DOMNode], ...], ...] = (
    *((LiveTable, pane, MainScreen) for pane in PANES),
    (LiveTable, PlacesPane, ConnectScreen),
    (InspectView, InspectScreen),
    (LogView, LogsScreen),
    (PlacementView, PlacementScreen),
    (LiveTable, RolloutScreen),
    (LiveTable, AcrossScreen),
    (TextKeys, AcrossScreen),
)
"""What has keys at the same time, each with the app behind it. Anything else, such as a dialog, has its own alone."""

MODIFIERS = {"ctrl", "shift", "alt", "super", "hyper", "meta"}
NAMES = {
    *(each.value for each in Keys),
    *(binding.key for sign in {*string.punctuation} - {","} for binding in Binding.make_bindings([Binding(sign, "")])),
    "comma",
}


@dataclass(frozen=True)
class _KeyInContext:
    """A key of a binding, in one of the states in which keys are pressed."""

    context: tuple[type[DOMNode], ...]
    key: str
    binding: Binding


def judged(settings: Settings) -> tuple[dict[str, str], list[str]]:
    """The keys that can be put into force, by the ids of bindings; and what is wrong with the others."""
    if not settings.keys:
        return {}, []
    default = _default()
    known = {place.binding.id: place.binding for place in default if place.binding.id}
    keys: dict[str, str] = {}
    problems = []
    for name, text in settings.keys.items():
        where = settings.place("keys", name)
        if name not in known:
            guess = get_close_matches(name, known, 1)
            hint = f"Did you mean {guess[0]}?" if guess else "docs/keys.md has all of them."
            problems.append(f"{where}: no key action has the id {name}. {hint}")
        elif unknown := [each.strip() for each in text.split(",") if not _is_key(each.strip())]:
            problems.append(f"{where}: {name} cannot have {unknown[0]!r}: no key has that name.")
        else:
            keys[name] = text
    # Without one setting another may clash: with the key that the first one then keeps.
    while clash := _first_clash(default, keys):
        name, key, other = clash
        del keys[name]
        whose = f"{other.id} ({other.description})" if other.id else other.description or "moving about"
        kept = known[name].key
        problems.append(
            f"{settings.place('keys', name)}: {name} cannot have {key}: that is {whose}. It keeps {kept.strip()}."
        )
    return keys, problems


def _first_clash(default: list[_KeyInContext], keys: Mapping[str, str]) -> tuple[str, str, Binding] | None:
    """A setting, of several the last in the file, with the key that another binding has in the same state."""
    own = {name: set(_normal(text)) for name, text in keys.items()}
    order = list(keys)
    found: dict[str, tuple[str, str, Binding]] = {}
    for context in dict.fromkeys(place.context for place in default):
        here = [place for place in default if place.context == context]
        kept = {(place.key, place.binding.id): place.binding for place in here if place.binding.id not in own}
        moved = {place.binding.id: place.binding for place in here if place.binding.id in own}
        had = {(place.binding.id, place.key) for place in here}
        for name in moved:
            assert name is not None
            for key in own[name] - {key for id_, key in had if id_ == name}:
                others = [binding for (other, _), binding in kept.items() if other == key]
                others += [moved[id_] for id_ in order[: order.index(name)] if id_ in moved and key in own[id_]]
                if others:
                    found[name] = name, key, others[0]
    return found[max(found, key=order.index)] if found else None


@cache
def _contexts() -> tuple[tuple[type[DOMNode], ...], ...]:
    load_all()  # each screen and dialog may have keys; the file is for the demo, too
    apps = tuple(each for each in _ours(App))
    alone = [(each,) for each in _ours(DOMNode) if "BINDINGS" in vars(each) and each not in apps]
    return (*((*together, *apps) for together in TOGETHER), *alone)


def _default() -> list[_KeyInContext]:
    """Every key there is, in every state."""
    return [
        _KeyInContext(context, binding.key, binding)
        for context in _contexts()
        for owner in dict.fromkeys(base for each in context for base in each.__mro__)
        for binding in Binding.make_bindings(vars(owner).get("BINDINGS", ()))
    ]


def _ours(base: type[Any]) -> Iterator[type[Any]]:
    """The classes of this program that are below a class of Textual's."""
    for sub in base.__subclasses__():
        if sub.__module__.startswith("swarmtui."):
            yield sub
        yield from _ours(sub)


def _normal(keys: str) -> list[str]:
    """The names by which Textual knows the keys of a list."""
    return [binding.key for binding in Binding.make_bindings([Binding(keys, "")])]


def _is_key(key: str) -> bool:
    """Whether a key can have this name: "q", "Q", "f5", "ctrl+left", "question_mark"."""
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    if not last or not MODIFIERS.issuperset(modifiers):
        return False
    if len(last) == 1 or last in NAMES or key in NAMES:
        return True
    try:
        unicodedata.lookup(last.replace("_", " ").upper())
    except KeyError:
        return False
    return True
