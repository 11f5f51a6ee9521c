"""How many bytes of one answer may be on their way: no more than the line brings in a moment.

All channels share one line, and what the server has sent cannot be overtaken. With a window of megabytes the whole task
list stands before every small answer on a narrow line, for half a minute, and the engine is taken for dead. Pure: the
clock is passed in.
"""

from __future__ import annotations

__all__ = ["FIRST", "LEAST", "MOST", "ReceiveWindow"]

FIRST = 128 * 1024
"""Bytes at the beginning of each answer."""
TRIAL = 384 * 1024
"""Bytes of an answer before which the window does not grow: a list of some hundred nodes, which SSH makes thirty times
smaller, says little of the line. Tasks become seven times smaller."""
LEAST = 16 * 1024
MOST = 2 * 1024 * 1024
WAITING = 1.0
"""Seconds for which what is on its way may keep the line busy."""
SHORTEST = 0.05
"""Seconds that a measurement takes at least: what has waited in our own buffers comes all at once."""


class ReceiveWindow:
    """The window of one channel, which follows from how quickly its bytes come.

    It is doubled or halved at most at a time: so it grows about as quickly as TCP's own.

    Attributes:
        size: bytes.
    """

    def __init__(self) -> None:
        self.size = FIRST
        self._since: float | None = None
        self._received = self._of_answer = 0

    def asked(self) -> bool:
        """Something is sent: the time until the answer comes says nothing of the line.

        Returns:
            Whether the window is another one now.
        """
        self._since, self._of_answer = None, 0
        before, self.size = self.size, min(self.size, FIRST)
        return self.size != before

    def received(self, size: int, now: float) -> bool:
        """Bytes have come.

        Returns:
            Whether the window is another one now.
        """
        self._of_answer += size
        if self._since is None:
            self._since, self._received = now, 0
            return False
        self._received += size
        lasted = now - self._since
        if self._received < self.size / 2 or lasted < SHORTEST:
            return False
        fits = self._received / lasted * WAITING
        most = min(MOST, self.size * 2) if self._of_answer >= TRIAL else self.size
        before, self.size = self.size, int(max(LEAST, self.size / 2, min(most, fits)))
        self._since, self._received = now, 0
        return self.size != before
