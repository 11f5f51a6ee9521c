"""The same change of many objects: marked, asked for once, sent one by one; and changes that are put back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stub_engine import StubEngine
from tests.ui.driving import Program, open_on

pytestmark = pytest.mark.usefixtures("engine")
"""The program is on the stub, which tells afterwards what it was asked."""


def availability(engine: StubEngine, name: str) -> str:
    return str(engine.node(name)["Spec"]["Availability"])


async def test_marked_nodes_are_drained_with_one_yes(engine: StubEngine, program: Program) -> None:
    await program.on_row("1", "wrk1")
    await program.press("space", "space")  # the mark moves the cursor on
    await program.see(r"2 marked")
    await program.press("d")
    await program.see("Drain 2 nodes")
    assert program.shows("Drain wrk1")
    assert program.shows("Drain wrk2")
    assert availability(engine, "wrk1") == "active", "nothing is done before the yes"
    await program.confirm()
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
    await program.read("left out: wrk2 is already drained")
    await program.confirm()
    await program.until(lambda: availability(engine, "wrk1") == "drain")
    assert len(engine.asked("POST /nodes")) == 1


async def test_demotions_are_judged_one_upon_the_other(engine: StubEngine, program: Program) -> None:
    await program.on_row("1", "mgr1")
    await program.press("space", "space", "space", "m")
    await program.see("Demote 3 nodes")
    await program.read("No manager would be left")  # that is only said of the third: two are gone by then


async def test_a_number_is_asked_for_once(engine: StubEngine, program: Program) -> None:
    engine.add_service("db", replicas=1)
    await program.see("db .*replicated")
    await program.on_row("2", "api")
    await program.press("space", "space", "s")
    await program.see("2 marked: api and db")
    await program.press("3", "enter")
    await program.read("• Scale api from 1 to 3 • Scale db from 1 to 3")
    await program.see("▸ Scale 2 services ◂")
    await program.press("enter")
    await program.see("docker service scale db=3")
    await program.confirm()
    await program.until(lambda: engine.replicas("api") == engine.replicas("db") == 3)
    assert engine.replicas("web") == 3


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
        await program.see("Scale 40 services")
        await program.confirm()
        await program.see("Scale 40 services: 3 of 40 failed")
        for name in failing:
            await program.read(f"no luck with {name} [/x]")
        await program.press("escape")
        await program.see("3 marked")
        scaled = [name for number in range(40) if engine.replicas(name := f"job{number:02d}") == 2]
        assert len(scaled) == 37
        assert not set(scaled) & set(failing)
        assert len(engine.asked("POST /services")) == 40, "none is sent twice"


async def test_one_more_is_one_more_for_each(engine: StubEngine, program: Program) -> None:
    engine.add_service("db", replicas=7)
    engine.settle()
    await program.see("db .*7/7")
    await program.on_row("2", "api")
    await program.press("space", "space", "plus")
    await program.see("Scale 2 services")
    await program.read("Scale api from 1 to 2")
    await program.read("Scale db from 7 to 8")
    await program.confirm()
    await program.until(lambda: (engine.replicas("api"), engine.replicas("db")) == (2, 8))


async def test_one_less_leaves_out_what_has_none(engine: StubEngine, program: Program) -> None:
    engine.add_service("db", replicas=0)
    await program.see("db .*0/0")
    await program.on_row("2", "api")
    await program.press("space", "space", "minus")
    await program.read("Scale api from 1 to 0")
    await program.read("left out: db is already set to 0.")


@pytest.mark.parametrize(
    ("pane", "first", "key", "title"),
    [
        ("1", "wrk1", "a", "Activate 2 nodes"),
        ("1", "wrk1", "L", "Set the labels of 2 nodes"),
        ("1", "wrk1", "delete", "Remove 2 nodes"),
        ("2", "api", "s", "Scale 2 services"),
    ],
)
async def test_the_first_dialog_names_all_that_are_marked(
    engine: StubEngine, program: Program, pane: str, first: str, key: str, title: str
) -> None:
    second = {"wrk1": "wrk2", "api": "web"}[first]
    await program.on_row(pane, first)
    await program.press("space", "space", "g", key)
    await program.see(title)
    await program.read(f"2 marked: {first} and {second}")
    await program.press("enter", "enter", "enter", "escape")
    if program.shows("Discard changes"):  # of a list of labels
        await program.press("tab", "enter")
    await program.until(lambda: len(program.app.screen_stack) == 1)
    assert not engine.asked("POST")


async def test_labels_typed_for_several_nodes_are_not_thrown_away_unasked(program: Program) -> None:
    await program.on_row("1", "wrk1")
    await program.press("space", "space", "L")
    await program.see("Set the labels of 2 nodes")
    await program.press("a", "escape")
    await program.read("The labels of 2 nodes have not been sent.")


@pytest.mark.parametrize("key", ["e"])
async def test_what_works_on_one_at_a_time_says_so(program: Program, key: str) -> None:
    await program.on_row("2", "api")
    await program.press("space", "space", key)
    await program.read("2 marked: this works on one at a time.")
    assert len(program.app.screen_stack) == 1


async def test_what_was_done_to_many_is_undone_for_all(engine: StubEngine, program: Program) -> None:
    await program.on_row("1", "wrk1")
    await program.press("space", "space", "d")
    await program.confirm()
    await program.see(r"✔ Drain 2 nodes")
    await program.press("U")
    await program.see("Activate 2 nodes")
    await program.confirm()
    await program.until(lambda: availability(engine, "wrk1") == availability(engine, "wrk2") == "active")


def environment(engine: StubEngine, name: str) -> list[str]:
    return list(engine.service(name)["Spec"]["TaskTemplate"]["ContainerSpec"]["Env"])


async def test_the_environment_of_several_services_changes_entry_by_entry_and_is_put_back(
    engine: StubEngine, program: Program
) -> None:
    web = engine.service("web")
    web["Spec"]["TaskTemplate"]["ContainerSpec"]["Env"] = ["OWN=1", "DB_PASSWORD=hunter2"]
    engine.touch("service", web)
    await program.on_row("2", "api")
    await program.press("space", "space", "E")
    await program.see("Change 2 services: what?")
    await program.press("down", "down", "enter")
    await program.see("Change the environment of 2 services")
    await program.read(
        "2 marked: api and web. You see the values of api: each gets what you change, and keeps the rest."
    )
    await program.press("a")
    await program.type("API_TOKEN=s3cr3t")
    await program.press("enter")
    await program.read("• Change the environment of api • Change the environment of web")
    await program.press("tab", "tab")
    await program.see("▸ Change 2 services ◂")
    await program.press("enter")
    await program.see("▸ Cancel ◂")
    await program.see("docker service update --env-add .*API_TOKEN=.* web")
    assert not program.shows("s3cr3t|hunter2")
    await program.confirm()
    await program.see_no("2 marked")
    assert environment(engine, "api") == ["A=1", "API_TOKEN=s3cr3t"]
    assert environment(engine, "web") == ["OWN=1", "DB_PASSWORD=hunter2", "API_TOKEN=s3cr3t"]
    await program.press("U")
    await program.see("Undo")
    await program.confirm()
    await program.until(lambda: environment(engine, "web") == ["OWN=1", "DB_PASSWORD=hunter2"])
    await program.until(lambda: environment(engine, "api") == ["A=1"])
