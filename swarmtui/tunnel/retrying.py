"""When a tunnel that does not stand tries again."""

from __future__ import annotations

import asyncio
import random

from swarmtui.errors import EndpointError, HostKeyRefused, LoginRefused, SwarmtuiError

__all__ = ["Retrying"]

FIRST = 0.25
"""Seconds until the second try."""
LONGEST = 1.5
"""With a try of 3 s at most, a host that comes back is reached within 5 s."""
FIRST_LOGIN, LONGEST_LOGIN = 2.0, 30.0
"""For refused logins: a server counts them, and may lock the account or the address."""
JITTER = 0.2
"""Share by which each wait differs by chance, so that many programs do not all come back at once."""


class Retrying:
    """Counts failures and takes naps between tries. Belongs to the SSH loop."""

    def __init__(self) -> None:
        self._failures = 0
        self._wake = asyncio.Event()

    def succeeded(self) -> None:
        """It stands: the next failure is the first."""
        self._failures = 0

    def wait(self, error: SwarmtuiError, *, lived: bool) -> float | None:
        """How long to wait after a failure, in seconds; None when only the user can help.

        Args:
            error: of the last try.
            lived: whether the tunnel has stood before.
        """
        self._failures += 1
        if isinstance(error, HostKeyRefused | EndpointError):
            return None
        if isinstance(error, LoginRefused):
            # A machine that is just starting refuses users for a while (pam_nologin). Never again with what somebody
            # has typed: a password that is wrong now is wrong later.
            if not lived or {"password", "keyboard-interactive"} & set(error.tried):
                return None
            return self._jittered(FIRST_LOGIN, LONGEST_LOGIN)
        return self._jittered(FIRST, LONGEST)

    async def nap(self, seconds: float | None) -> None:
        """Wait so long, or until `now`."""
        self._wake.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    def now(self) -> None:
        """Somebody wants it tried at once, and quickly after that too."""
        self._failures = 0
        self._wake.set()

    def _jittered(self, first: float, longest: float) -> float:
        return min(longest, first * 2.0 ** min(self._failures - 1, 10)) * random.uniform(1 - JITTER, 1 + JITTER)
