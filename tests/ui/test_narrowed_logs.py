"""Logs on call: of several services, narrowed by filters, to a replica or node; who writes the errors; since when."""

from __future__ import annotations

import re
import time
from pathlib import Path

from swarmtui.engine.streams.log_lines import NOTICE, STDERR
from swarmtui.swarm.cluster import Cluster
from swarmtui.ui.shell.help import HelpScreen
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession
from tests.ui.scripted_log import ScriptedLog
from tests.unit.swarm import builders


def swarm() -> Cluster:
    services = [builders.service(f"app{number}", 0, status=(0, 0)) for number in range(7)]
    labels = {"com.docker.stack.namespace": "shop"}
    return builders.cluster(
        [builders.node("wrk1"), builders.node("wrk2")],
        [
            builders.service("api", 1, status=(1, 1), labels=labels),
            builders.service("web", 2, status=(2, 2), labels=labels),
            *services,
        ],
        [
            builders.task("api", 1, "wrk1", id="task-api-1"),
            builders.task("web", 1, "wrk1", id="task-web-1"),
            builders.task("web", 2, "wrk2", id="task-web-2"),
        ],
    )


def stamp(second: int) -> str:
    return f"2026-03-01T12:00:{second:02}.000000000Z"


def log_of(session: ScriptedSession, name: str) -> ScriptedLog:
    return next(log for log in reversed(session.logged) if log.target.name == name)


async def open_web(program: Program, session: ScriptedSession) -> ScriptedLog:
    await program.see("web +replicated|web +▰")
    await program.on_row("2", "web")
    await program.press("l")
    await program.see("Logs of web")
    return session.logged[-1]


def texts(program: Program) -> list[str]:
    """The last words of the lines of the log."""
    return [line.rstrip(" ▁▂▃▄▅▆▇█").split()[-1] for line in program.lines[1:-1] if line.rstrip(" ▁▂▃▄▅▆▇█")]


async def test_marked_services_are_read_together(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        await program.on_row("2", "api")
        await program.press("space", "G", "space", "l")
        await program.see("Logs of api and web ── ● following")
        api, web = log_of(session, "api"), log_of(session, "web")
        web.write("w1", stamp=stamp(1))
        web.write("w3", stamp=stamp(3), task="task-web-2", node="node-wrk2", source=STDERR)
        api.write("a2", stamp=stamp(2), task="task-api-1")
        await program.see("3 lines")
        assert texts(program) == ["w1", "a2", "w3"], "by their times"
        assert program.shows(r"web\.2@wrk2 ! w3")

        await program.press("k", "v")
        await program.see("── only api: 1 of 3 lines")
        await program.press("v")
        await program.see("── 3 lines")
        await program.press("h")
        await program.see("── only on wrk1: 2 of 3 lines")
        web.write("not here", task="task-web-2", node="node-wrk2")
        web.write("no logs", source=NOTICE, task="", node="")
        await program.see("» no logs")
        assert not program.shows("not here"), "what is missing is told, what is elsewhere is not shown"
        await program.press("escape")
        await program.see("── 5 lines")

        await program.press("g", "j", "i")  # on the line of api
        await program.see("service api ── in words")
        await program.press("l")
        await program.see("Logs of api and web")
        await program.press("q")
        assert all(log.closed == 1 for log in session.logged)


async def test_more_than_eight_logs_are_not_followed_at_once(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        await program.press("2")
        await program.see("web +replicated|web +▰")
        await program.press("ctrl+a", "l")
        await program.see("Logs of 8 of 9 services")
        assert [log.target.name for log in session.logged] == ["api", *(f"app{number}" for number in range(7))]
        await program.press("q", "4", "l")
        await program.see("Logs of api and web")


async def test_filters_add_up_and_the_newest_goes_first(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log, size=(80, 24)) as program:
        log = await open_web(program, session)
        log.write("error in health", "error in orders", "fine orders", "error in cart")
        await program.see("4 lines")
        await program.type("/error")
        await program.press("enter")
        await program.see("/error: 3 of 4 lines")
        await program.type("/!health")
        await program.press("enter")
        await program.see("/error  !health: 2 of 4 lines")
        assert texts(program) == ["orders", "cart"]
        await program.type("/orders")
        await program.see("/error  !health  /orders: 1 of 4 lines")
        await program.press("escape")  # what is being typed goes, the others stay
        await program.see("/error  !health: 2 of 4 lines")
        await program.press("ampersand")
        await program.see("/error  !health: 3 of 4 lines")
        assert program.shows("fine orders"), "& shows what does not match, but nothing that is excluded"
        await program.press("k", "n")
        await program.see("▌.*error in orders")
        await program.press("ampersand", "slash", "backspace")  # the newest one again, to be changed
        await program.press("backspace", *"carts", "enter")
        await program.see("/error  !healtcarts: 3 of 4 lines")
        await program.press("backspace")
        await program.see("/error: 3 of 4 lines")
        log.write("more of it", "one more error")
        await program.see("/error: 4 of 6 lines")
        await program.press("r")
        await program.see("only web.1  /error: 4 of 6 lines")
        await program.press("a")
        await program.see("── 6 lines")
        assert program.app.screen is not program.main


async def test_the_replica_that_writes_the_errors_is_found_by_two_keys(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log, size=(80, 24)) as program:
        log = await open_web(program, session)
        log.write(*["GET / 200"] * 30)
        log.write("GET / 200", "level=error msg=no", task="task-web-2", node="node-wrk2")
        log.write("oh no", source=STDERR, task="task-web-2", node="node-wrk2")
        await program.see("33 lines")
        await program.press("e")
        await program.see("Lines of each replica")
        ill, well = program.line(r"│ web\.2"), program.line(r"│ web\.1")
        assert ill.strip("│ ").split()[:3] == ["web.2@wrk2", "3", "2"]
        assert program.lines.index(ill) < program.lines.index(well), "most errors first"
        await program.read("2 replicas, 33 lines, 2 errors")
        await program.press("enter")
        await program.see("only web.2: 3 of 33 lines")
        log.write("from the other")
        log.write("once more", task="task-web-2", node="node-wrk2")
        await program.see("only web.2: 4 of 35 lines")
        assert not program.shows("from the other")
        await program.press("r")
        await program.see("── 35 lines")
        await program.type("/GET")
        await program.press("enter", "e")
        await program.see("Lines of each replica, /GET")
        await program.read("2 replicas, 31 lines, 0 errors")


async def test_a_log_begins_at_a_time_that_is_typed(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log, size=(80, 24)) as program:
        await open_web(program, session)
        await program.press("s", *"25:00", "enter")
        await program.read("There is no time 25:00. Type 02:40, yesterday 23:10")
        await program.press("ctrl+u", *"today 23:59:59", "enter")
        await program.read("today 23:59:59 is in the future")
        await program.press("ctrl+u", *"yesterday 23:10", "enter")
        await program.see("── since yesterday 23:10")
        asked = session.logged[-1].request
        assert asked.since is not None
        assert asked.tail is None
        assert time.strftime("%H:%M", time.localtime(asked.since)) == "23:10"
        await program.press("s")
        await program.see("yesterday 23:10 ")
        await program.press("ctrl+u", *"90 min", "enter")
        await program.see("── the last 1 h 30 min")
        await program.press("s", "shift+tab", "enter")
        await program.see_no("the last 1 h")


async def test_the_help_has_words_for_the_signs_of_a_log(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        await open_web(program, session)
        await program.press("question_mark")
        screen = program.app.screen
        assert isinstance(screen, HelpScreen)
        text = "\n".join(str(part.render()) for part in screen.query("#help-body Static"))
        for sign in ("!", "»", "● following", "○ not following", "‖ paused", "✖ reconnecting", "!health", "only web.2"):
            assert re.search(rf"(^|\n){re.escape(sign)}  ", text), sign
        assert "Show only this line's replica" in text
        assert "Show only this line's service" not in text, "there is one"
        assert "▰▰▱▱" not in text
