"""The stream of events, where an engine or the way to it has no room for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client.client import EngineClient
from swarmtui.engine.streams import events
from swarmtui.engine.streams.events import EventStream
from tests.stub_engine import StubEngine
from tests.unit.engine.conftest import eventually


class Heard:
    """A stream of events, and all that it told."""

    def __init__(self, url: str) -> None:
        self.gaps = 0
        self.events: list[tuple[str, str, str]] = []
        self.stream = EventStream(
            lambda _: closing(EngineClient(Endpoint(url, "stub"))),
            lambda *event: self.events.append(event),
            self._on_gap,
        )

    def _on_gap(self) -> None:
        self.gaps += 1


@contextmanager
def hearing(engine: StubEngine) -> Iterator[Heard]:
    heard = Heard(engine.url)
    heard.stream.start()
    try:
        yield heard
    finally:
        heard.stream.close()


def test_after_a_break_it_tells_of_the_gap_and_goes_on(engine: StubEngine) -> None:
    with hearing(engine) as heard:
        eventually(lambda: heard.gaps == 1)
        engine.server.cut()
        eventually(lambda: heard.gaps == 2)
        web = ("service", engine.service("web")["ID"], "update")

        def is_told() -> bool:  # the engine tells only what happens once it has taken the listener in
            engine.set_replicas("web", 4)
            return web in heard.events

        eventually(is_told)


@pytest.mark.parametrize("wanted", [EventStream.retry, EventStream.reconnect])
def test_where_there_is_no_room_it_waits_until_somebody_wants_it(
    engine: StubEngine, monkeypatch: pytest.MonkeyPatch, wanted: Callable[[EventStream], None]
) -> None:
    monkeypatch.setattr(events, "RARELY", 3600.0)
    engine.refuse("/events", 503, "no more sessions", times=1)
    with hearing(engine) as heard:
        eventually(lambda: engine.asked("/events"))
        wanted(heard.stream)
        eventually(lambda: heard.gaps == 1)
