"""One command in several containers: asked for and confirmed, then each task's result and output."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from swarmtui.engine.nodes.command_run import Output, OutputLine, Stage
from swarmtui.errors import ReadOnly, SSHFailed
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession
from tests.ui.scripted_nodes import ScriptedRun
from tests.ui.test_layout import SMALL
from tests.unit.swarm.builders import cluster, node, service, task


def session(*, protected: bool = False) -> ScriptedSession:
    """web runs three times on two nodes, and once more is pending; api runs once."""
    world = cluster(
        [node("mgr1", manager=True, leader=True), node("wrk1")],
        [service("web", 4), service("api", 1)],
        [
            task("web", 1, "mgr1", container="a" * 64),
            task("web", 2, "wrk1", container="b" * 64),
            task("web", 3, "wrk1", container="c" * 64),
            task("web", 4, state="pending"),
            task("api", 1, "mgr1", container="d" * 64),
        ],
    )
    scripted = ScriptedSession(world)
    scripted.protected = protected
    return scripted


@pytest_asyncio.fixture
async def opened(crash_log: Path) -> AsyncIterator[tuple[Program, ScriptedSession]]:
    scripted = session()
    async with running(scripted, crash_log, size=SMALL) as program:
        await program.see("● live")
        yield program, scripted


async def run_in_web(program: Program, scripted: ScriptedSession, command: str = "df -h") -> ScriptedRun:
    """A command in all tasks of web."""
    await program.on_row("2", "web")
    await program.press("a")
    await program.see("Run a command in 3 tasks on 2 nodes")
    await program.type(command)
    await program.press("enter", "enter")
    await program.see(r"of 3 exit 0")
    return scripted.nodes.across[-1][0]


async def test_what_runs_where_is_shown_before_it_is_confirmed(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    await program.on_row("2", "web")
    await program.press("a")
    await program.see("Run a command in 3 tasks on 2 nodes")
    await program.see(r"mgr1 +web\.1")
    await program.see(r"wrk1 +web\.2, web\.3")
    await program.press("enter")
    await program.read("Type the command to run.")
    await program.type("df 'x")
    await program.read("A quote is not closed in the command.")
    await program.type("'")
    await program.read("$ ssh mgr1 'docker exec aaaaaaaaaaaa df x' (and so in 2 more)")
    await program.press("enter")
    assert scripted.nodes.across == [], "that has to be confirmed"
    await program.press("enter")
    await program.see(r"\$ df 'x' ─ in 3 tasks on 2 nodes")
    [(run, _)] = scripted.nodes.across
    assert [each.asked.words for each in run.results] == [("df", "x")] * 3


async def test_each_result_and_the_output_of_the_one_under_the_cursor(
    opened: tuple[Program, ScriptedSession],
) -> None:
    program, scripted = opened
    run = await run_in_web(program, scripted)
    await program.see("0 of 3 exit 0, 3 waiting")
    run.tell(0, Stage.ENDED, "all is [bold]well", code=0, took=1.23)
    run.tell(1, Stage.RUNNING, "half \x1b[31mway")
    run.tell(2, Stage.FAILED, error=SSHFailed("10.0.0.7 does not answer.", "Is the host up?", layer="TCP"), begun=False)
    await program.see(r"web\.1 +mgr1 +✔ exit 0 +1\.2 s +all is \[bold\]well")
    await program.see(r"web\.2 +wrk1 +◌ running for \d s +half ␛\[31mway")
    await program.see(r"web\.3 +wrk1 +✖ cannot be reached: TCP")
    await program.read("1 of 3 exit 0, 1 running, 1 failed: web.3 cannot be reached")
    await program.press("j", "j")
    await program.read("✖ TCP: 10.0.0.7 does not answer. Is the host up?")
    run.tell(1, Stage.ENDED, code=137, took=3.0)
    await program.read("1 of 3 exit 0, 2 failed: web.2 exit 137 (killed), web.3 cannot be reached")


async def test_what_was_cut_is_said_and_errors_are_told_apart(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    run = await run_in_web(program, scripted)
    output = Output((OutputLine(1, "first"),), 5_000, 3 << 20, (OutputLine(2, "last"),))
    run.tell(0, Stage.ENDED, code=0, output=output)
    await program.see("^. +first")
    await program.see(r"… 5000 lines \(3 MiB\) left out here")
    await program.see("! last")


async def test_escape_stops_the_waiting_first(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    run = await run_in_web(program, scripted)
    run.tell(0, Stage.RUNNING)
    await program.see("◌ running")
    await program.press("escape")
    await program.read("1 not waited for: may still be running there, 2 not begun")
    assert run.stopped
    await program.press("escape")
    await program.see_no("df -h")


async def test_the_same_again_after_a_confirmation(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    run = await run_in_web(program, scripted)
    await program.press("r")
    assert len(program.app.screen_stack) == 2, "not while it runs"
    for number in range(3):
        run.tell(number, Stage.ENDED, code=0)
    await program.see("3 of 3 exit 0")
    await program.press("r")
    await program.see("Run a command in 3 tasks")
    await program.press("enter")
    await program.see("0 of 3 exit 0, 3 waiting")
    assert [each.asked.command for each in scripted.nodes.across[1][0].results] == ["df -h"] * 3


def saved_in(directory: Path) -> str:
    [path] = directory.glob("web-*.txt")
    return path.read_text()


async def test_all_is_saved(
    opened: tuple[Program, ScriptedSession], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    program, scripted = opened
    run = await run_in_web(program, scripted)
    run.tell(0, Stage.ENDED, "one", "two", code=0)
    await program.see("exit 0 .*two")
    await program.press("S")
    await program.see("Save what 3 tasks wrote")
    await program.press("enter")
    await program.see("Saved to")
    saved = saved_in(tmp_path)
    assert "df -h: 1 of 3 exit 0" in saved
    assert "== web.1 on mgr1: ✔ exit 0\n  one\n  two\n" in saved


async def test_in_the_marked_tasks(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    await program.press("escape")
    await program.on_row("3", "api.1")
    await program.press("space", "j", "space")  # marking goes on to the next row
    await program.see(r"✓web\.2")
    await program.press("a")
    await program.see("Run a command in 2 tasks on 2 nodes")
    await program.type("id")
    await program.press("enter", "enter")
    await program.see("of 2 exit 0")
    assert [each.asked.target.name for each in scripted.nodes.across[0][0].results] == ["api.1", "web.2"]


@pytest.mark.parametrize("refused", [False, True])
async def test_a_protected_endpoint_wants_its_name_and_read_only_refuses(crash_log: Path, refused: bool) -> None:
    scripted = session(protected=True)
    async with running(scripted, crash_log, size=SMALL) as program:
        await program.on_row("2", "web")
        await program.press("a")
        await program.read("prod is protected. Type its name to confirm.")
        await program.type("df")
        await program.press("enter")
        await program.type("prod")
        scripted.nodes.entry_refused = ReadOnly("This program was started read-only.") if refused else None
        await program.press("enter", "enter")
        await program.read("This program was started read-only." if refused else "0 of 3 exit 0")
        assert [typed for _, typed in scripted.nodes.across] == ([] if refused else ["prod"])
