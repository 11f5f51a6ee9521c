"""The answers of the Engine API as objects."""

from __future__ import annotations

from typing import TypeVar, cast

import msgspec

from swarmtui.swarm.objects.base import Record
from swarmtui.swarm.objects.engine import EngineInfo
from swarmtui.swarm.objects.node import Node, share_alike
from swarmtui.swarm.objects.struct_decoders import json_decoder
from swarmtui.swarm.objects.swarm import Swarm

__all__ = ["decode_info", "decode_list", "decode_swarm"]


Decoded = TypeVar("Decoded", bound=Record)


def decode_list(kind: type[Decoded], body: bytes) -> list[Decoded]:
    """Decode a JSON array of objects of one kind.

    One object that does not fit the schema must not hide the thousands that do: then each is decoded by itself, and
    the ones that do not fit are left out. What many nodes have alike is one object then.

    Raises:
        msgspec.DecodeError: the body is not a JSON array at all.
    """
    if body.strip() == b"null":  # Go's empty list
        return []
    decoder = json_decoder(kind)
    try:
        decoded: list[Decoded] = json_decoder(list[kind]).decode(body)  # type: ignore[valid-type]
    except msgspec.ValidationError:
        decoded = []
        for raw in json_decoder(list[msgspec.Raw]).decode(body):
            try:
                decoded.append(decoder.decode(raw))
            except msgspec.ValidationError:
                continue
    if kind is Node:
        share_alike(cast("list[Node]", decoded))
    return decoded


def decode_info(body: bytes) -> EngineInfo:
    """Decode the answer of `GET /info`. Raises msgspec.DecodeError when it is none."""
    return json_decoder(EngineInfo).decode(body)


def decode_swarm(body: bytes) -> Swarm:
    """Decode the answer of `GET /swarm`. Raises msgspec.DecodeError when it is none."""
    return json_decoder(Swarm).decode(body)
