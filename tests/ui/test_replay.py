"""A record on the screen: every pane as it was at the moment, and the keys that move it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio

from swarmtui.engine.recording.replay_session import ReplaySession
from swarmtui.swarm.recording.position import Gap, Position
from swarmtui.ui.replay.replay_app import ReplayApp
from swarmtui.ui.replay.slider import slider_content
from tests.sim.recorded_swarms import RecordedSwarm
from tests.ui.driving import WIDE, Program
from tests.ui.test_layout import SMALL


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """A record of some minutes: web is scaled, its node dies, the recorder loses its connection, stops, and goes on."""
    swarm = RecordedSwarm(tmp_path / "night.rec")
    swarm.rig.create("web", "web:1.2", 2)
    swarm.wait(60.0)
    swarm.rig.scale("web", 5)
    swarm.wait(60.0)
    swarm.rig.cluster.faults.kill("w1")
    swarm.wait(60.0)
    swarm.lose(True)
    swarm.wait(40.0)
    swarm.lose(False)
    swarm.wait(10.0)
    swarm.stop()
    swarm.rig.advance(200.0)
    swarm.start()
    swarm.rig.image("web", "web:1.3")
    swarm.wait(60.0)
    swarm.stop()
    return swarm.path


@asynccontextmanager
async def replayed(path: Path, crash_log: Path, size: tuple[int, int] = WIDE) -> AsyncIterator[Program]:
    session = ReplaySession(path)
    try:
        app = ReplayApp(session, session, crash_log=crash_log)
        async with app.run_test(size=size, notifications=True) as pilot:
            program = Program(app, pilot)
            await program.see("◼ record")
            await program.see("5 min recorded|8 min recorded")
            yield program
    finally:
        session.close()


@pytest_asyncio.fixture
async def program(night: Path, crash_log: Path) -> AsyncIterator[Program]:
    async with replayed(night, crash_log) as opened:
        yield opened


def clock(program: Program) -> str:
    """The moment that the slider shows."""
    return program.line(r"^ *[‖▶]").split()[1]


async def test_every_pane_is_as_it_was(program: Program) -> None:
    await program.press("right_parenthesis")
    await program.see(r"web .*web:1\.3")
    await program.see("w1 .*down")
    await program.press("left_parenthesis")
    await program.see("w1 .*ready")
    await program.see_no("web:1.3")


async def test_the_panes_clock_is_that_of_the_record(program: Program) -> None:
    await program.press("right_parenthesis", "2")
    await program.see(r"changed [3-6]\d s ago|changed 1 min ago")


async def test_brackets_go_from_event_to_event(program: Program) -> None:
    def happened(text: str) -> bool:
        return any(text in entry.text for entry in program.app.session.timeline.entries)

    await program.press("9")
    for _ in range(30):
        await program.press("right_square_bracket")
        if happened("w1 is down"):
            break
    await program.see("w1 is down")
    await program.see("web scaled from 2 to 5")
    assert not happened("1.3")  # that came later
    for _ in range(3):
        await program.press("left_square_bracket")
        if not happened("w1 is down"):
            break
    await program.see_no("w1 is down")
    await program.see("web scaled from 2 to 5")


async def test_braces_go_by_a_minute(program: Program) -> None:
    began = clock(program)
    await program.press("right_curly_bracket")
    await program.until(lambda: clock(program) > began, "a later moment")
    after = clock(program)
    assert _seconds(after) - _seconds(began) in (60, -86340)
    await program.press("left_curly_bracket")
    await program.until(lambda: clock(program) == began, "the begin")


def _seconds(shown: str) -> int:
    hours, minutes, seconds = map(int, shown.split(":"))
    return hours * 3600 + minutes * 60 + seconds


async def test_it_plays_to_its_end_at_a_speed(program: Program) -> None:
    await program.press("backslash", "backslash", "backslash")
    await program.see("×60")
    await program.press("space")
    await program.see("▶ ×60")
    await program.see(r"web .*web:1\.3")
    await program.see("‖ ×60")


async def test_space_stops_it(program: Program) -> None:
    await program.press("space")
    await program.see("▶")
    await program.press("space")
    await program.see("‖")
    stood = clock(program)
    await program.press("9", "2")
    assert clock(program) == stood


async def test_a_time_can_be_typed(program: Program) -> None:
    shown = program.line(r"^ *[‖▶]").split()[1]
    wanted = datetime.strptime(shown, "%H:%M:%S").replace(second=0)  # noqa: DTZ007 - as the clock here shows it
    wanted = wanted.replace(minute=(wanted.minute + 2) % 60)
    await program.press("at")
    await program.see("Go to a moment")
    await program.type("12:99")
    await program.press("enter")
    await program.see("There is no time 12:99")
    for _ in "12:99":
        await program.press("backspace")
    await program.type(f"{wanted:%H:%M}")
    await program.press("enter")
    await program.until(lambda: clock(program) == f"{wanted:%H:%M:%S}", "the time that was typed")


async def test_gaps_are_told(program: Program) -> None:
    for _ in range(3):
        await program.press("right_curly_bracket")
    await program.press("right_curly_bracket")
    for _ in range(6):
        if program.shows("nothing was recorded"):
            break
        await program.press("right_curly_bracket")
        await program.drawn()
    await program.see("nothing was recorded")
    await program.see("record, data .* old")
    await program.press("9", "right_parenthesis")
    await program.see("not recorded for 3 min")
    await program.see("not connected for")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (("2", "G", "r"), "This is a record: nothing can be changed"),
        (("2", "G", "l"), "This is a record: logs are not in it"),
        (("1", "d"), "This is a record: nothing can be changed"),
        (("3", "x", "tab", "tab", "tab", "tab", "enter"), "This is a record: there is no container to enter"),
        (("t",), "This is a record: nothing can be changed|join tokens are never in it"),
    ],
)
async def test_what_takes_an_engine_says_that_this_is_a_record(
    program: Program, keys: tuple[str, ...], words: str
) -> None:
    await program.press("right_parenthesis")
    await program.see(r"web .*web:1\.3")
    await program.press(*keys)
    await program.see(words)


async def test_an_object_is_inspected_as_far_as_it_is_recorded(program: Program) -> None:
    await program.press("right_parenthesis")
    await program.see(r"web .*web:1\.3")
    await program.press("2", "G", "i")
    await program.see("image +web:1.3")
    await program.see("What happened")


async def test_findings_are_those_of_the_moment(program: Program) -> None:
    await program.press("right_parenthesis", "exclamation_mark")
    await program.see("w1 .*down|Node w1|w1 is down")
    await program.press("left_parenthesis")
    await program.see_no("w1 .*down")


async def test_nothing_is_said_to_have_happened_while_one_was_away(program: Program) -> None:
    await program.press("right_parenthesis")
    await program.see(r"web .*web:1\.3")
    program.app.last_key -= 2000
    program.main.tell_absence()
    await program.drawn()
    assert not program.shows("while you were away")


async def test_the_line_of_the_record_fits_a_small_terminal(night: Path, crash_log: Path) -> None:
    async with replayed(night, crash_log, SMALL) as program:
        line = program.line(r"^ *[‖▶]")
        assert "●" in line
        assert clock(program)


def test_the_line_shows_where_the_record_has_gaps() -> None:
    gaps = (Gap(100.0, 200.0, running=True), Gap(400.0, 600.0, running=False), Gap(700.0, 700.5, running=False))
    line = slider_content(Position(800.0, 0.0, 1000.0, gaps=gaps, read=float("inf")), 120).plain
    bar = line[line.index("━") : line.rindex("━") + 1]
    assert bar.count("╌") in range(5, 14)
    assert bar.count(" ") in range(12, 24)
    assert 0.6 < bar.index("●") / len(bar) < 0.95
