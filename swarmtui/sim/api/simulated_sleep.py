"""Waiting for the swarm's clock, which tests step and the demo drives."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from swarmtui.sim.clock import Clock


async def passed(clock: Clock, seconds: float) -> None:
    """Wait until so many seconds have passed in the swarm."""
    reached = asyncio.Event()
    timer = clock.later(seconds, reached.set)
    try:
        await reached.wait()
    finally:
        timer.cancel()
