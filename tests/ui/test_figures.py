"""Live figures: turned on and off by a key, columns, order, the lines below the rows, and the screen of one object."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from swarmtui.config import Settings
from swarmtui.endpoint import Endpoint
from swarmtui.engine.session import Session
from swarmtui.errors import EngineRefused
from swarmtui.swarm.stats.figures import Figures
from swarmtui.swarm.stats.stats import Stats, Unreached
from swarmtui.swarm.stats.track import Track
from tests.ui.driving import WIDE, Program, running
from tests.ui.scripted import ScriptedSession
from tests.ui.simulated import SimulatedSwarm
from tests.ui.test_layout import SMALL
from tests.unit.swarm.builders import cluster, node, service, task

MIB = float(1 << 20)
ONE, TWO, THREE = "a" * 64, "b" * 64, "c" * 64


def session() -> ScriptedSession:
    """web runs twice, on mgr1 and wrk1; api once, on wrk1."""
    return ScriptedSession(
        cluster(
            [node("mgr1", manager=True, leader=True), node("wrk1")],
            [service("web", 2), service("api", 1)],
            [
                task("web", 1, "mgr1", container=ONE),
                task("web", 2, "wrk1", container=TWO),
                task("api", 1, "wrk1", container=THREE),
            ],
        )
    )


def stats(figures: dict[str, Figures], **unreached: Unreached) -> Stats:
    now = time.monotonic()
    tracks = {key: Track(((now, each),)) for key, each in figures.items()}
    return Stats(
        now, figures, tracks, {f"node-{key}": each for key, each in unreached.items()}, frozenset({ONE, TWO, THREE})
    )


@pytest_asyncio.fixture
async def opened(crash_log: Path) -> AsyncIterator[tuple[Program, ScriptedSession]]:
    scripted = session()
    async with running(scripted, crash_log, size=SMALL) as program:
        await program.see("● live")
        yield program, scripted


async def test_a_key_turns_them_on_and_off(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    await program.press("3")
    await program.see_no("CPU")
    assert not scripted.nodes.watched
    await program.press("T")
    await program.see(r"NAME .*CPU +MEM")
    await program.see(r"web\.1 .* running +- +-")
    await program.see("live figures|fetching figures")
    assert {subject.container_id for subject in scripted.nodes.watched} == {ONE, TWO, THREE}
    busy = Figures(0.42, 470 * MIB, 512 * MIB, 2048.0, 1024.0, 0.0, 4096.0, 3)
    scripted.nodes.figures = stats({ONE: Figures(0.011, 20 * MIB), TWO: busy})
    await program.see(r"web\.1 .* 1\.1% +20 MiB")
    await program.see(r"web\.2 .* 42% +470 MiB 92%")
    await program.see(r"api\.1 .* running +- +-")
    await program.on_row("3", "web.2")
    await program.see(r"CPU ·*[▁-█]+ 42% +MEM ·*[▁-█]+ 470 MiB of 512 MiB \(92%\)")
    await program.see(r"NET/S ·*[▁-█]+ ↓2\.0 KiB ↑1\.0 KiB +BLOCK/S ·*[▁-█]+ r 0 B w 4\.0 KiB")
    await program.press("T")
    await program.see_no("CPU")
    await program.see_no("live figures")
    assert not scripted.nodes.watched
    assert program.cursor_on("web.2")


async def test_a_setting_has_them_on_from_the_start(crash_log: Path) -> None:
    scripted = session()
    async with running(scripted, crash_log, size=SMALL, settings=Settings(figures=True)) as program:
        await program.press("3")
        await program.see(r"NAME .*CPU +MEM")
        await program.until(lambda: scripted.nodes.watched, "what is on the screen is asked for")
        await program.press("T")
        await program.see_no("CPU")


async def test_rows_are_sorted_by_a_figure_that_is_known(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    await program.press("3", "T")
    scripted.nodes.figures = stats({ONE: Figures(0.1, 1.0), TWO: Figures(0.9, 1.0)})
    await program.see(r"web\.2 .* 90%")
    for _ in range(20):
        if program.shows("CPU ▲"):
            break
        await program.press("o")
    await program.press("O")
    await program.see(r"CPU ▼[^\n]*\n.web\.2[^\n]*\n.web\.1[^\n]*\n.api\.1")
    scripted.nodes.figures = stats({ONE: Figures(0.95, 1.0), TWO: Figures(0.2, 1.0)})
    await program.see(r"CPU ▼[^\n]*\n.web\.1[^\n]*\n.web\.2")


async def test_sums_of_services_and_nodes(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    await program.press("2", "T")
    scripted.nodes.figures = stats({ONE: Figures(0.1, 10 * MIB), TWO: Figures(0.9, 20 * MIB)})
    await program.see(r"web .* 100% +30 MiB")
    await program.see(r"api .*1/1 +- +-")
    await program.press("1")
    await program.see(r"mgr1 .* 0\.1 of \d+ +10 MiB")
    await program.see(r"wrk1 .* ≥0\.9 of \d+ +≥20 MiB")


async def test_a_node_that_gives_none_is_named_with_what_helps(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    await program.press("3", "T")
    why = "TCP: 10.0.0.7 does not answer. Is the host up?"
    scripted.nodes.figures = stats({ONE: Figures(0.1, 1.0)}, wrk1=Unreached(why, 12.0))
    await program.see("live figures, none from 1 node")
    await program.on_row("3", "web.2")
    await program.read(f"✖ No figures from wrk1: {why} Retrying in 12 s.")
    scripted.nodes.figures = stats({}, wrk1=Unreached("host key: refused."))
    await program.read("✖ No figures from wrk1: host key: refused. Press T twice to try again.")
    await program.on_row("3", "web.1")
    await program.see_no("No figures")


async def test_the_screen_of_a_task_has_its_processes(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    await program.on_row("3", "web.2")
    await program.press("P")
    await program.see(r"web\.2 on wrk1")
    scripted.nodes.figures = stats({TWO: Figures(0.42, 256 * MIB, 512 * MIB, 2048.0, 1024.0, 0.0, 4096.0, 3)})
    await program.see(r"CPU +·*[▁-█]+ +42%  max 42%")
    await program.see(r"MEM +·*[▁-█]+ +256 MiB  50% of 512 M")
    assert {each.container_id for each in scripted.nodes.watched} == {TWO}
    [(of, path, pending)] = scripted.nodes.questions
    assert (of.name, path) == ("wrk1", f"/containers/{TWO}/top")
    pending.future.set_exception(EngineRefused("ps: unrecognized option: o", status=500))
    await program.until(lambda: len(scripted.nodes.questions) == 2, "it is asked as ps does by itself")
    answer = {"Titles": ["UID", "PID", "CMD"], "Processes": [["www", "281", "nginx: worker [/b]"]]}
    scripted.nodes.questions[1][2].future.set_result(answer)
    await program.see(r"281 +www .*nginx: worker \[/b\]")
    await program.press("escape")
    await program.see("● live")
    assert not scripted.nodes.watched


async def test_the_screen_of_a_service_leads_to_its_tasks(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    await program.on_row("2", "web")
    await program.press("P")
    await program.see("web: 2 running tasks")
    scripted.nodes.figures = stats({ONE: Figures(0.1, 10 * MIB), TWO: Figures(0.4, 20 * MIB)})
    await program.see(r"CPU +·*[▁-█]+ +50%")
    await program.see(r"web\.2 +wrk1 +40% +20 MiB")
    await program.press("j", "enter")
    await program.see(r"web\.2 on wrk1")
    await program.press("escape", "escape")
    await program.see("● live")


async def test_of_the_embedded_swarm(tmp_path: Path, crash_log: Path) -> None:
    with SimulatedSwarm(tmp_path) as swarm:
        opened = Session(Endpoint(swarm.url, "demo"), node_urls=swarm.urls, read_only=True)
        try:
            async with running(opened, crash_log, size=WIDE) as program:
                await program.see(r"tasks 9/9")
                assert swarm.asked("GET /containers/") == []
                await program.press("2", "T")
                await program.see(r"web .*3/3 +[\d.]+% +[\d.]+ [MG]iB")
                await program.press("3", "g", "P")
                await program.see(r"COMMAND")
                await program.see(r"agent\.\w+ on \w+")
                await program.see(r"/usr/bin/nginx")
                await program.press("escape", "T")
                await program.see_no("MEM")
                await program.until(lambda: not swarm.under_way, "the last answer")
                asked = len(swarm.asked("GET /containers/"))
                opened.refresh()
                await program.press("2", "j", "k")
                await program.see("● live")
                assert len(swarm.asked("GET /containers/")) == asked, "nothing is asked for any more"
        finally:
            opened.close()
