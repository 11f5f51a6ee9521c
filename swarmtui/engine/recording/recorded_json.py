"""An object of a record as raw JSON, as far as a record holds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from swarmtui.swarm.describe.masking import MASK
from swarmtui.swarm.objects.base import Record
from swarmtui.swarm.objects.marks import Mark

__all__ = ["raw_json"]


def raw_json(thing: Record) -> Any:
    """What the Engine API gives, without what a record leaves out: values of variables are dots, commands missing."""
    return _without_marks(msgspec.to_builtins(thing, enc_hook=_mark))


def _mark(value: object) -> object:
    if isinstance(value, Mark):
        return None
    raise NotImplementedError(type(value).__name__)


def _without_marks(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            key: [f"{name}={MASK}" for name in item]
            if key == "Env" and isinstance(item, Mapping)
            else _without_marks(item)
            for key, item in value.items()
            if item is not None and key != "JoinTokens"
        }
    if isinstance(value, (list, tuple)):
        return [_without_marks(item) for item in value]
    return value
