"""The same change of many objects: marked, asked for once, sent one by one; and changes that are put back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.stub_engine import StubEngine
from tests.ui.driving import Program, open_on


@pytest_asyncio.fixture
async def program(engine: StubEngine, crash_log: Path) -> AsyncIterator[Program]:
    """The program on the stub, which tells afterwards what it was asked."""
    async with open_on(engine.url, crash_log) as opened:
        yield opened


def availability(engine: StubEngine, name: str) -> str:
    return str(engine.node(name)["Spec"]["Availability"])


def replicas(engine: StubEngine, name: str) -> int:
    wanted: int = engine.service(name)["Spec"]["Mode"]["Replicated"]["Replicas"]
    return wanted


async def confirm(program: Program) -> None:
    """From Cancel to the button that does it, and press that."""
    await program.press("right", "enter")


async def test_marked_nodes_are_drained_with_one_yes(engine: StubEngine, program: Program) -> None:
    await program.on_row("1", "wrk1")
    await program.press("space", "space")  # the mark moves the cursor on
    await program.see(r"2 marked")
    await program.press("d")
    await program.see("Drain 2 nodes")
    assert program.shows("Drain wrk1")
    assert program.shows("Drain wrk2")
    assert availability(engine, "wrk1") == "active", "nothing is done before the yes"
    await confirm(program)
    await program.see(r"✔ Drain 2 nodes: 2 of 2 done")
    assert availability(engine, "wrk1") == availability(engine, "wrk2") == "drain"
    assert availability(engine, "mgr1") == "active"
    await program.see_no("marked")


async def test_enter_alone_does_nothing_to_many(engine: StubEngine, program: Program) -> None:
    await program.on_row("1", "wrk1")
    await program.press("space", "space", "d", "enter")
    await program.see_no("Drain 2 nodes")
    assert not engine.asked("POST /nodes")


async def test_those_for_which_it_makes_no_sense_are_left_out_with_the_reason(
    engine: StubEngine, program: Program
) -> None:
    engine.set_node("wrk2", availability="drain")
    await program.see(r"wrk2 .*drain")
    await program.on_row("1", "wrk1")
    await program.press("space", "space", "d")
    await program.read("left out: wrk2 is drained already")
    await confirm(program)
    await program.until(lambda: availability(engine, "wrk1") == "drain")
    assert len(engine.asked("POST /nodes")) == 1


async def test_demotions_are_judged_one_upon_the_other(engine: StubEngine, program: Program) -> None:
    await program.on_row("1", "mgr1")
    await program.press("space", "space", "space", "m")
    await program.see("Demote 3 nodes")
    await program.read("last manager")  # that is only said of the third: two are gone by then


async def test_a_number_is_asked_for_once(engine: StubEngine, program: Program) -> None:
    engine.add_service("db", replicas=1)
    await program.see("db .*replicated")
    await program.on_row("2", "api")
    await program.press("space", "space", "s")
    await program.see("Scale api")
    await program.press("plus", "plus", "enter", "enter")
    await program.see("Scale 2 services")
    await confirm(program)
    await program.until(lambda: replicas(engine, "api") == replicas(engine, "db") == 3)
    assert replicas(engine, "web") == 3


async def test_of_forty_three_fail(engine: StubEngine, crash_log: Path) -> None:
    for number in range(40):
        engine.add_service(f"job{number:02d}", replicas=1)
    engine.settle()
    failing = ("job07", "job19", "job33")
    for name in failing:
        engine.refuse(f"POST /services/{engine.service(name)['ID']}", 500, f"no luck with {name} [/x]")
    async with open_on(engine.url, crash_log, size=(120, 60)) as program:
        await program.press("2", "slash")
        await program.type("job")
        await program.press("enter", "ctrl+a")
        await program.see("40 marked")
        await program.press("plus")
        await program.see("Scale job00")
        await program.press("enter", "enter")
        await program.see("Scale 40 services")
        await confirm(program)
        await program.see("Scale 40 services: 3 of 40 failed", within=30)
        for name in failing:
            await program.read(f"no luck with {name} [/x]")
        await program.press("escape")
        await program.see("3 marked")
        scaled = [name for number in range(40) if replicas(engine, name := f"job{number:02d}") == 2]
        assert len(scaled) == 37
        assert not set(scaled) & set(failing)
        assert len(engine.asked("POST /services")) == 40, "none is sent twice"


async def test_a_scaling_is_undone(engine: StubEngine, program: Program) -> None:
    await program.on_row("2", "web")
    await program.press("plus", "enter", "enter")
    await program.until(lambda: replicas(engine, "web") == 4)
    await program.see("✔ Scale web from 3 to 4")
    await program.press("U")
    await program.see("Scale web from 4 to 3")
    await confirm(program)
    await program.until(lambda: replicas(engine, "web") == 3)
    await program.see("✔ Scale web from 4 to 3")


async def test_what_was_done_to_many_is_undone_for_all(engine: StubEngine, program: Program) -> None:
    await program.on_row("1", "wrk1")
    await program.press("space", "space", "d")
    await confirm(program)
    await program.see(r"✔ Drain 2 nodes")
    await program.press("U")
    await program.see("Activate 2 nodes")
    await confirm(program)
    await program.until(lambda: availability(engine, "wrk1") == availability(engine, "wrk2") == "active")


async def test_nothing_to_undo_is_said(program: Program) -> None:
    await program.press("U")
    await program.read("There is nothing to undo")
