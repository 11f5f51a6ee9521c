"""Keys one after another: each finds the screen as the one before has left it.

Textual hands a key to the widget that has the focus when the key arrives. Over a slow line, or from a quick hand,
several arrive at once: then "1 j d" (nodes, down, drain) moves the cursor of the pane that had the focus before, and
the drain is asked for another node than meant. `KeyQueue` holds back each key until the one before is worked off.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque

from textual import events
from textual.app import ReturnType
from textual.dom import DOMNode
from textual.message_pump import MessagePump

from swarmtui.ui.kit.textual_internals import HookedApp

__all__ = ["KeyQueue"]

TURN = 0.01
TURNS = 50
"""So many times so many seconds the next key is held back at most: a widget that waits must not lock the keyboard.

Counted in turns of the event loop rather than by the clock: on a machine without time for us half a second is over
before the loop has gone round a few times, and the key would still find the screen of the one before.
"""


class KeyQueue(HookedApp[ReturnType]):
    """An app that works off keys strictly in their order.

    Attributes:
        last_key: when the last one came, in seconds of `time.monotonic`; at first when the app was made.
    """

    _waiting_keys: deque[events.Key] | None = None
    _key_worker: asyncio.Task[None] | None = None

    def __init__(self) -> None:
        super().__init__()
        self.last_key = time.monotonic()

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        self.last_key = time.monotonic()
        if self._waiting_keys is None:
            self._waiting_keys = deque()
        self._waiting_keys.append(event)
        if self._key_worker is None or self._key_worker.done():
            self._key_worker = asyncio.create_task(self._work_off(self._waiting_keys), name="keys")

    async def _work_off(self, keys: deque[events.Key]) -> None:
        while keys and self.is_running:
            try:
                await super().on_event(keys.popleft())
            except Exception as error:  # as for any other event: a fault of ours ends the program in good order
                self.failed(error)
                return
            await self._settled()

    async def _settled(self) -> None:
        """Wait until what the last key set off has been worked off: in its widget, up to the app, in a new screen."""
        settling = asyncio.create_task(self._worked_off(), name="what a key sets off")
        for _ in range(TURNS):
            done, _ = await asyncio.wait({settling}, timeout=TURN)
            if done:
                return settling.result()
        settling.cancel()
        return None

    async def _worked_off(self) -> None:
        # The first round is over when the key has bubbled up and its action has run; the second when what that has
        # asked for (a focus, a screen) has been done.
        for _ in range(2):
            for pump in self._pumps():
                await _reached(pump)
        await self.key_answered()
        while not self.screen.is_mounted:  # noqa: ASYNC110 - Textual has no event to await for it
            await asyncio.sleep(0)
        for pump in self._pumps():
            await _reached(pump)

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
    # `call_later` does the same, and has the signature of what it calls looked up each time.
    if pump.post_message(events.Callback(callback=reached.set)):
        await reached.wait()
