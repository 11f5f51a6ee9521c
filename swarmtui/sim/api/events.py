"""`GET /events`: what happened, and what happens from now on.

Which events a filter lets through is decided as in moby's `daemon/events/filter.go`; what `since` and `until` mean is
from `daemon/server/router/system/system_routes.go`.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Coroutine
from typing import Any

from aiohttp import web

from swarmtui.sim.api import answers, query, versions
from swarmtui.sim.api.call import Call
from swarmtui.sim.control.errors import ApiError

KEPT = 10_000
"""How many events wait for a client that reads slowly; those after them are lost to it, as an engine does."""

_NAMED = ("daemon", "container", "plugin", "volume", "network", "node", "service", "secret", "config")
_BEGINNINGS = frozenset({"health_status", "exec_create", "exec_start"})
_NEGOTIATED = ("application/x-ndjson", "application/jsonl", "application/json-seq")
_SEQUENCE = "application/json-seq"

Event = dict[str, Any]


async def events(call: Call) -> web.StreamResponse:
    """Answer with events until the time is over or the client leaves."""
    since = query.timestamp(call.query.get("since", ""))
    until = query.timestamp(call.query.get("until", ""))
    if until is not None and until < (since or 0.0):
        raise ApiError(
            400,
            f"`since` time ({call.query.get('since')}) cannot be after `until` time ({call.query.get('until')})",
        )
    sender = _Sender(call, call.filters())
    waiting: asyncio.Queue[Event] = asyncio.Queue(KEPT)
    past = _history(call, since, until)
    unsubscribe = call.engine.events.subscribe(lambda event: _put(waiting, event))
    try:
        await sender.begin()
        for event in past:
            await sender.send(event)
        if until is None or until > call.node.cluster.clock.now():
            await _until(call, until, sender.forward(waiting))
    finally:
        unsubscribe()
    return sender.response


async def _until(call: Call, until: float | None, sending: Coroutine[Any, Any, None]) -> None:
    """Send until the swarm's clock has reached a time."""
    if until is None:
        await sending
        return
    clock = call.node.cluster.clock
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(None) as limit:
            timer = clock.later(until - clock.now(), lambda: limit.reschedule(0.0))
            try:
                await sending
            finally:
                timer.cancel()


def _history(call: Call, since: float | None, until: float | None) -> list[Event]:
    if since is None and until is None:
        return []
    return call.engine.events.history(since or 0.0, math.inf if until is None else until)


def _put(waiting: asyncio.Queue[Event], event: Event) -> None:
    with contextlib.suppress(asyncio.QueueFull):
        waiting.put_nowait(event)


class _Sender:
    """Sends the events that the filters let through, in the form that was asked for."""

    def __init__(self, call: Call, filters: query.Filters) -> None:
        self._call = call
        self._filters = filters
        accepted = call.request.headers.get("Accept", "") if call.version >= (1, 52) else ""
        self._type = next((each for each in _NEGOTIATED if each in accepted), answers.JSON)
        self.response = answers.stream(self._type)

    async def begin(self) -> None:
        await self.response.prepare(self._call.request)
        # The client waits for the headers, which are sent with the first piece only.
        await self.response.write(b"")

    async def forward(self, waiting: asyncio.Queue[Event]) -> None:
        """Send what comes, for ever."""
        while True:
            await self.send(await waiting.get())

    async def send(self, event: Event) -> None:
        if not matches(event, self._filters):
            return
        await self._call.node.answering()
        data = answers.encoded(versions.event(event, self._call.version))
        await self.response.write(b"\x1e" + data if self._type == _SEQUENCE else data)


def matches(event: Event, filters: query.Filters) -> bool:
    """Whether the filters let an event through."""
    attributes: dict[str, str] = event["Actor"].get("Attributes") or {}
    names = (event["Actor"].get("ID", ""), attributes.get("name", ""))
    return (
        _exact(filters, "type", event["Type"])
        and _exact(filters, "scope", event.get("scope", "local"))
        and _action(filters, event["Action"])
        and all(_begins(filters, kind, names) for kind in _NAMED)
        and _image(filters, event, attributes)
        and _labels(filters, attributes)
    )


def _exact(filters: query.Filters, key: str, value: str) -> bool:
    wanted = filters.get(key)
    return not wanted or value in wanted


def _begins(filters: query.Filters, key: str, values: tuple[str, ...]) -> bool:
    wanted = filters.get(key)
    return not wanted or any(value.startswith(each) for value in values for each in wanted)


def _action(filters: query.Filters, action: str) -> bool:
    wanted = filters.get("event", [])
    if _BEGINNINGS.intersection(wanted):
        return _begins(filters, "event", (action,))
    return _exact(filters, "event", action)


def _image(filters: query.Filters, event: Event, attributes: dict[str, str]) -> bool:
    wanted = filters.get("image")
    if not wanted:
        return True
    name = attributes.get("name" if event["Type"] == "image" else "image", "")
    candidates = {event["Actor"].get("ID", ""), name, _without_tag(name)}
    return not candidates.isdisjoint(wanted)


def _without_tag(image: str) -> str:
    image = image.partition("@")[0]
    head, separator, last = image.rpartition("/")
    return head + separator + last.partition(":")[0]


def _labels(filters: query.Filters, attributes: dict[str, str]) -> bool:
    for wanted in filters.get("label", []):
        key, has_value, value = wanted.partition("=")
        if key not in attributes or (has_value and attributes[key] != value):
            return False
    return True
