"""Keys one after another: each finds the screen as the one before has left it.

Textual hands a key to the widget that has the focus when the key arrives. Over a slow line, or from a quick hand,
several arrive at once: then "1 j d" (nodes, down, drain) moves the cursor of the pane that had the focus before, and
the drain is asked for another node than meant. `OrderlyKeys` holds back each key until the one before is worked off.
"""

from __future__ import annotations

import asyncio
from collections import deque

from textual import events
from textual.app import App, ReturnType
from textual.dom import DOMNode
from textual.message_pump import MessagePump

__all__ = ["OrderlyKeys"]

PATIENCE = 0.5
"""Seconds after which the next key is let through all the same: a busy widget must not lock the keyboard."""


class OrderlyKeys(App[ReturnType]):
    """An app that works off keys strictly in their order."""

    _waiting_keys: deque[events.Key] | None = None
    _key_worker: asyncio.Task[None] | None = None

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        if self._waiting_keys is None:
            self._waiting_keys = deque()
        self._waiting_keys.append(event)
        if self._key_worker is None or self._key_worker.done():
            self._key_worker = asyncio.create_task(self._work_off(self._waiting_keys), name="keys")

    async def _work_off(self, keys: deque[events.Key]) -> None:
        while keys and self._running:
            try:
                await super().on_event(keys.popleft())
            except Exception as error:  # as for any other event: a fault of ours ends the program in good order
                self._handle_exception(error)
                return
            await self._settled()

    async def _settled(self) -> None:
        """Wait until what the last key set off has been worked off: in its widget, up to the app, in a new screen."""
        try:
            async with asyncio.timeout(PATIENCE):
                # The first round is over when the key has bubbled up and its action has run; the second when what that
                # has asked for (a focus, a screen) has been done.
                for _ in range(2):
                    for pump in self._pumps():
                        await _reached(pump)
                await self.key_answered()
                while not self.screen.is_mounted:  # noqa: ASYNC110 - Textual has no event to await for it
                    await asyncio.sleep(0)
                for pump in self._pumps():
                    await _reached(pump)
        except TimeoutError:
            return

    async def key_answered(self) -> None:
        """Wait for what the last key has asked of others: perhaps for a dialog that the next keys are meant for."""

    def _pumps(self) -> list[DOMNode]:
        """The way a key goes: from the widget with the focus up to the app."""
        start: DOMNode = self.focused or self.screen
        return list(start.ancestors_with_self)


async def _reached(pump: MessagePump) -> None:
    """Wait until a pump has worked off what is in its queue now."""
    if not pump.is_running:
        return
    reached = asyncio.Event()
    if pump.call_later(reached.set):
        await reached.wait()
