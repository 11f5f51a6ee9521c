"""What the user interface may ask of the demo's swarm beside its Docker API; met by swarmtui.demo.DemoSwarm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

__all__ = ["DemoControls", "Narration"]


class Narration(Protocol):
    """The scenario that is played; `playing` is "" for none."""

    @property
    def known(self) -> Mapping[str, str]: ...
    @property
    def playing(self) -> str: ...
    @property
    def step(self) -> int: ...
    @property
    def of(self) -> int: ...
    @property
    def says(self) -> str: ...


class DemoControls(Protocol):
    """A swarm on which things can be made to go wrong. No call blocks."""

    def start(self, on_news: Callable[[], None]) -> None:
        """`on_news` is called, from another thread, whenever `narration` has something new."""

    @property
    def narration(self) -> Narration: ...

    def nodes(self) -> list[str]:
        """The names of the nodes."""

    def fault(self, node: str, what: str) -> None:
        """ "kill", "stop", "cut", "slow" or "revive" a node."""

    def image(self, image: str, what: str) -> None:
        """Make an image "missing", "crash", "unhealthy", "slow" or "well"."""

    def speed(self, factor: float) -> None:
        """How fast time passes."""

    def play(self, scenario: str) -> None:
        """Play a scenario."""

    def next_step(self) -> None:
        """Continue it at once."""

    def end_scenario(self) -> None:
        """Stop it."""
