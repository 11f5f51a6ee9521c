"""The cursor belongs to an object: whatever is hidden, sorted, folded or replaced around it."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest

from swarmtui.ui.logs.screen import LogsScreen
from tests.ui.driving import CURSOR, Program, open_on, running
from tests.ui.scripted import ScriptedSession
from tests.ui.simulated import SimulatedSwarm
from tests.unit.swarm import builders


def cursor_on_task(program: Program, task_id: str) -> bool:
    item = program.main.tasks.item
    return item is not None and item.task.id == task_id


async def narrow_to(program: Program, text: str) -> None:
    await program.press("slash")
    await program.type(text)
    await program.press("enter")


async def test_what_was_worked_on_under_a_filter_keeps_the_cursor(program: Program) -> None:
    await program.on_row("2", "api")
    await narrow_to(program, "web")
    await program.see(rf"{CURSOR}web +replicated")
    await program.press("u")
    await program.see("Image of web|Update .*web|web.*image")
    await program.press("escape")
    await program.until(lambda: len(program.app.screen_stack) == 1)
    await program.press("escape")
    await program.see("agent +global")
    assert program.cursor_on("web"), "the next key is about web, too"


async def test_a_filter_that_was_only_looked_through_gives_the_cursor_back(program: Program) -> None:
    await program.on_row("2", "api")
    for text in ("web", "nothing-of-the-kind"):
        await narrow_to(program, text)
        await program.see(rf"/{text}: \d of 3")
        await program.press("escape")
        await program.see(rf"{CURSOR}api +replicated")


async def test_the_tasks_follow_a_filter(program: Program) -> None:
    await program.on_row("2", "api")
    await program.see("Tasks of api")
    await narrow_to(program, "web")
    await program.see("Tasks of web ── 3 running")
    await program.press("escape")
    await program.see("Tasks of api ── 1 running")


async def test_the_tasks_follow_a_filter_on_nodes_and_one_typed_first_of_all(program: Program) -> None:
    await program.press("1")
    await narrow_to(program, "wrk2")
    await program.see("Tasks of wrk2")
    await program.press("escape")
    await program.press("2")
    await narrow_to(program, "web")
    await program.see("Tasks of web")


async def test_the_tasks_follow_what_z_shows(swarm: SimulatedSwarm, program: Program) -> None:
    await program.on_row("2", "api")
    await program.see("Tasks of api")
    swarm.add_service("broken", replicas=2)
    swarm.change_service(
        "broken", lambda spec: spec["TaskTemplate"].update(Placement={"Constraints": ["node.role==x"]})
    )
    await program.see(r"broken +replicated +▰*▱+ [01]/2")
    await program.press("Z")
    await program.see(rf"{CURSOR}broken")
    await program.see("Tasks of broken")
    await program.press("Z")
    await program.see(rf"{CURSOR}api")
    await program.see("Tasks of api")


async def test_the_tasks_follow_when_the_row_is_removed(swarm: SimulatedSwarm, program: Program) -> None:
    await program.on_row("2", "api")
    await program.see("Tasks of api")
    swarm.remove_service("api")
    await program.see(rf"{CURSOR}web")
    await program.see("Tasks of web")


async def test_what_is_hidden_meanwhile_does_not_take_the_tasks_from_who_reads_them(
    swarm: SimulatedSwarm, program: Program
) -> None:
    await program.on_row("2", "api")
    await program.press("enter")
    await program.see(rf"{CURSOR}api\.1")
    await program.press("Z")
    await program.see("only unhealthy")
    assert program.shows("Tasks of api")


async def test_a_slot_keeps_the_cursor_while_its_tasks_fail(swarm: SimulatedSwarm, program: Program) -> None:
    await program.on_row("2", "web")
    await program.press("enter", "j")
    await program.see(rf"{CURSOR}web\.2")
    for _ in range(3):
        before = {task["ID"] for task in swarm.tasks_of("web")}
        swarm.crash("web", slot=2, code=3)
        swarm.wait(lambda: len(swarm.running("web")) == 3, "web to be whole again")
        new = next(task["ID"] for task in swarm.running("web") if task["ID"] not in before)
        await program.until(partial(cursor_on_task, program, new))
        assert program.cursor_on("web.2")
    await program.press("l")
    await program.see(r"Logs of web\.2")
    screen = program.app.screen
    assert isinstance(screen, LogsScreen)
    assert [target.id for target in screen.targets] == [new]


async def test_a_slot_that_leaves_the_node_and_comes_back_has_the_cursor_again(
    swarm: SimulatedSwarm, program: Program
) -> None:
    await program.on_row("2", "web")
    await program.press("enter", "j")
    swarm.set_replicas("web", 1)
    await program.see_no(r"[│ ▌]web\.2")
    swarm.set_replicas("web", 3)
    await program.see(rf"{CURSOR}web\.2 +\w+ +● running")


async def test_the_history_leaves_the_cursor_in_its_slot(swarm: SimulatedSwarm, program: Program) -> None:
    swarm.crash("web", slot=2, code=3)
    swarm.wait(lambda: len(swarm.running("web")) == 3, "web to be whole again")
    await program.on_row("2", "web")
    await program.see(r"└ web\.2")
    await program.press("enter", "j", "j")
    await program.see(rf"{CURSOR} └ web\.2")
    await program.press("H")
    await program.see(rf"{CURSOR}web\.2")
    await program.press("H")
    await program.see(rf"{CURSOR} └ web\.2")


@pytest.mark.parametrize("keys", [["o"], ["o", "O"], ["z"], ["z", "z"], ["1", "2"], ["space", "k"]])
async def test_the_cursor_stays_on_its_object_however_the_screen_is_arranged(program: Program, keys: list[str]) -> None:
    await program.on_row("2", "api")
    await program.press(*keys)
    await program.see(rf"{CURSOR}(✓)?api +replicated")


async def test_the_cursor_stays_on_its_object_when_the_panes_become_tabs(
    swarm: SimulatedSwarm, crash_log: Path
) -> None:
    async with open_on(swarm.url, crash_log) as program:
        await program.on_row("2", "web")
        await program.press("enter", "j")
        await program.see(rf"{CURSOR}web\.2")
        await program.resize(80, 24)
        await program.see(rf"{CURSOR}web\.2")
        await program.press("2")
        await program.see(rf"{CURSOR}web +replicated")
        await program.resize(120, 36)
        await program.see(rf"{CURSOR}web +replicated")
        assert program.shows("Tasks of web")


async def test_a_stack_that_was_looked_into_gives_the_cursor_back(swarm: SimulatedSwarm, program: Program) -> None:
    def label(spec: dict[str, object]) -> None:
        spec["Labels"] = {"com.docker.stack.namespace": "shop"}

    for name in ("agent", "api"):
        swarm.change_service(name, label)
    await program.on_row("2", "web")
    await program.press("4")
    await program.see(rf"{CURSOR}shop")
    await program.press("enter")
    await program.see(rf"{CURSOR}agent")
    await program.press("2", "escape")
    await program.see(rf"{CURSOR}web")


@pytest.mark.parametrize(
    ("key", "says"),
    [("l", r"Logs of web\b"), ("i", r"service web\b"), ("c", r"name +web\b"), ("greater_than_sign", r"Go from web\b")],
)
async def test_what_a_key_opens_names_what_it_is_about(
    swarm: SimulatedSwarm, program: Program, key: str, says: str
) -> None:
    """The row under the cursor may have gone a moment before."""
    swarm.change_service("web", lambda spec: spec.update(Labels={"com.docker.stack.namespace": "shop"}))
    await program.on_row("2", "api")
    swarm.remove_service("api")
    await program.see(rf"{CURSOR}web")
    await program.press(key)
    await program.see(says)


async def test_a_menu_of_places_names_the_task_it_starts_from(program: Program) -> None:
    await program.on_row("2", "web")
    await program.press("enter", "greater_than_sign")
    await program.see(re.escape("Go from web.1 to"))


async def test_a_key_acts_on_the_tasks_of_the_row_that_the_cursor_has_run_to(
    crash_log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where no frame has been drawn since: the rows of the tasks are drawn in the one after the cursor's."""
    monkeypatch.setattr("textual.screen.UPDATE_PERIOD", 3600.0)
    tasks = [builders.task("web", slot, f"n{slot}") for slot in range(1, 7)]
    nodes = [builders.node(f"n{slot}") for slot in range(1, 7)]
    session = ScriptedSession(builders.cluster(nodes, [builders.service("web", 6)], tasks))
    async with running(session, crash_log) as program:
        await program.on_row("1", "n1")
        await program.type("jjjjj3i")
        assert session.inspected[-1][1] == tasks[5].id
        await program.press("escape", "1")
        await program.type("kk3i")
        assert session.inspected[-1][1] == tasks[3].id
