"""What happened, on the screen: the pane, an entry, the object's own view, the report, and the time one was away."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from swarmtui.swarm.objects.base import Version
from tests.ui.driving import CURSOR, Program, open_on, running
from tests.ui.scripted import ScriptedSession
from tests.ui.simulated import Json, SimulatedSwarm
from tests.unit.swarm import builders


def secret_change(spec: Json) -> None:
    spec["TaskTemplate"]["ContainerSpec"]["Env"] = ["DB_PASSWORD=hunter2", "LEVEL=debug"]


async def cursor_to(program: Program, text: str) -> None:
    """Put the cursor on the first line of the time line with a text."""
    await program.press("9")
    await program.see(re.escape(text))
    await program.press("g")
    for _ in range(60):
        if program.shows(f"{CURSOR}.*{re.escape(text)}"):
            return
        await program.press("j")
    raise AssertionError(f"the cursor does not come to {text}\n{program.text}")


async def test_a_change_by_somebody_else_is_told_with_its_whole_difference(
    swarm: SimulatedSwarm, crash_log: Path
) -> None:
    async with open_on(swarm.url, crash_log) as program:
        await program.press("9")
        await program.see("swarmtui began to watch")
        await program.see(r"kept +node +mgr1 +mgr1 joined the swarm as a manager")
        await program.see(f"{CURSOR}.*swarmtui began to watch")
        swarm.speed(0)  # else more happens, and moves the rows
        swarm.change_service("web", secret_change)
        await program.see(r"seen +service +web +web: environment variable DB_PASSWORD and LEVEL set")
        await cursor_to(program, "DB_PASSWORD and LEVEL set")
        await program.press("enter")
        await program.see(r"\+ +- LEVEL=debug")
        await program.see(r"DB_PASSWORD=••••")
        assert not program.shows("hunter2")
        await program.press("tab", "enter")
        await program.until(lambda: program.cursor_on("web"), "the cursor on web, among the services")
        await program.press("escape")
        await program.see("WHAT HAPPENED")


async def test_an_older_change_keeps_its_difference(swarm: SimulatedSwarm, crash_log: Path) -> None:
    async with open_on(swarm.url, crash_log, size=(80, 24)) as program:
        await program.press("9")
        await program.see("swarmtui began to watch")
        swarm.change_service("web", secret_change)
        await program.see("DB_PASSWORD and LEVEL set|web: environment variable")
        swarm.set_replicas("web", 5)
        await program.see("web scaled from 3 to 5")
        await cursor_to(program, "web: environment variable")
        await program.press("enter")
        await program.read("as swarmtui saw it")
        await program.see(r"\+ +- LEVEL=••••")
        assert not program.shows("hunter2|debug")


async def test_changes_that_were_seen_at_once_are_not_taken_for_the_last_of_them(crash_log: Path) -> None:
    web = builders.service("web", 1, version=10)
    scaled = replace(web.spec, mode=builders.service("web", 4).spec.mode)
    labelled = replace(scaled, labels={"tier": "front"})
    nodes, later = [builders.node("mgr1", leader=True)], Version(12)
    session = ScriptedSession(builders.cluster(nodes, [web]))
    async with running(session, crash_log) as program:
        await program.see("web +replicated|web +▰")
        assert session.timeline.entries
        session.tell(builders.cluster(nodes, [replace(web, version=later, spec=labelled, previous_spec=scaled)]))
        await cursor_to(program, "web scaled from 1 to 4")
        await program.press("enter")
        await program.read("as swarmtui saw it")
        await program.see(r"\+ +Replicas: 4")
        await program.see(r"\+ +tier: front")
        assert session.inspected == []


async def test_what_was_done_here_is_marked_and_shows_in_the_objects_own_view(
    swarm: SimulatedSwarm, crash_log: Path
) -> None:
    async with open_on(swarm.url, crash_log) as program:
        await program.on_row("2", "web")
        await program.press("+")
        await program.until(lambda: program.app.screen.is_modal)
        await program.confirm()
        await program.see("✔")
        await program.press("9")
        await program.see(r"◆ you +service +web +web scaled from 3 to 4")
        await program.see(r"\$ docker service scale web=4")
        await program.press("/", *"^service$", "enter")
        await program.see_no("mgr1 joined")
        await program.press("escape")
        await program.on_row("2", "web")
        await program.press("i")
        await program.see("What happened")
        await program.see(r"web scaled from 3 to 4 \(done with swarmtui\)")
        assert not program.shows("mgr1 joined")


async def test_failures_of_a_slot_are_one_line_that_unfolds(swarm: SimulatedSwarm, crash_log: Path) -> None:
    async with open_on(swarm.url, crash_log) as program:
        for number in range(1, 4):
            swarm.wait(lambda: any(task["Slot"] == 1 for task in swarm.running("web")), "web.1 to run")
            swarm.crash("web", 1, 137)
            times = f"web.1 failed {number} times" if number > 1 else "web.1 failed on"
            await program.press("9")
            await program.see(times)
        await cursor_to(program, "web.1 failed 3 times")
        assert not program.shows(r"web\.1 failed on")
        await program.press("+")
        await program.until(lambda: len(re.findall(r"web\.1 failed on", program.text)) == 3, "three lines")
        await program.press("+")
        await program.see_no(r"web\.1 failed on")
        await program.press("f")
        await program.see("only web")
        await program.see_no("mgr1 joined")
        await program.press("escape")
        await program.see("mgr1 joined")


async def test_the_time_line_is_saved_in_each_form(
    swarm: SimulatedSwarm, crash_log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with open_on(swarm.url, crash_log) as program:
        swarm.set_replicas("web", 4)
        await program.press("9")
        await program.see("web scaled from 3 to 4")
        for ending in ("jsonl", "md", "txt"):
            path = tmp_path / f"timeline.{ending}"
            await program.press("ctrl+s", *["backspace"] * 3, *ending, "enter")
            await program.until(path.exists)
            await program.until(lambda: len(program.app.screen_stack) == 1)
            assert "web scaled from 3 to 4" in path.read_text()
    lines = [json.loads(line) for line in (tmp_path / "timeline.jsonl").read_text().splitlines()]
    [scaled] = [line for line in lines if line["what"] == "web scaled from 3 to 4"]
    assert (scaled["kind"], scaled["before"], scaled["after"]) == ("service", "3", "4")


def the_report(directory: Path) -> str:
    [path] = directory.glob("what-happened-*.md")
    return path.read_text()


async def test_a_report_tells_of_a_span(
    swarm: SimulatedSwarm, crash_log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with open_on(swarm.url, crash_log) as program:
        swarm.change_service("web", secret_change)
        await program.on_row("2", "api")
        await program.press("+")
        await program.until(lambda: program.app.screen.is_modal)
        await program.confirm()
        await program.see("✔")
        await program.press("9")
        await program.see("you .*api scaled from 1 to 2")
        await program.press("r")
        await program.see("1 of them made with swarmtui")
        await program.press("enter")
        await program.see("▸ Save ◂")
        await program.press("enter")
        await program.read("To which file?")
        await program.press("enter")
        await program.see("Saved to")
    text = the_report(tmp_path)
    assert "docker service scale api=2" in text
    assert "environment variable DB\\_PASSWORD and LEVEL set" in text
    assert "## Findings that came and went" in text
    assert re.search(r"## The swarm at .*\n\n- managers: .*\n- nodes: \d of \d ready", text)
    assert "hunter2" not in text


async def test_who_was_away_is_told_what_happened_meanwhile(swarm: SimulatedSwarm, crash_log: Path) -> None:
    async with open_on(swarm.url, crash_log, size=(80, 24)) as program:
        await program.until(lambda: program.app.session.timeline.entries)
        program.app.last_key -= 2000
        swarm.set_replicas("web", 4)
        swarm.crash("api", 1)
        await program.read("happened while you were away (33 min): 1 failure, 1 scaling")
        await program.press("j")
        await program.read("happened while you were away (33 min)")
        await program.press("9")
        await program.see("seen since")
        await program.see("web scaled from 3 to 4")
        assert not program.shows("mgr1 joined")
        assert not program.says("while you were away")
        await program.press("escape")
        await program.see("mgr1 joined")
