"""A place where a swarm could be, and what is known of whether it answers. Pure data: the user interface shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

import msgspec

from swarmtui.endpoint import Endpoint

__all__ = ["Directory", "Kind", "Place", "Reach", "State", "context_key", "key_of"]


class Kind(Enum):
    """Where a place was found; the value is the word for it."""

    CONTEXT = "context"
    SSH_HOST = "ssh host"
    RECENT = "recent"
    ADDRESS = "address"
    """It was typed, or given by -H, and stands in no list yet."""


@dataclass(frozen=True)
class Place:
    """An engine that could be opened.

    Attributes:
        key: the same for the same place in every listing (see `key_of`).
        name: how the user calls it.
        kind: where it was found.
        url: where it leads; "" when that could not be read.
        context: the docker context that it is opened through, with its certificates; "" for none.
        description: what its maker wrote about it.
        current: whether a plain `swarmtui` would open it now.
        problem: why it cannot be used; "" when nothing is known against it.
        used: when it was opened last, in seconds since 1970; None when that is not known.
    """

    key: str
    name: str
    kind: Kind
    url: str = ""
    context: str = ""
    description: str = ""
    current: bool = False
    problem: str = ""
    used: float | None = None


class State(Enum):
    """How far it is known whether a place answers."""

    WAITING = "waiting"
    """Its turn to be tried has not come."""
    TRYING = "trying"
    MANAGER = "manager"
    """An engine answers, and it can show its swarm."""
    LIMITED = "limited"
    """An engine answers, but it cannot show a swarm: a worker, no swarm, locked, no leader."""
    GREETS = "greets"
    """An SSH server answers. Nobody has logged in."""
    NOT_TRIED = "not tried"
    FAILED = "failed"


class Reach(msgspec.Struct, frozen=True):
    """What is known of whether a place answers. The texts may hold text from outside.

    Attributes:
        state: how far that is known.
        text: a few words: "manager", "worker", "no answer", "socket missing".
        version: of the engine, or what the SSH server calls itself; "" when not known.
        detail: the whole sentence, where there is more to say.
    """

    state: State
    text: str = ""
    version: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Directory:
    """All places, at one moment.

    Attributes:
        places: in the order to show them; None while they are being read.
        reaches: what is known of each, by its key.
        problems: what could not be read, one sentence each.
    """

    places: tuple[Place, ...] | None = None
    reaches: Mapping[str, Reach] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def context_key(context: str) -> str:
    """The key of a context of docker's store."""
    return f"context {context}"


def key_of(endpoint: Endpoint) -> str:
    """The key of the place that an endpoint is: its context, which brings certificates with it, or else its URL."""
    context = context_key(endpoint.name)
    return context if endpoint.source == context else endpoint.url
