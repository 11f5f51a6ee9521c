"""Undo: what it offers, how it says so, and that looking at it takes nothing away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from swarmtui.errors import EngineSilent
from tests.stub_engine import StubEngine
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession
from tests.ui.test_operations import snapshot

pytestmark = pytest.mark.usefixtures("engine")
"""The program is on the stub, which tells afterwards what it was asked."""


def change(engine: StubEngine, name: str, work: Callable[[dict[str, Any]], object]) -> None:
    """Somebody else changes a service."""
    service = engine.service(name)
    work(service["Spec"])
    engine.touch("services", service)


async def scale(program: Program, name: str, digit: str, was: int) -> None:
    await program.on_row("2", name)
    await program.press("s", digit, "enter", "enter")
    await program.see(f"✔ Scale {name} from {was} to {digit}")


async def test_looking_at_an_undo_takes_nothing_away(engine: StubEngine, program: Program) -> None:
    await scale(program, "web", "5", 3)
    for key in ("escape", "enter"):
        await program.press("U")
        await program.see(r"Undo: Scale web from 3 to 5, \d+ s ago")
        await program.press(key)
        await program.see_no("Undo: ")
    await program.press("U")
    await program.see("Undo: Scale web from 3 to 5")
    await program.read("This undoes it: Scale web from 5 to 3.")
    await program.confirm()
    await program.see("✔ Scale web from 5 to 3")
    assert engine.replicas() == 3
    await program.press("U")
    await program.read("Nothing to undo")


async def test_after_an_undo_the_change_before_it_is_offered(engine: StubEngine, program: Program) -> None:
    await scale(program, "api", "2", 1)
    await scale(program, "web", "5", 3)
    await program.press("U")
    await program.see("Undo: Scale web from 3 to 5")
    await program.confirm()
    await program.see("✔ Scale web from 5 to 3")
    await program.press("U")
    await program.see("Undo: Scale api from 1 to 2")
    await program.confirm()
    await program.until(lambda: (engine.replicas(), engine.replicas("api")) == (3, 1))


async def test_an_undo_that_the_engine_refuses_can_be_tried_again(engine: StubEngine, program: Program) -> None:
    await scale(program, "web", "5", 3)
    engine.refuse(f"POST /services/{engine.service('web')['ID']}", 500, "not now", times=1)
    await program.press("U")
    await program.see("Undo: Scale web")
    await program.confirm()
    await program.see("✖ Scale web from 5 to 3: not now")
    await program.press("U")
    await program.see("Undo: Scale web from 3 to 5")


async def test_what_somebody_else_changed_since_is_not_undone(engine: StubEngine, program: Program) -> None:
    await scale(program, "web", "5", 3)
    change(engine, "web", lambda spec: spec["Mode"]["Replicated"].update(Replicas=7))
    await program.press("U")
    await program.read("The last change cannot be undone: Scale web from 3 to 5")
    await program.read("Somebody else has since changed the replicas of web: from 5 to 7.")
    assert not program.shows("Undo: ")
    change(engine, "web", lambda spec: spec["Mode"]["Replicated"].update(Replicas=5))
    await program.press("U")
    await program.see("Undo: Scale web from 3 to 5")


async def test_a_change_of_another_field_by_somebody_else_stays(engine: StubEngine, program: Program) -> None:
    await scale(program, "web", "5", 3)
    change(engine, "web", lambda spec: spec.update(Labels={"theirs": "yes"}))
    await program.press("U")
    await program.see("Undo: Scale web from 3 to 5")
    await program.confirm()
    await program.until(lambda: engine.replicas() == 3)
    assert engine.service("web")["Spec"]["Labels"] == {"theirs": "yes"}


async def test_a_service_that_was_removed_cannot_be_put_back(engine: StubEngine, program: Program) -> None:
    await scale(program, "web", "5", 3)
    engine.remove_service("web")
    await program.press("U")
    await program.read("The last change cannot be undone: Scale web from 3 to 5")
    await program.read("web has since been removed.")


async def test_the_last_change_is_said_to_have_no_undo_and_an_older_one_is_chosen(
    engine: StubEngine, program: Program
) -> None:
    await scale(program, "web", "5", 3)
    await program.on_row("2", "api")
    await program.press("r")
    await program.see("Force-update api")
    await program.confirm()
    await program.see(r"▸ Force-update api .*: waiting for the engine")
    await program.press("U")
    await program.see("The last change cannot be undone")
    await program.see(r"▲ Force-update api \(rolling restart\), \d+ s ago")
    await program.see(r"Older: Scale web from 3 to 5, \d+ s ago")
    await program.press("enter")
    await program.see_no("Older: ")
    assert engine.replicas() == 5
    await program.press("U")
    await program.see("Older: ")
    await program.confirm()
    await program.see("Undo: Scale web from 3 to 5")
    await program.confirm()
    await program.until(lambda: engine.replicas() == 3)
    await program.see("✔ Scale web from 5 to 3")
    await program.press("U")
    await program.read("The last change cannot be undone: Force-update api (rolling restart)")


async def test_of_a_set_what_could_not_be_put_back_is_offered_again(engine: StubEngine, program: Program) -> None:
    await program.on_row("1", "wrk1")
    await program.press("space", "space", "d")
    await program.see("Drain 2 nodes")
    await program.confirm()
    await program.see("✔ Drain 2 nodes")
    engine.refuse(f"POST /nodes/{engine.node('wrk2')['ID']}", 500, "not now", times=1)
    await program.press("U")
    await program.see("Undo: Drain 2 nodes")
    await program.confirm()
    await program.see("1 of 2 done, 1 failed")
    await program.press("U")
    await program.see("Undo: Drain 2 nodes")
    await program.read("This undoes it: Activate wrk2.")
    await program.confirm()
    await program.see("✔ Activate wrk2")
    assert engine.node("wrk2")["Spec"]["Availability"] == "active"
    await program.press("U")
    await program.read("Nothing to undo")


async def test_of_a_set_what_somebody_else_changed_is_left_out(engine: StubEngine, program: Program) -> None:
    await program.on_row("1", "wrk1")
    await program.press("space", "space", "d")
    await program.see("Drain 2 nodes")
    await program.confirm()
    await program.see("✔ Drain 2 nodes")
    engine.set_node("wrk1", availability="pause")
    await program.press("U")
    await program.see("Undo: Drain 2 nodes")
    await program.read("left out: Somebody else has since changed the availability of wrk1: from drain to pause.")
    await program.confirm()
    await program.until(lambda: engine.node("wrk2")["Spec"]["Availability"] == "active")
    assert engine.node("wrk1")["Spec"]["Availability"] == "pause"


async def test_a_change_whose_answer_got_lost_is_offered_where_it_was_made(crash_log: Path) -> None:
    session = ScriptedSession(snapshot(2, 2, version=10))
    async with running(session, crash_log) as program:
        await program.on_row("2", "web")
        await program.press("s", "4", "enter", "enter")
        await program.until(lambda: session.applied)
        session.applied[0][2].set_exception(EngineSilent("Whether it was made is not known."))
        await program.see("✖ Scale web from 2 to 4")
        await program.press("U")
        await program.until(lambda: session.inspected)
        session.inspected[-1][2].set_result({"Spec": {"Mode": {"Replicated": {"Replicas": 4}}}})
        await program.see("Undo: Scale web from 2 to 4")
        await program.press("escape", "U")
        await program.until(lambda: len(session.inspected) == 2)
        session.inspected[-1][2].set_result({"Spec": {"Mode": {"Replicated": {"Replicas": 2}}}})
        await program.read("The replicas of web is already back to 2.")
