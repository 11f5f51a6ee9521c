"""The demo: its line of narration, its menu of what can go wrong, its scenarios; by keys, on its own swarm."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from swarmtui.demo import DemoSwarm
from swarmtui.endpoint import Endpoint
from swarmtui.engine.session import Session
from swarmtui.ui.demo.demo_app import DemoApp
from tests.ui.driving import WIDE, Program
from tests.ui.test_layout import SMALL

HINT = "↑↓ choose   enter Choose   esc Back"


@pytest.fixture
def stage() -> Iterator[DemoSwarm]:
    """The demo's swarm, as it always is with this seed."""
    swarm = DemoSwarm(["--seed", "1"])
    yield swarm
    swarm.close()


@asynccontextmanager
async def demo(stage: DemoSwarm, crash_log: Path, size: tuple[int, int] = WIDE) -> AsyncIterator[Program]:
    session = Session(Endpoint(stage.url, "demo", "the demo"))
    try:
        app = DemoApp(session, stage, crash_log=crash_log)
        async with app.run_test(size=size, notifications=True) as pilot:
            program = Program(app, pilot)
            await program.see("● live")
            await program.see("Demo: X makes things go wrong")
            yield program
    finally:
        session.close()


@pytest_asyncio.fixture
async def program(stage: DemoSwarm, crash_log: Path) -> AsyncIterator[Program]:
    async with demo(stage, crash_log) as opened:
        yield opened


async def choose(program: Program, *wanted: str) -> None:
    """Open the menu and go through it by keys."""
    await program.press("X")
    for words in wanted:
        await program.see(words)
        for _ in range(40):
            options = program.app.screen.query_one("#menu")
            if words in str(options.highlighted_option.prompt):  # type: ignore[attr-defined]
                break
            await program.press("j")
        await program.press("enter")


async def test_the_menu_fits_into_the_smallest_terminal(stage: DemoSwarm, crash_log: Path) -> None:
    async with demo(stage, crash_log, SMALL) as program:
        await program.press("X")
        for words in ("Play a scenario", "Break a node", "Break an image", HINT):
            await program.see(words)
        await program.press("j", "j", "enter")
        await program.see("grafana/grafana:12.1.1")
        assert program.shows(HINT), "it stays in sight below a long list"
        await program.press("escape")
        await program.see("What should go wrong")
        await program.press("escape")
        await program.see_no("What should go wrong")


async def test_a_node_loses_its_power_and_gets_it_back(program: Program) -> None:
    await choose(program, "How fast time passes", "20 times faster")
    await choose(program, "Break a node", "mgr3", "lose power")
    await program.see(r"mgr3 +✖ manager +✖ down")
    await choose(program, "Break a node", "mgr3", "back to normal")
    await program.see(r"mgr3 +manager +● ready")


async def test_a_scenario_goes_on_by_a_key_and_what_is_told_has_happened(program: Program) -> None:
    await program.press("N")
    await program.read("No scenario is playing; X lists them.")
    await choose(program, "Play a scenario", "A node dies")
    await program.read("(1/5) All is well")
    await program.press("N")
    await program.read("has lost its power")
    await program.press("N")
    await program.read("the node is down, and its tasks start elsewhere")
    await program.see(r"wrk\d +worker +✖ down")
    await program.press("N")
    await program.read("The power is back")
    await program.press("N")
    await program.read("Swarm moves nothing back by itself")
    await program.see(r"nodes 7/7")
    await program.press("N")
    await program.see("Demo: X makes things go wrong")


async def test_a_scenario_can_be_ended(program: Program) -> None:
    await choose(program, "Play a scenario", "Losing and regaining the quorum")
    await program.read("Three managers agree on everything by majority")
    await choose(program, "End the scenario")
    await program.see("Demo: X makes things go wrong")


async def test_the_palette_offers_it_all(program: Program) -> None:
    await program.press("colon")
    await program.type("wrk2 cable")
    await program.see("Break a node: wrk2: cable pulled")
    await program.press("escape")
    await program.press("colon")
    await program.type("token rotation")
    await program.see("Play a scenario: Token rotation")
    await program.press("enter")
    await program.read("Anyone who has the worker token can join the swarm")
