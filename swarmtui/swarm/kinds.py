"""What sorts of objects a swarm has, and how one of them is named."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Kind", "Target"]


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
        """ "service": one of them, in a sentence."""
        text: str = self.value
        return text if self is Kind.SWARM else text.removesuffix("s")


@dataclass(frozen=True)
class Target:
    """The object that an action changes, as it was when the action was made.

    Attributes:
        kind: what sort of object.
        id: its full ID; "" of what does not exist yet.
        name: its name, for people.
        version: its `Version.Index` on the screen that the user saw.
    """

    kind: Kind
    id: str
    name: str
    version: int
