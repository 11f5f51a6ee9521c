"""Logs: followed, paused, filtered, saved; what a program wrote is shown and never obeyed."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from swarmtui.engine.streams.log_lines import NOTICE, STDERR, LogPhase, LogStatus
from swarmtui.errors import ConnectionBroken
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.ui.logs import log_book
from tests.stub_engine import StubEngine
from tests.ui.driving import Program, open_on, running
from tests.ui.scripted import ScriptedSession, live
from tests.ui.scripted_log import ScriptedLog
from tests.unit.swarm import builders


def swarm() -> Cluster:
    return builders.cluster(
        [builders.node("wrk1"), builders.node("wrk2"), builders.node("wrk3", id="0" * 25)],
        [builders.service("web", 2, status=(2, 2))],
        [builders.task("web", 1, "wrk1", id="task-web-1"), builders.task("web", 2, "wrk2", id="task-web-2")],
    )


async def opened(program: Program, session: ScriptedSession) -> ScriptedLog:
    """The log of the service web."""
    await program.see("web +replicated|web +▰")
    await program.press("2", "l")
    await program.see("Logs of web")
    return session.logged[-1]


def numbered(first: int, last: int) -> list[str]:
    return [f"line {number:04}" for number in range(first, last)]


SOON = 0.4
"""Seconds in which the log is looked at some times."""


async def writes_within(seconds: float, written: list[object]) -> bool:
    """Whether something is written in that time."""
    await asyncio.sleep(seconds)
    return bool(written)


def text_of(program: Program) -> list[str]:
    """The lines of the log on the screen, without the scroll bar."""
    return [line[:40].rstrip() for line in program.lines[1:-1]]


async def test_a_services_log_tells_the_tasks_apart(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await opened(program, session)
        assert (log.target.kind, log.target.id, log.request.tail) == (Kind.SERVICE, "service-web", 500)
        log.write("hello")
        log.write("oh no", task="task-web-2", source=STDERR)
        log.write("who?", task="gone0000000000000000000")
        await program.see(r"web\.1@wrk1 +hello")
        assert program.shows(r"web\.2@wrk2 +! oh no")
        assert program.shows(r"gone00000000 +who\?")
        assert program.shows("● following ── 3 lines")


async def test_a_tasks_log_is_its_own(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        await program.see("web +replicated")
        await program.press("3", "l")
        await program.see(r"Logs of web\.1")
        assert session.logged[-1].target.kind is Kind.TASK
        session.logged[-1].write("hello")
        await program.see(r"^▌  hello")


async def test_it_follows_until_one_reads_further_up(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await opened(program, session)
        log.write(*numbered(0, 100))
        await program.see("line 0099")
        log.write(*numbered(100, 200))
        await program.see("line 0199")
        await program.press("pageup")
        await program.see("not following, f follows")
        before = text_of(program)
        log.write(*numbered(200, 300))
        await program.see("300 lines")
        assert text_of(program) == before, "what one reads stays"
        await program.press("f")
        await program.see("line 0299")
        await program.press("k")
        await program.see("not following")
        await program.press("G")
        await program.see("● following")


async def test_paused_lines_wait(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await opened(program, session)
        log.write("before")
        await program.see("before")
        await program.press("p")
        log.write("after", "after that")
        await program.see("paused, 2 new lines")
        assert not program.shows("after")
        await program.press("space")
        await program.see("after that")


async def test_times_are_shown_in_two_forms(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await opened(program, session)
        log.write("hello", stamp="2026-03-01T12:34:56.123456789Z")
        await program.see("hello")
        assert not program.shows(r":56")
        await program.press("t")
        await program.see(r"\d\d:\d\d:56\.123 ")
        await program.press("t")
        await program.see("2026-03-01T12:34:56.123456789Z ")
        await program.press("t")
        await program.see_no(":56")


async def test_since_begins_the_log_anew(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await opened(program, session)
        log.write("old")
        await program.see("old")
        await program.press("s")
        await program.see("the last 5 minutes")
        await program.press("down", "down", "enter")
        await program.see("── the last hour")
        assert log.closed
        again = session.logged[-1]
        assert again is not log
        assert again.request.tail is None
        assert again.request.since is not None
        assert not program.shows(r"\bold$")


async def test_long_lines_are_broken_or_scrolled_to(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log, size=(80, 24)) as program:
        log = await opened(program, session)
        log.write("x" * 100 + " the end")
        await program.see("xxx")
        assert not program.shows("the end")
        await program.press("w")
        await program.see("the end")
        await program.press("w")
        await program.see_no("the end")
        await program.press(*["right"] * 10)
        await program.see("the end")


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A directory whose files' whole paths fit into a field, wherever pytest has its own."""
    with tempfile.TemporaryDirectory(prefix="logs-") as directory:
        yield Path(directory)


async def test_a_log_is_saved_and_nothing_overwritten_without_a_yes(
    crash_log: Path, short_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(short_path)
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await opened(program, session)
        log.write("hello")
        log.write("oh no", source=STDERR)
        await program.see("oh no")
        await program.press("S")
        await program.see(r"Save the log of web, 2 lines")
        await program.see(r"web-\d{8}-\d{6}\.log")
        await program.press("ctrl+u", *str(short_path / "x.log"), "enter")
        await program.see("Saved to")
        stamp = "2026-03-01T12:00:00.000000000Z web.1@wrk1"
        assert (short_path / "x.log").read_text() == f"{stamp} stdout hello\n{stamp} stderr oh no\n"
        (short_path / "x.log").write_text("precious")
        await program.press("S", "ctrl+u", *str(short_path / "x.log"), "enter")
        await program.read("already exists. Overwrite it?")
        await program.press("enter")  # the focus is on Cancel
        await program.until(lambda: len(program.app.screen_stack) == 2)
        assert (short_path / "x.log").read_text() == "precious"
        await program.press("S", "ctrl+u", *str(short_path / "x.log"), "enter", "tab", "enter")
        await program.until(lambda: (short_path / "x.log").read_text() != "precious")
        await program.press("S", "ctrl+u", *"/nowhere/x.log", "enter")
        await program.read("cannot be written: No such file or directory")


async def test_what_a_program_wrote_is_not_obeyed(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await opened(program, session)
        log.write("\x1b[31mred\x1b[0m \x1b]0;title\x07 [/x] \x1b[2J", "10%\r50%\r100%\r", "a\tb", "服\tb", "\u202eevil")
        await program.see(r"red ␛\]0;title␇ \[/x\] ␛\[2J")
        assert program.shows(r" 100%$")
        assert program.shows(r"  a       b$")
        assert program.shows(r"  服      b$")
        assert program.shows("‹U\\+202E›evil")


async def test_the_engines_words_are_told_with_names(crash_log: Path) -> None:
    words = (
        "Error grabbing logs: rpc error: code = Unknown desc = warning: incomplete log stream. some logs could not be "
        f"retrieved for the following reasons: node {'0' * 25} is not available"
    )
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await opened(program, session)
        log.write(words, source=NOTICE, task="", node="")
        await program.see("» no logs from wrk3: the node does not answer")


@pytest.mark.every_frame
async def test_a_log_without_news_writes_nothing(crash_log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever changes on the screen below, which it hides."""
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await opened(program, session)
        log.write("hello")
        await program.see("hello")
        written: list[object] = []
        monkeypatch.setattr(program.app, "_display", lambda screen, renderable: written.append(renderable))
        while await writes_within(SOON, written):
            written.clear()
        session.tell(connection=live(latency=0.5))
        await program.until(lambda: program.main.observation.connection.latency == 0.5)
        assert not await writes_within(SOON, written)
        log.write("more")
        await program.until(lambda: written)


async def test_what_keeps_lines_away_is_told(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        await opened(program, session)
        nodes = [builders.node("wrk1", state="down"), builders.node("wrk2")]
        session.tell(swarm().with_all(Node, nodes))
        await program.see("no lines from wrk1: not ready")
        session.tell(swarm().with_all(Service, []))
        await program.see("○ the service was removed")


async def test_how_the_stream_is_is_told(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await opened(program, session)
        log.status = LogStatus(LogPhase.BROKEN, ConnectionBroken("It broke [/x]."))
        await program.see(r"✖ reconnecting: It broke \[/x\]\.")
        log.status = LogStatus(LogPhase.ENDED)
        await program.see("○ ended: no more lines will come")
        log.status = LogStatus(LogPhase.FOLLOWING, driver="none")
        await program.see("its log driver is none: nothing can be read")
        log.drop(12)
        await program.see("12 lost: they came too fast")
        await program.press("ctrl+r")
        assert log.reconnected == 1
        session.tell(connection=live(error=ConnectionBroken("gone")))
        await program.until(lambda: program.app.screen._connection_failed)  # type: ignore[attr-defined]
        session.tell(connection=live())
        await program.until(lambda: log.reconnected == 2, "a connection that is back is used")


async def test_leaving_ends_the_stream(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await opened(program, session)
        await program.press("q")
        await program.until(lambda: log.closed)
        await program.see("web +replicated")
        log = await opened(program, session)
        await program.press("ctrl+q")
        await program.ended_at_once()
    assert log.closed


async def test_only_the_newest_lines_are_kept(crash_log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_book, "MOST_LINES", 100)
    monkeypatch.setattr(log_book, "SPARE", 10)
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await opened(program, session)
        log.write(*numbered(0, 95))
        await program.see("line 0094")
        await program.press("pageup")
        top = program.line(r"line \d+").split()[-1]
        log.write(*numbered(95, 110))
        await program.see("20 older ones dropped")
        assert program.line(r"line \d+").split()[-1] == top, "what one reads stays"
        await program.press("g")
        await program.see("line 0020")


async def test_a_flood_does_not_freeze_the_keys(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await opened(program, session)
        log.write(*numbered(0, 60_000))
        await program.see(r"59[0-9]{3}")
        assert program.shows("older ones dropped")
        await program.press("g", "slash", *"line 5999", "enter")
        await program.see(r"/line 5999: 10 of")


async def test_the_log_of_a_real_stream(engine: StubEngine, crash_log: Path) -> None:
    engine.write_log("web", "hello there")
    async with open_on(engine.url, crash_log) as program:
        await program.on_row("2", "web")
        await program.press("l")
        await program.see(r"web\.\d@\w+ +hello there")
        engine.write_log("web", "and more", stream=2)
        await program.see(r"! and more")
        await program.press("i")
        await program.see("service web ── in words")
        await program.press("l")
        await program.see("and more")
        assert len(program.app.screen_stack) == 2, "to and fro does not pile up screens"
        await program.press("y")
        await program.see("service web ── YAML")
        await program.press("escape", "escape")
        await program.see("● live")
        assert [each for each in engine.asked("/services/") if each.path.endswith("/logs")]


async def test_help_and_palette_know_the_keys_of_a_log(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        await opened(program, session)
        await program.press("question_mark")
        await program.see("Hold new lines")
        assert program.shows("The line above")
        await program.press("escape", "colon", *"pause")
        await program.see(r"Pause +\(p\)")
        await program.press("enter")
        await program.see("paused, 0 new lines")
