"""The life of a slot: enter on a task; it goes on with the slot, and its log does, too."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from swarmtui.engine.streams.log_lines import LogPhase, LogStatus
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.task import Task
from tests.ui.driving import CURSOR, Program, open_on, running
from tests.ui.scripted import ScriptedSession, live
from tests.ui.scripted_log import ScriptedLog
from tests.ui.simulated import SimulatedSwarm
from tests.ui.test_timeline import cursor_to
from tests.unit.swarm import builders

SIZES = [(80, 24), (160, 50)]


async def crash(swarm: SimulatedSwarm, code: int = 137) -> None:
    swarm.wait(lambda: any(task["Slot"] == 1 for task in swarm.running("web")), "web.1 to run")
    swarm.crash("web", 1, code)


@pytest.mark.parametrize("size", SIZES)
async def test_enter_on_a_task_shows_the_life_of_its_slot(
    swarm: SimulatedSwarm, crash_log: Path, size: tuple[int, int]
) -> None:
    async with open_on(swarm.url, crash_log, size=size) as program:
        await crash(swarm)
        await program.on_row("2", "web")
        await program.press("enter")
        await program.see(r"└ web\.1 +\w+ +✖ failed")
        await program.see(rf"{CURSOR}web\.1")
        await program.press("enter")
        await program.see(r"Slot web\.1 ── ● running for")
        await program.read("2 tasks in")
        await program.see("▏ .*● running for")
        await program.read("✖ failed after")
        await program.read("exit code 137 (SIGKILL: killed, often out of memory or after the grace period)")
        await crash(swarm, 3)
        await program.read("3 tasks in")
        await program.read("exit code 3")
        await program.press("escape")
        await program.see("Tasks of web")


async def test_from_a_failure_in_the_time_line_to_its_slot(swarm: SimulatedSwarm, crash_log: Path) -> None:
    async with open_on(swarm.url, crash_log) as program:
        await program.see(r"web\.3 .* running")
        swarm.speed(0)  # else more happens, and moves the rows
        swarm.crash("web", 3, 137)
        await cursor_to(program, "web.3 failed")
        await program.press(">")
        await program.see(rf"{CURSOR}web\.3")
        await program.press("enter")
        await program.see(r"Slot web\.3")
        await program.press("escape", "escape")
        await program.see("WHAT HAPPENED")


async def test_what_the_swarm_forgot_stays_in_the_view(crash_log: Path) -> None:
    session = scripted(slot_with(RUNS))
    async with running(session, crash_log) as program:
        await opened(program)
        session.tell(slot_with(FAILED, NEXT))
        await program.see("failed after")
        session.tell(slot_with(NEXT))
        await program.see("forgotten by the swarm, seen by swarmtui")
        await program.press("G", "l")
        await program.read("The swarm has forgotten this task")
        await program.press("g", "l")
        await program.see(r"Logs of web\.1")
        assert session.logged[-1].target.id == "task-web-1b"


async def test_the_view_outlives_the_service(crash_log: Path) -> None:
    session = scripted(slot_with(RUNS))
    async with running(session, crash_log) as program:
        await opened(program)
        session.tell(builders.cluster(NODES, [], []))
        await program.read("its service was removed from the swarm")
        await program.see("wrk1")


async def test_the_scale_grows_and_shrinks(crash_log: Path) -> None:
    session = scripted(slot_with(FAILED, NEXT))
    async with running(session, crash_log) as program:
        await opened(program)
        await program.see("─ now▏|─now▏")

        def scale() -> int:
            """Cells that the bar of the first task has: the farther, the more."""
            bar = next(line for line in program.lines if "✖ failed" in line).partition("▕")[2].partition("▏")[0]
            return len(bar.strip())

        await program.press(*["-"] * 16)
        await program.until(lambda: scale() > 25, "all of its life")
        await program.press(*["+"] * 16)
        await program.until(lambda: scale() < 25, "only its end")


# ------------------------------------------------------------------------------------------------ the log goes on

NODES = [builders.node("wrk1"), builders.node("wrk2")]
RUNS = builders.task("web", 1, "wrk1", id="task-web-1", container="a" * 64)
FAILED = builders.task(
    "web",
    1,
    "wrk1",
    id="task-web-1",
    state="failed",
    desired="shutdown",
    since=5,
    error="task: non-zero exit (137)",
    exit_code=137,
    container="a" * 64,
)
NEXT = builders.task("web", 1, "wrk2", id="task-web-1b", created=4, since=3, container="b" * 64)


def scripted(cluster: Cluster) -> ScriptedSession:
    """A swarm whose managers' clock shows the time that the objects are made for."""
    return ScriptedSession(cluster, live(clock_offset=builders.NOW - time.time()))


def slot_with(*tasks: Task) -> Cluster:
    return builders.cluster(NODES, [builders.service("web", 1, status=(1, 1))], list(tasks))


async def opened(program: Program) -> None:
    await program.see("web +replicated|web +▰")
    await program.press("3")
    await program.see(rf"{CURSOR}web\.1")
    await program.press("enter")
    await program.see(r"Slot web\.1")


async def log_of_slot(program: Program, session: ScriptedSession) -> ScriptedLog:
    await program.see("web +replicated|web +▰")
    await program.press("3", "l")
    await program.see(r"Logs of web\.1")
    return session.logged[-1]


async def test_the_log_of_a_task_goes_on_in_its_replacement(crash_log: Path) -> None:
    session = scripted(slot_with(RUNS))
    async with running(session, crash_log) as program:
        old = await log_of_slot(program, session)
        old.write("last words")
        await program.see("last words")
        session.tell(slot_with(FAILED, NEXT))
        old.status = LogStatus(LogPhase.ENDED)
        await program.until(lambda: len(session.logged) == 2)
        assert session.logged[1].target.id == "task-web-1b"
        assert old.closed
        await program.see(r"» web\.1 on wrk1 failed after 9 min: exit 137 \(killed\)\. Its replacement on wrk2:")
        session.logged[1].write("hello again", task="task-web-1b")
        await program.see("hello again")
        assert program.shows("● following")
        texts = [entry.text for entry in program.app.screen.view.items]  # type: ignore[attr-defined]
        assert texts[0] == "last words"
        assert texts[-1] == "hello again"


async def test_who_reads_the_log_of_an_ended_task_stays_at_its_end(crash_log: Path) -> None:
    session = scripted(slot_with(FAILED, NEXT))
    async with running(session, crash_log) as program:
        await program.see("web +replicated|web +▰")
        await program.press("3", "H")
        await program.see("└ web.1")
        await program.press("j", "l")
        await program.see(r"Logs of web\.1")
        old = session.logged[-1]
        assert old.target.id == "task-web-1"
        old.write("last words")
        old.status = LogStatus(LogPhase.ENDED)
        await program.see(r"Its replacement on wrk2")
        session.logged[1].write(*(f"line {number}" for number in range(100)), task="task-web-1b")
        await program.see("not following, f follows")
        assert program.shows("last words")
        await program.see("line 3")
