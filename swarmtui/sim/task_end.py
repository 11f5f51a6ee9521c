"""The end of an asyncio task that somebody waits for."""

from __future__ import annotations

import asyncio

__all__ = ["end_task"]


async def end_task(task: asyncio.Task[None]) -> None:
    """Cancel a task, and wait until it has ended. Raises what it raised.

    To await the task, and suppress its CancelledError, would lose that the caller was cancelled meanwhile.
    """
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.result()
