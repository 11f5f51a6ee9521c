"""Asking the swarm for its tokens or keys, for a dialog that is open meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from textual.screen import Screen

from swarmtui.errors import ConnectionFailed, SwarmtuiError

__all__ = ["ask_for"]

AGAIN = 2.0
"""Seconds from an answer that did not come to the next question. The sentence of such an error promises one."""

T = TypeVar("T")


async def ask_for(
    dialog: Screen[Any],
    ask: Callable[[], Future[T]],
    show: Callable[[T], None],
    fail: Callable[[SwarmtuiError], None],
) -> None:
    """Ask until there is an answer, for as long as the dialog is open. What the engine refuses is not asked again.

    Args:
        ask: asks once.
        show: shows in the dialog what was given.
        fail: shows why it was not given.
    """
    while True:
        try:
            given = await asyncio.wrap_future(ask())
        except SwarmtuiError as error:
            fail(error)
            if not isinstance(error, ConnectionFailed):
                return
            await asyncio.sleep(AGAIN)
            if not dialog.is_attached:
                return
        else:
            show(given)
            return
