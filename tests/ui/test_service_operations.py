"""A service force-updated, rolled back, resumed and removed by keys; and several of them."""

from __future__ import annotations

import copy

import pytest

from tests.stub_engine import StubEngine
from tests.ui.driving import Program
from tests.ui.test_service_dialogs import confirm, open_menu, spec_of

pytestmark = pytest.mark.usefixtures("engine")
"""The program is on the stub, which tells afterwards what it was asked."""


async def test_force_update(engine: StubEngine, program: Program) -> None:
    await program.on_row("2", "web")
    await program.press("r")
    await program.see("Force-update web .rolling restart.")
    assert program.says("Nodes pull 10.97.0.2:5000/web:1.2 again")
    await program.press("enter")  # Cancel has the focus
    await program.see_no("rolling restart")
    await program.press("r")
    await program.see("▸ Cancel ◂")
    await confirm(program, "Force-update web")
    await program.until(lambda: spec_of(engine)["TaskTemplate"]["ForceUpdate"] == 1)


async def test_roll_back(engine: StubEngine, program: Program) -> None:
    await program.on_row("2", "web")
    await program.press("R")
    await program.read("web has no previous spec")
    previous = copy.deepcopy(spec_of(engine))
    previous["TaskTemplate"]["ContainerSpec"]["Image"] = "10.97.0.2:5000/web:1.1"
    engine.service("web")["PreviousSpec"] = previous
    await program.press("R")
    await program.see(r"\+ +Image: 10.97.0.2:5000/web:1.1")
    await confirm(program, "Roll back web")
    await program.until(lambda: spec_of(engine) == previous)
    (asked,) = engine.asked("POST /services")
    assert asked.query["rollback"] == "previous"
    assert asked.query["registryAuthFrom"] == "previous-spec"


async def test_resume(engine: StubEngine, program: Program) -> None:
    await open_menu_without_dialog(program, "service.resume")
    await program.read("No update of web is paused")
    engine.service("web")["UpdateStatus"] = {"State": "paused", "Message": "update paused due to failure of task x"}
    engine.touch("service", engine.service("web"))
    await program.see("paused 3/3")
    await open_menu(program, "service.resume")
    await program.read("It paused because: update paused due to failure of task x")
    await confirm(program, "Resume web")
    await program.until(lambda: spec_of(engine).get("UpdateConfig", {}).get("Monitor") == 5_000_000_000)


async def open_menu_without_dialog(program: Program, what: str) -> None:
    await program.on_row("2", "web")
    await program.press("E")
    await program.see("what")
    while program.app.screen.query_one("OptionList").highlighted_option.id != what:  # type: ignore[attr-defined]
        await program.press("j")
    await program.press("enter")


@pytest.mark.parametrize("key", ["delete", "ctrl+x"])
async def test_removing_needs_the_name(engine: StubEngine, program: Program, key: str) -> None:
    await program.on_row("2", "web")
    await program.press(key)
    await program.read("3 running tasks stop, all at once. This cannot be undone.")
    await program.type("we")
    await program.press("enter", "enter")
    assert not engine.asked("DELETE")
    await program.type("b")
    await program.press("enter")
    await program.see("▸ Remove web ◂")
    await program.press("enter")
    await program.see("✔ Remove the service web")
    assert [each["Spec"]["Name"] for each in engine.services.values()] == ["api", "agent"]


async def test_several_are_force_updated_with_one_yes(engine: StubEngine, program: Program) -> None:
    await program.on_row("2", "api")
    await program.press("space", "j", "space", "r")
    await program.see("Force-update 2 services")
    await program.read("The one task is replaced, stop-first")
    await program.read("All 3 tasks are replaced, 1 at a time, stop-first.")
    await confirm(program, "Force-update 2 services")
    for name in ("web", "api"):
        await program.until(lambda name=name: spec_of(engine, name)["TaskTemplate"]["ForceUpdate"] == 1)  # type: ignore[misc]
    assert spec_of(engine, "agent")["TaskTemplate"]["ForceUpdate"] == 0


async def test_several_are_rolled_back_where_that_is_possible(engine: StubEngine, program: Program) -> None:
    engine.service("web")["PreviousSpec"] = {**spec_of(engine), "Labels": {"old": "yes"}}
    await program.on_row("2", "api")
    await program.press("space", "j", "space", "R")
    await program.read("left out: api has no previous spec")
    await confirm(program, "Roll back web")
    await program.until(lambda: spec_of(engine)["Labels"] == {"old": "yes"})
