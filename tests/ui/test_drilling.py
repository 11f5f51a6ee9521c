"""Whose tasks are shown: by moving over a service or a node, by opening one, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.stub_engine import StubEngine
from tests.ui.driving import CURSOR, Program, open_on
from tests.ui.simulated import SimulatedSwarm


def heading(program: Program) -> str:
    """The title of the task pane."""
    return program.line("─ Tasks").strip("╭╮─ ")


def shown(program: Program, tasks: list[dict[str, Any]]) -> bool:
    """Whether the program has come to know all of these."""
    cluster = program.app.session.observation().cluster
    known = {task.id for task in cluster.all_tasks()} if cluster is not None else set()
    return known.issuperset(task["ID"] for task in tasks)


async def test_moving_over_services_shows_the_tasks_of_each(program: Program) -> None:
    await program.on_row("2", "web")
    await program.see("Tasks of web ── 3 running")
    assert program.shows(r"web\.1 +\w+ +● running")
    assert not program.shows(r"api\.1")
    await program.press("up")
    await program.see("Tasks of api ── 1 running")
    assert program.shows(r"api\.1 ")
    assert program.cursor_on("api"), "the focus stays where it was"


async def test_a_service_shows_its_history(swarm: SimulatedSwarm, program: Program) -> None:
    swarm.crash("web", slot=1, code=137)
    swarm.wait(lambda: len(swarm.running("web")) == 3, "web to be whole again")
    await program.until(lambda: shown(program, swarm.running("web")), "its new task")
    await program.on_row("2", "web")
    await program.see(r"└ web\.1 +\w+ +✖ failed")
    assert program.shows(r"task: non-zero exit \(137\)")
    await program.press("H")
    assert program.shows("└ web"), "H belongs to the tasks"
    await program.press("3", "H")
    await program.see_no("└ web")
    await program.press("H")
    await program.see("└ web")


async def test_the_whole_error_stands_below_the_rows(engine: StubEngine, crash_log: Path) -> None:
    words = "starting container failed: " + " ".join(f"word{number}" for number in range(30)) + " the-end"
    task = engine.tasks_of("api")[0]
    engine.set_task(task, state="failed")
    task["Status"].update(Err=words, ContainerStatus={"ExitCode": 137})
    async with open_on(engine.url, crash_log, size=(80, 24)) as program:
        await program.on_row("2", "api")
        await program.press("3")
        await program.see("▌api.1")
        await program.until(lambda: program.says("the-end, exit 137"))


async def test_moving_over_nodes_shows_the_tasks_on_each(program: Program) -> None:
    await program.on_row("1", "wrk1")
    await program.see("Tasks of wrk1")
    rows = [line for line in program.lines if "● running" in line and "wrk1" in line]
    assert rows
    assert not any("mgr2" in line for line in program.lines if "● running" in line)


async def test_enter_goes_to_the_tasks_and_escape_back_to_the_service(program: Program) -> None:
    await program.on_row("2", "web")
    await program.press("enter")
    await program.see(rf"{CURSOR}web\.1")
    await program.press("down")
    await program.see(rf"{CURSOR}web\.2")
    await program.press("escape")
    await program.see(rf"{CURSOR}web +replicated")
    await program.until(lambda: not program.shows("Tasks of web"))
    assert program.shows(r"api\.1 "), "all tasks again"


async def test_enter_goes_to_the_tasks_and_escape_back_to_the_node(program: Program) -> None:
    await program.on_row("1", "mgr3")
    await program.press("enter")
    await program.see("Tasks of mgr3")
    await program.until(lambda: program.main.current is program.main.tasks)
    await program.press("escape")
    await program.see(rf"{CURSOR}mgr3 +manager")


async def test_drilling_where_the_panes_are_tabs(swarm: SimulatedSwarm, crash_log: Path) -> None:
    async with open_on(swarm.url, crash_log, size=(80, 24)) as program:
        await program.on_row("2", "web")
        await program.press("enter")
        await program.see(rf"{CURSOR}web\.1")
        assert not program.shows("REPLICAS")
        await program.press("escape")
        await program.see(rf"{CURSOR}web +replicated")


async def test_from_a_task_to_the_tasks_of_its_service_and_back(swarm: SimulatedSwarm, program: Program) -> None:
    swarm.crash("web", slot=1, code=137)
    swarm.wait(lambda: len(swarm.running("web")) == 3, "web to be whole again")
    await program.until(lambda: shown(program, swarm.running("web")), "its new task")
    slot = next(task for task in swarm.running("web") if task["Slot"] == 1)
    name = swarm.node(slot["NodeID"])["Description"]["Hostname"]
    for first in ([], ["1", "enter"]):
        if first:
            await program.on_row("1", name)
            await program.press("enter")
            await program.see(f"Tasks of {name}")
        await program.on_row("3", "web.1")
        assert not program.shows("└")
        await program.press("enter")
        await program.see("Slot web.1")
        await program.press("enter")
        await program.see(rf"{CURSOR}web\.1")
        await program.see(r"└ web\.1 +\w+ +✖ failed")
        await program.press("escape")
        await program.see_no("└")
        assert program.cursor_on("web.1")
        assert program.shows(f"Tasks of {name}" if first else r"╭─ Tasks ──")


async def test_escape_goes_back_even_after_a_look_elsewhere(program: Program) -> None:
    await program.on_row("2", "web")
    await program.press("enter", "1", "3")
    await program.see(rf"{CURSOR}web\.1")
    await program.press("escape")
    await program.see(rf"{CURSOR}web +replicated")


async def test_a_task_under_the_cursor_stays_there_while_others_come(swarm: SimulatedSwarm, program: Program) -> None:
    await program.on_row("2", "web")
    await program.press("enter", "down")
    await program.see(rf"{CURSOR}web\.2")
    swarm.set_replicas("web", 6)
    await program.see(r"web\.6")
    assert program.cursor_on("web.2")


async def test_the_service_that_is_looked_at_is_asked_for_at_once(swarm: SimulatedSwarm, program: Program) -> None:
    web = swarm.service("web")["ID"]
    await program.on_row("2", "web")
    await program.until(lambda: any(web in asked for asked in swarm.asked("GET /tasks")), "a look at web")


async def test_the_cursor_stays_on_its_object_as_rows_come_and_go(swarm: SimulatedSwarm, program: Program) -> None:
    await program.on_row("2", "api")
    swarm.add_service("aaa", replicas=1)
    swarm.add_service("zzz", replicas=1)
    await program.see("aaa ")
    await program.see("zzz ")
    assert program.cursor_on("api")
    swarm.remove_service("aaa")
    await program.see_no("aaa ")
    assert program.cursor_on("api")
    swarm.remove_service("api")
    await program.see_no(r"api +replicated")
    await program.see(rf"{CURSOR}web")


async def test_a_service_that_is_removed_while_its_tasks_are_shown(swarm: SimulatedSwarm, program: Program) -> None:
    await program.on_row("2", "web")
    await program.press("enter")
    await program.see(rf"{CURSOR}web\.1")
    swarm.remove_service("web")
    await program.see_no(r"web +replicated")
    await program.read("web was removed from the swarm")
    await program.press("escape")
    await program.until(lambda: program.main.current is program.main.services)
    await program.see(rf"{CURSOR}a")


async def test_a_removed_service_leaves_no_cursor_behind_that_acts_on_another(
    swarm: SimulatedSwarm, program: Program
) -> None:
    await program.on_row("2", "web")
    for name in ("agent", "api", "web"):
        swarm.remove_service(name)
    await program.see("No services")
    await program.press("s", "plus")
    await program.read("There is no service under the cursor")
