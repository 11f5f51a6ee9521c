"""SampledNode: one node that is asked for figures: the way to it, what stands in that way, and what was sampled."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING

from swarmtui.engine.nodes.roads import LASTING, NodeRoads
from swarmtui.errors import SwarmtuiError
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.stats.figures import figures_between
from swarmtui.swarm.stats.sample import Sample
from swarmtui.swarm.stats.stats import Unreached
from swarmtui.swarm.stats.track import Track

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient

__all__ = ["OneSample", "SampledNode"]

AGAIN_FIRST, AGAIN_MOST = 5.0, 120.0
"""Seconds until a node is tried again: after its first failure, and at most."""
OLD = 10.0
"""Seconds after which figures are old, where they should have come sooner."""


class OneSample:
    """A container, and what was sampled of it.

    Attributes:
        before: the newest sample, and when it came.
        track: the figures of the last minutes.
        due_at: when to ask next.
        place: how urgent it is among those of its node; the least is the most urgent.
    """

    def __init__(self, container_id: str) -> None:
        self.container_id = container_id
        self.before: tuple[Sample, float] | None = None
        self.track = Track()
        self.due_at = 0.0
        self.place = 0

    def urgency(self, of_node: int) -> tuple[bool, float, int]:
        """What orders those that are due: of which nothing is known first, as they stand on the screen."""
        unknown = self.before is None
        return not unknown, self.place if unknown else self.due_at, of_node

    def add(self, sample: Sample, began: float, now: float) -> None:
        """Take a sample that was asked for at a moment and came at another."""
        before, at = self.before or (None, began)
        self.before = sample, now
        self.track = self.track.then(now, figures_between(before, sample, now - at))

    def gone(self, again_at: float) -> None:
        """It has ended."""
        self.before, self.track, self.due_at = None, Track(), again_at

    def is_fresh(self, now: float, every: float) -> bool:
        """Whether the newest figures say how it is now."""
        return self.track.at is not None and now - self.track.at <= OLD + 2 * every


class SampledNode:
    """One node. Its owner holds a lock for all but `open`.

    Attributes:
        node: which.
        place: how urgent it is among the nodes.
        samples: its containers that are looked at, by their IDs.
        client: for asking it; None while it is not reached.
        busy: it is being asked.
        opening: it is being reached.
        proven: the last request was answered.
        error: what stands in the way; None for nothing.
        again_at: when to try again.
        given_up: nobody looks at it any more.
    """

    def __init__(self, before: SampledNode | None = None) -> None:
        """
        Args:
            before: the same node, which could not be reached when it was looked at before.
        """
        self.node = Node()
        self.place = 0
        self.samples: Mapping[str, OneSample] = {}
        self.client: EngineClient | None = None
        self.busy = self.opening = self.proven = False
        self.error: SwarmtuiError | None = before.error if before is not None else None
        self.again_at: float = before.again_at if before is not None else 0.0
        self.given_up = threading.Event()
        self._failures: int = before._failures if before is not None else 0
        self._opened: EngineClient | None = None
        self._way = ExitStack()

    def want(self, samples: Mapping[str, OneSample], node: Node, place: int) -> None:
        """Its containers that are looked at now, the most urgent first."""
        self.node, self.place, self.samples = node, place, samples
        for number, sample in enumerate(samples.values()):
            sample.place = number

    def open(self, roads: NodeRoads) -> ExitStack:
        """Reach it. Blocks.

        Returns:
            What holds the way, for `take`.

        Raises:
            SwarmtuiError: it cannot be reached; the error tells which layer failed.
        """
        with ExitStack() as held:
            client = held.enter_context(roads.client(self.node, self.given_up, noted=False))
            held.callback(client.abort)
            self._opened = client
            return held.pop_all()

    def take(self, way: ExitStack) -> None:
        """It is reached."""
        self._way, self.client = way, self._opened

    def give_back(self) -> ExitStack:
        """It is not to be asked any more: gives what holds the way, which is to be closed without the lock."""
        way, self._way, self.client = self._way, ExitStack(), None
        return way

    def abort(self) -> None:
        """End a request under way at once."""
        self.given_up.set()
        if (client := self.client) is not None:
            client.abort()

    def answered(self, sample: OneSample, answer: Sample, began: float, now: float) -> None:
        """A request was answered."""
        sample.add(answer, began, now)
        self.proven, self.error, self._failures = True, None, 0

    def failed(self, error: SwarmtuiError, now: float) -> None:
        """It could not be reached, or did not answer."""
        self.proven, self.error = False, error
        pause = min(AGAIN_FIRST * 2**self._failures, AGAIN_MOST)
        self._failures += 1
        self.again_at = float("inf") if isinstance(error, LASTING) else now + pause

    def unreached(self, now: float) -> Unreached:
        """What stands in the way, for the user."""
        again_in = None if self.again_at == float("inf") else max(0.0, self.again_at - now)
        error = self.error
        return Unreached("" if error is None else error.after_layer(str(error)), again_in)
