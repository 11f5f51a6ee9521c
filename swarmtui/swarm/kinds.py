"""What sorts of objects a swarm has, and how one of them is named. All else of a sort is in `object_kinds`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, Protocol

__all__ = ["Kind", "Named", "Target", "version_of"]


class Kind(Enum):
    """What sort of object is meant; the value is the Engine API's path segment.

    A stack has none: it is nothing but a label that services, secrets, configs and networks share.
    """

    NODE = "nodes"
    SERVICE = "services"
    TASK = "tasks"
    SECRET = "secrets"
    CONFIG = "configs"
    NETWORK = "networks"
    SWARM = "swarm"
    STACK = "stacks"

    @property
    def word(self) -> str:
        """ "service": one of them, in a sentence. docker's own word for it too: `docker service …`."""
        text: str = self.value
        return text if self is Kind.SWARM else text.removesuffix("s")


class Named(Protocol):
    """What has a name of its own. (A task's is made of its service's and its node's.)"""

    kind: ClassVar[Kind]

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Target:
    """The object that an action changes, as it was when the action was made.

    Attributes:
        kind: what sort of object.
        id: its full ID; "" of what does not exist yet.
        name: its name, for people.
        version: its `Version.Index` on the screen that the user saw.
        shares_name: another object of its kind has this name, so that commands name it by its ID.
    """

    kind: Kind
    id: str
    name: str
    version: int
    shares_name: bool = False

    @classmethod
    def of(cls, thing: Named) -> Target:
        """What an action names an object by."""
        return cls(thing.kind, thing.id, thing.name, version_of(thing))

    @classmethod
    def of_json(cls, kind: Kind, raw: Mapping[str, Any]) -> Target:
        """The same from an object's raw JSON (`GET /services/{id}`), in which anything may be missing."""
        identity, version = str(raw.get("ID", "")), raw.get("Version") or {}
        part, key = ("Description", "Hostname") if kind is Kind.NODE else ("Spec", "Name")
        name = (raw.get(part) or {}).get(key)
        return cls(kind, identity, str(name or identity[:12]), int(version.get("Index") or 0))


def version_of(thing: object) -> int:
    """0 for what is never changed, as a network, or has no JSON of its own."""
    version = getattr(thing, "version", None)
    return 0 if version is None else int(version.index)
