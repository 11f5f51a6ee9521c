"""How fast time passes in the swarm."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from swarmtui.sim.task_end import end_task

if TYPE_CHECKING:
    from swarmtui.sim.clock import Clock


class Pace:
    """Drives a clock at a speed that may change; 0 leaves it to those who step it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._driving: asyncio.Task[None] | None = None
        self.speed = 0.0

    def set(self, speed: float) -> None:
        """Let time pass so many times faster than real time from now on."""
        self._halt()
        self.speed = speed
        if speed > 0:
            self._driving = asyncio.ensure_future(self._clock.drive(speed))

    def _halt(self) -> asyncio.Task[None] | None:
        driving, self._driving = self._driving, None
        if driving is not None:
            driving.cancel()
        return driving

    async def stop(self) -> None:
        """Let no time pass any more."""
        driving = self._halt()
        if driving is not None:
            await end_task(driving)
