"""Following a log: of services and tasks, over breaks, to its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.engine.session import Session
from swarmtui.engine.streams import logs
from swarmtui.engine.streams.log_lines import NOTICE, STDERR, STDOUT, LogLine, LogPhase, LogRequest
from swarmtui.engine.streams.logs import FollowedLog
from swarmtui.swarm.kinds import Kind, Target
from tests.patience import ends
from tests.stub_engine import StubEngine
from tests.threads import threads_of_ours
from tests.unit.engine.conftest import eventually


class Reader:
    """A followed log, and all that came from it."""

    def __init__(self, stream: FollowedLog) -> None:
        self.stream = stream
        self.lines: list[LogLine] = []
        self.dropped = 0

    @property
    def texts(self) -> list[str]:
        batch = self.stream.take()
        self.lines += batch.lines
        self.dropped += batch.dropped
        return [line.text for line in self.lines]

    def until(self, *texts: str) -> None:
        """Wait until exactly these lines have come."""
        eventually(lambda: len(self.texts) >= len(texts))
        assert self.texts == list(texts)

    def until_phase(self, phase: LogPhase) -> None:
        eventually(lambda: self.stream.status.phase is phase)


@contextmanager
def following(
    engine: StubEngine, kind: Kind = Kind.SERVICE, object_id: str = "", request: LogRequest | None = None
) -> Iterator[Reader]:
    session = Session(Endpoint(engine.url, "stub"))
    target = Target(kind, object_id or engine.service("web")["ID"], "web", 1)
    try:
        reader = Reader(session.logs(target, request or LogRequest()))
        yield reader
    finally:
        session.close()


def test_a_services_log_says_who_wrote_what_and_where(engine: StubEngine) -> None:
    first, second = engine.tasks_of("web")[:2]
    engine.write_log("web", "hello", task=first)
    with following(engine) as log:
        log.until("hello")
        log.until_phase(LogPhase.FOLLOWING)
        engine.write_log("web", "oh no", task=second, stream=2)
        log.until("hello", "oh no")
        assert [(line.task_id, line.node_id, line.source) for line in log.lines] == [
            (first["ID"], first["NodeID"], STDOUT),
            (second["ID"], second["NodeID"], STDERR),
        ]
        (asked,) = engine.asked(f"/services/{engine.service('web')['ID']}/logs")
        assert asked.query["tail"] == "500"
        assert "since" not in asked.query


APIS = pytest.mark.parametrize("api", ["1.41", "1.45"], ids=["told by the spec", "told by the answer"])
"""Since 1.42 the answer says whether it is in frames."""


@APIS
def test_what_has_no_terminal_comes_in_frames(engine: StubEngine, api: str) -> None:
    engine.api_version = api
    engine.write_log("web", "hello", stream=2)
    with following(engine) as log:
        log.until("hello")
        assert log.lines[0].source == STDERR


@APIS
def test_a_task_with_a_terminal_is_read_as_one(engine: StubEngine, api: str) -> None:
    engine.api_version = api
    engine.service("web")["Spec"]["TaskTemplate"]["ContainerSpec"]["TTY"] = True
    task = engine.tasks_of("web")[0]
    engine.write_log("web", "\x1b[32mgreen\x1b[0m", task=task)
    with following(engine, Kind.TASK, task["ID"], LogRequest(since=0, tail=None)) as log:
        log.until("\x1b[32mgreen\x1b[0m")
        assert log.lines[0].task_id == task["ID"]
        (asked,) = engine.asked(f"/tasks/{task['ID']}/logs")
        assert asked.query["since"] == "0.000000000"
        assert "tail" not in asked.query


def test_over_a_break_every_line_comes_once(engine: StubEngine) -> None:
    one, two = engine.tasks_of("web")[:2]
    same = "2026-03-01T12:00:00.000000001Z"
    with following(engine) as log:
        log.until_phase(LogPhase.FOLLOWING)
        engine.write_log("web", "a", task=one, stamp=same)
        engine.write_log("web", "b", task=one, stamp=same)
        engine.write_log("web", "of another", task=two, stamp="2026-03-01T12:00:00.500000000Z")
        log.until("a", "b", "of another")
        before = len(engine.asked("/services/"))
        engine.server.cut()
        engine.write_log("web", "c", task=one, stamp=same)
        engine.write_log("web", "late", task=two, stamp="2026-03-01T12:00:00.600000000Z")
        log.until("a", "b", "of another", "c", "late")
        again = [each for each in engine.asked("/services/")[before:] if each.path.endswith("/logs")]
        assert again
        assert "tail" not in again[-1].query
        engine.write_log("web", "d", task=one, stamp="2026-03-01T12:00:02.000000000Z")
        log.until("a", "b", "of another", "c", "late", "d")


def test_while_it_is_broken_the_reason_is_told(engine: StubEngine) -> None:
    with following(engine) as log:
        log.until_phase(LogPhase.FOLLOWING)
        engine.stop()
        log.until_phase(LogPhase.BROKEN)
        eventually(lambda: log.stream.status.error is not None)
        engine.start()
        log.stream.reconnect()
        log.until_phase(LogPhase.FOLLOWING)
        engine.write_log("web", "back")
        log.until("back")


def test_the_log_of_a_removed_service_ends(engine: StubEngine) -> None:
    with following(engine) as log:
        log.until_phase(LogPhase.FOLLOWING)
        engine.remove_service("web")
        engine.server.cut()
        log.until_phase(LogPhase.ENDED)
        assert "not found" in str(log.stream.status.error)


def test_the_log_of_a_task_ends_with_it(engine: StubEngine) -> None:
    task = engine.tasks_of("web")[0]
    with following(engine, Kind.TASK, task["ID"]) as log:
        log.until_phase(LogPhase.FOLLOWING)
        engine.write_log("web", "bye", task=task)
        engine.set_task(task, state="complete")
        engine.logs.end(task["ID"])
        log.until_phase(LogPhase.ENDED)
        log.until("bye")
        assert log.stream.status.error is None


def test_the_log_of_a_task_that_has_ended_is_read_to_its_end(engine: StubEngine) -> None:
    """An engine would go on in silence if that log were followed."""
    task = engine.tasks_of("web")[0]
    engine.set_task(task, state="failed")
    engine.write_log("web", "bye", task=task)
    with following(engine, Kind.TASK, task["ID"]) as log:
        log.until_phase(LogPhase.ENDED)
        log.until("bye")


def test_the_engines_words_and_the_driver_are_passed_on(engine: StubEngine) -> None:
    engine.service("web")["Spec"]["TaskTemplate"]["LogDriver"] = {"Name": "gelf"}
    with following(engine) as log:
        log.until_phase(LogPhase.FOLLOWING)
        assert log.stream.status.driver == "gelf"
        engine.write_log("web", "Error grabbing logs: it is so", stream=3)
        log.until("Error grabbing logs: it is so")
        assert log.lines[0].source == NOTICE


def test_what_nobody_takes_is_bounded(engine: StubEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_WAITING", 100)
    with following(engine) as log:
        log.until_phase(LogPhase.FOLLOWING)
        engine.write_log("web", "\n".join(map(str, range(250))))
        eventually(lambda: log.stream.waiting == 100)
        assert log.texts == [str(number) for number in range(150, 250)]
        assert log.dropped == 150


@pytest.mark.usefixtures("no_deadlines")
@pytest.mark.parametrize("whole_session", [False, True])
def test_closing_ends_a_silent_stream(engine: StubEngine, whole_session: bool) -> None:
    before = threads_of_ours("log")
    session = Session(Endpoint(engine.url, "stub"))
    stream = session.logs(Target(Kind.SERVICE, engine.service("web")["ID"], "web", 1), LogRequest())
    eventually(lambda: stream.status.phase is LogPhase.FOLLOWING)
    (session if whole_session else stream).close()
    eventually(lambda: threads_of_ours("log") <= before)
    session.close()


@pytest.mark.usefixtures("no_deadlines")
def test_closing_does_not_wait_for_an_engine_that_hangs(engine: StubEngine) -> None:
    before = threads_of_ours("log")
    engine.hang("/services/")
    with following(engine) as log:
        eventually(lambda: engine.asked("/services/"))
        ends(log.stream.close, "closing")
        eventually(lambda: threads_of_ours("log") <= before)
