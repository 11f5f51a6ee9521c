"""The events of one engine."""

from __future__ import annotations

from collections.abc import Callable

from swarmtui.sim.control.access import Access
from swarmtui.sim.objects.spec import JSON


class Events(Access):
    """What `GET /events` is made of; filters are applied by who serves it."""

    def history(self, since: float, until: float) -> list[JSON]:
        """The remembered events of a time (virtual unix seconds)."""
        return self._cluster.events.history(self._machine, since, until)

    def subscribe(self, subscriber: Callable[[JSON], None]) -> Callable[[], None]:
        """Be told of each event from now on; call the result to be told no more."""
        return self._cluster.events.subscribe(self._machine, subscriber)
