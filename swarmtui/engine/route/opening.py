"""Waiting for a tunnel that is being opened, for as long as the user is being asked something."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from swarmtui.errors import SSHNotReady

if TYPE_CHECKING:
    from swarmtui.tunnel.ssh import Tunnel

__all__ = ["wait_until_open"]

LOOK_AGAIN = 0.25
"""Seconds between two looks at what the tunnel does, and at whether it is still wanted."""


def wait_until_open(
    tunnel: Tunnel, is_wanted: Callable[[], bool], patience: float, doing: Callable[[str], None] = lambda _: None
) -> None:
    """Wait until a tunnel stands. Blocks.

    Args:
        is_wanted: whether to go on waiting.
        patience: seconds for which one thing may be done on the way, while the user is asked nothing.
        doing: called with words for what is being done.

    Raises:
        SwarmtuiError: it does not stand, takes too long, or is wanted no longer.
    """
    said, since = "", time.monotonic()
    while True:
        try:
            tunnel.wait_ready(LOOK_AGAIN)
        except SSHNotReady:
            status = tunnel.status
            if status.asks or status.doing != said:
                said, since = status.doing, time.monotonic()
                doing(said)
            if status.asks:
                time.sleep(LOOK_AGAIN)
            if not is_wanted() or time.monotonic() - since > patience:
                raise
        else:
            return
