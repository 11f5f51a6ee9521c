"""`Z`: all, only what is unhealthy, that first, all again; a setting says what it begins with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from swarmtui.config import Settings
from swarmtui.swarm.cluster import Cluster
from tests.ui.driving import CURSOR, Program, running
from tests.ui.scripted import ScriptedSession
from tests.unit.swarm import builders


def swarm(*short: str) -> Cluster:
    names = ("api", "db", "mail", "web")
    return builders.cluster(
        [builders.node("wrk1"), builders.node("wrk2", state="down" if "wrk2" in short else "ready")],
        [builders.service(name, 1, status=(0 if name in short else 1, 1)) for name in names],
    )


def services(program: Program) -> list[str]:
    """The names in the services' rows, from the top."""
    found = (re.search(r"[│ ▌]([a-z]+) +(?:replicated +)?[▰▱]", line) for line in program.lines)
    return [match[1] for match in found if match is not None]


async def test_a_key_shows_only_the_unhealthy_then_them_first_then_all(crash_log: Path) -> None:
    session = ScriptedSession(swarm("mail", "wrk2"))
    async with running(session, crash_log) as program:
        await program.on_row("2", "db")
        await program.press("Z")
        await program.see("Services 3/4 ── only unhealthy")
        assert services(program) == ["mail"]
        await program.press("Z")
        await program.see("Services 3/4 ── unhealthy first")
        assert services(program) == ["mail", "api", "db", "web"]
        assert program.cursor_on("db"), "the cursor is on its object again"
        assert program.shows(r"wrk2 .*\n.*wrk1 "), "so it is in every pane"
        session.tell(swarm("mail", "web", "wrk2"))
        await program.until(lambda: services(program) == ["mail", "web", "api", "db"], "what becomes unhealthy")
        assert program.cursor_on("db")
        session.tell(swarm("web"))
        await program.see("Services 3/4")
        assert services(program) == ["mail", "web", "api", "db"], "what is well again stays for a moment"
        await program.press("Z")
        await program.see_no("unhealthy first")
        assert services(program) == ["api", "db", "mail", "web"]
        await program.press("Z", "Z", "escape")
        await program.see_no("unhealthy")


async def test_whoever_has_not_chosen_a_row_begins_at_the_worst(crash_log: Path) -> None:
    session = ScriptedSession(swarm("web"))
    async with running(session, crash_log, size=(80, 24)) as program:
        await program.press("2")
        await program.see(rf"{CURSOR}api")
        await program.press("Z", "Z")
        await program.see(rf"{CURSOR}web")
        assert program.shows("unhealthy first"), "where a pane has no title, the tabs say so"


@pytest.mark.parametrize(("setting", "title", "rows"), [("first", "first", 4), ("only", "only", 1)])
async def test_a_setting_says_what_it_begins_with(crash_log: Path, setting: str, title: str, rows: int) -> None:
    session = ScriptedSession(swarm("web"))
    async with running(session, crash_log, settings=Settings(unhealthy=setting)) as program:
        await program.see(rf"{title} unhealthy|unhealthy {title}")
        await program.until(lambda: services(program)[0] == "web")
        assert len(services(program)) == rows
        await program.press("2", "escape", "Z", "Z")
        await program.see_no("unhealthy")
        await program.press("Z")
        await program.see(rf"{title} unhealthy|unhealthy {title}")
