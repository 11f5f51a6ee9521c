"""All classes of actions that there are, found by looking."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

from swarmtui import swarm
from swarmtui.swarm.actions.action import Action

__all__ = ["ALL_ACTIONS"]


def _concrete(base: type[Action]) -> Iterator[type[Action]]:
    for sub in base.__subclasses__():
        yield from _concrete(sub)
        if not inspect.isabstract(sub) and hasattr(sub, "name") and sub.__module__.startswith(swarm.__name__):
            yield sub  # a base has no name


for module in pkgutil.walk_packages(swarm.__path__, f"{swarm.__name__}."):
    importlib.import_module(module.name)

ALL_ACTIONS: tuple[type[Action], ...] = tuple(sorted(set(_concrete(Action)), key=lambda each: each.name))  # type: ignore[type-abstract]
