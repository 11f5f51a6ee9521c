"""Decoders into structs, each made by one thread at a time.

msgspec (0.22) learns the fields of a struct when the first decoder needs them, keeps them with the class, and lets
others use them before all are there: two threads that make decoders of structs that have a part in common end the
process with a segmentation fault. A decoder that is made may be used by any thread. So nobody else makes one; a test
looks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

__all__ = ["converted", "json_decoder", "msgpack_decoder"]

Read = TypeVar("Read")

_lock = threading.Lock()
_json: dict[object, msgspec.json.Decoder[Any]] = {}
_msgpack: dict[object, msgspec.msgpack.Decoder[Any]] = {}


def json_decoder(kind: type[Read]) -> msgspec.json.Decoder[Read]:
    """The decoder of JSON into a type, one for all."""
    found = _json.get(kind)
    if found is None:
        with _lock:
            found = _json[kind] = msgspec.json.Decoder(kind)
    return found


def msgpack_decoder(
    kind: type[Read], ext_hook: Callable[[int, memoryview], Any] | None = None
) -> msgspec.msgpack.Decoder[Read]:
    """The decoder of MessagePack into a type, one for all.

    Args:
        ext_hook: reads the extensions; always the same one for a type.
    """
    found = _msgpack.get(kind)
    if found is None:
        with _lock:
            found = _msgpack[kind] = msgspec.msgpack.Decoder(kind, ext_hook=ext_hook)
    return found


def converted(data: object, kind: type[Read]) -> Read:
    """Plain dicts and lists as a type. Raises msgspec.ValidationError where they do not fit."""
    with _lock:
        return msgspec.convert(data, kind)
