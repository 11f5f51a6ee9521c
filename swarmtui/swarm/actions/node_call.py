"""The actions on what only one node's own engine has."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.objects.node import Node

__all__ = ["NodeCall", "NodeRemovals"]


class NodeCall(Action):
    """Asks a node's own engine for something about what only that engine has: containers, images, volumes.

    Attributes:
        node: whose engine.

    Class attributes:
        method: "POST", "PUT" or "DELETE".
    """

    method: ClassVar[str]

    node: Node

    @property
    @abstractmethod
    def path(self) -> str:
        """Of the Engine API, without a version: "/containers/…"."""

    @property
    def body(self) -> Any:
        """What is sent as JSON; None for nothing."""
        return None

    def told(self, answer: Any) -> tuple[str, ...]:
        """What the engine's answer says to the user, in lines.

        Args:
            answer: decoded JSON as it came; None when it was empty.
        """
        return ()


class NodeRemovals(NodeCall):
    """Removes several things from a node, one by one: exactly those that were shown, whatever has come since."""

    method: ClassVar[str] = "DELETE"

    @property
    @abstractmethod
    def paths(self) -> tuple[str, ...]:
        """What is deleted, in this order."""

    @property
    def path(self) -> str:
        return self.paths[0]

    @abstractmethod
    def told_of(self, refused: Mapping[str, str]) -> tuple[str, ...]:
        """What became of it, in lines.

        Args:
            refused: the paths that the engine refused to remove, and why.
        """
