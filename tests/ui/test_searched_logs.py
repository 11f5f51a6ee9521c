"""Logs, searched: filters with what stands around a hit, from hit to hit, and what is excluded."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.driving import running
from tests.ui.scripted import ScriptedSession
from tests.ui.test_logs import numbered, opened, swarm


async def test_a_filter_shows_what_matches_and_its_context(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await opened(program, session)
        log.write("GET /a 200", "GET /b 500", "POST /c 200")
        await program.see("POST /c")
        await program.press("slash", *"500|POST")
        await program.see("/500|POST: 2 of 3 lines".replace("|", r"\|"))
        assert not program.shows("GET /a")
        await program.press("enter")
        log.write("GET /d 200", "GET /e 500")
        await program.see("GET /e 500")
        assert not program.shows("GET /d")
        await program.press("ampersand")
        await program.see("GET /d 200")
        await program.press("n")
        await program.see("▌.*POST /c")
        await program.press("N")
        await program.see("▌.*GET /e 500")
        await program.press("escape")
        await program.see("5 lines")


@pytest.mark.parametrize(
    ("words", "found", "not_found"),
    [
        ("@wrk2", "two", "one"),
        (r"web.1", "one", "two"),
        (r"^web\.1@wrk1$", "one", "two"),
        ("^two", "two", "one"),
        ("!@wrk2", "one", "two"),
    ],
)
async def test_a_search_finds_the_task_that_stands_before_a_line(
    crash_log: Path, words: str, found: str, not_found: str
) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await opened(program, session)
        log.write("one")
        log.write("two", task="task-web-2")
        await program.see("two")
        await program.press("slash", *words, "enter")
        await program.see("1 of 2 lines")
        assert program.shows(found)
        assert not program.shows(f"! {not_found}|  {not_found}$")


async def test_hits_in_a_followed_log_are_gone_through_from_the_newest_on(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await opened(program, session)
        for number in range(100):
            log.write(f"hit {number}" if number % 30 == 5 else f"line {number}")
        await program.see("line 99")
        await program.press("slash", *"hit", "enter", "ampersand", "n")
        await program.see("▌.*hit 95")
        await program.press("n")
        await program.see("▌.*hit 65")
        await program.press("N")
        await program.see("▌.*hit 95")
        await program.press("N")
        await program.see("No newer hit")
        assert program.shows("▌.*hit 95")


async def test_a_line_that_a_search_hid_has_the_cursor_again(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await opened(program, session)
        log.write(*numbered(0, 100))
        await program.see("line 0099")
        await program.press("pageup", "k")
        read = program.line("▌").split("line")[1].split()[0]
        await program.press("slash", *"line 0003", "enter")
        await program.see("▌.*line 0003")
        await program.press("escape")
        await program.see(f"▌.*line {read}")


async def test_a_filter_can_exclude(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        log = await opened(program, session)
        log.write("healthcheck", "hello")
        await program.see("hello")
        await program.press("slash", *"!health", "enter")
        await program.see("1 of 2 lines")
        assert not program.shows("healthcheck")
        log.write("health again", "world")
        await program.see("world")
        assert not program.shows("health again")
