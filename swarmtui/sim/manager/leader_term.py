"""One leader's term: what every part of the manager needs, and what ends with it.

Only the leader orchestrates. When it loses its office all timers of its parts are void, and the next leader's parts
work out from the store what is to be done (swarmkit manager.becomeLeader and becomeFollower).
"""

from __future__ import annotations

import random
from collections.abc import Callable

from swarmtui.sim.clock import Clock, Timer
from swarmtui.sim.manager.store import Store
from swarmtui.sim.objects.ids import Identities
from swarmtui.sim.objects.objects import Service, Task


class LeaderTerm:
    """Store, clock, identifiers and chance, for as long as one manager leads."""

    def __init__(self, store: Store, clock: Clock, rng: random.Random, ids: Identities) -> None:
        self.store = store
        self.clock = clock
        self.rng = rng
        self.ids = ids
        self.over = False

    def later(self, delay: float, action: Callable[[], None]) -> Timer:
        """Do something after a while, unless the term is over by then."""

        def unless_over() -> None:
            if not self.over:
                action()

        return self.clock.later(delay, unless_over)

    def now(self) -> float:
        return self.clock.now()

    def new_task(self, service: Service, slot: int, node_id: str = "") -> Task:
        """A task that is not in the store yet. Rule: orchestrator.NewTask."""
        return Task(self.ids.object(), service, slot, node_id, self.now())
