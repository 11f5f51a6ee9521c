"""Inspect: all of an object in words and as YAML, folded, searched, copied; nothing secret is shown by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from swarmtui.errors import EngineSilent, ObjectNotFound
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.ui.inspect import screen as inspect
from tests.stub_engine import StubEngine
from tests.ui.driving import Program, open_on, running
from tests.ui.scripted import ScriptedSession
from tests.unit.swarm import builders

SERVICE: dict[str, Any] = {
    "ID": "service-web",
    "Spec": {
        "Name": "web",
        "Labels": {"team": "shop"},
        "TaskTemplate": {
            "ContainerSpec": {"Image": "nginx:1.27", "Env": ["DB_PASSWORD=hunter2", "LANG=C"]},
            "RestartPolicy": {"Condition": "any"},
        },
        "Mode": {"Replicated": {"Replicas": 2}},
    },
}


def swarm() -> Cluster:
    return builders.cluster(
        [builders.node("mgr1", leader=True)],
        [builders.service("web", 2, status=(2, 2))],
        builders.replicas_on("web", "mgr1", "mgr1"),
    )


def answer(session: ScriptedSession, content: Any) -> None:
    session.inspected[-1][2].set_result(content)


async def opened(program: Program, session: ScriptedSession, key: str = "i", content: Any = SERVICE) -> None:
    """The service web, inspected."""
    await program.see("web +replicated")
    await program.press("2", key)
    await program.until(lambda: session.inspected)
    answer(session, content)
    await program.see_no("asking")


async def test_every_kind_on_the_main_screen_is_inspected_by_its_keys(program: Program) -> None:
    await program.on_row("1", "mgr1")
    await program.press("i")
    await program.see(r"node mgr1 ── in words ── \d+ (s|min) old")
    await program.see(r"availability +active")
    await program.see(r"address +10\.\d+\.0\.\d+")
    await program.press("escape")
    await program.on_row("2", "web")
    await program.press("y")
    await program.see("service web ── YAML")
    await program.see(r"Index: \d+")
    await program.press("i")
    await program.see(r"mode +replicated: 3 wanted")
    await program.see(r"web\.1 +running on")
    await program.press("q", "3", "i")
    await program.see("task web.1 ── in words")
    await program.see(r"wanted +running")


async def test_logs_are_not_offered_for_a_node(program: Program) -> None:
    await program.on_row("1", "mgr1")
    await program.press("l")
    assert not program.shows("Logs of")
    await program.press("i", "l")
    await program.see("node mgr1 ── in words")
    assert not program.shows("Logs of")


async def test_secret_values_are_masked_and_revealed_for_a_short_time(
    crash_log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        await opened(program, session)
        await program.see(r"DB_PASSWORD +••••")
        assert program.shows("1 value masked, v shows")
        assert program.shows(r"LANG +C")
        await program.press("v")
        await program.see(r"DB_PASSWORD +hunter2")
        assert program.shows("secrets are shown for 15 s")
        await program.press("y")
        await program.see("DB_PASSWORD=hunter2")
        await program.press("v")
        await program.see("DB_PASSWORD=••••")
        monkeypatch.setattr(inspect, "REVEALED_FOR", 0.05)
        await program.press("v")
        await program.see("DB_PASSWORD=••••")  # by itself
        assert "hunter2" not in program.app.export_screenshot()


async def test_a_picture_of_the_screen_shows_no_secret(
    crash_log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        await opened(program, session)
        pictures: list[str] = []
        monkeypatch.setattr("swarmtui.ui.kit.screenshot._save", lambda app: pictures.append(app.export_screenshot()))
        await program.press("v")
        await program.see("hunter2")
        program.app._take_screenshot()
        await program.until(lambda: pictures)
        assert "hunter2" not in pictures[0]
        assert "LANG" in pictures[0]


async def test_parts_are_folded_and_unfolded(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        await opened(program, session)
        await program.press("enter")
        await program.see(r"▸ Service  … \d+ more")
        assert not program.shows("image +nginx")
        await program.press("right")
        await program.see("▾ Service")
        await program.press("minus")
        await program.see("▸ Environment  … 2 more")
        assert not program.shows("LANG")
        await program.press("plus")
        await program.see("LANG")
        await program.press("j", "left")  # within a part: the part is folded, and the cursor on it
        await program.see("▌▸ Service")


async def test_yaml_is_folded_by_its_levels(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        await opened(program, session, "y")
        await program.see("▾ +ContainerSpec:")
        await program.press("slash", *"Env", "enter", "enter")
        await program.see(r"▸ +Env:  … 2 more")
        assert program.shows("Image: nginx:1.27")
        await program.press("left", "left")
        await program.see(r"▸ +TaskTemplate:  … \d+ more")


async def test_a_search_goes_from_hit_to_hit_also_where_it_was_folded(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        await opened(program, session)
        await program.press("minus", "slash", *"web|shop", "enter")
        await program.see("▌ +name +web")
        await program.press("n")
        assert not program.shows("▌ +name +web")
        await program.press("N")
        await program.see("▌ +name +web")
        await program.press("slash", *"xyz", "enter")
        await program.see("/xyz: not found")
        await program.press("escape")
        await program.see_no("not found")
        await program.press("escape")
        await program.see("web +replicated")


async def test_lines_are_copied_to_the_terminal(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        await opened(program, session)
        await program.press("j", "c")
        await program.see("Copied 1 line")
        assert program.app.clipboard.split() == ["name", "web"]
        await program.press("shift+down", "c")
        assert [line.split()[0] for line in program.app.clipboard.splitlines()] == ["name", "ID"]
        await program.press("C")
        assert "Environment" in program.app.clipboard
        assert "hunter2" not in program.app.clipboard


async def test_it_is_fetched_again_and_says_how_old_it_is(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        await opened(program, session)
        await program.see(r"── \d+ (s|min) old")
        await program.press("ctrl+r")
        await program.see("asking …")
        answer(session, {**SERVICE, "Spec": {**SERVICE["Spec"], "Name": "renamed"}})
        await program.see("name +renamed")
        assert [(kind, object_id) for kind, object_id, _ in session.inspected] == [(Kind.SERVICE, "service-web")] * 2
        await program.press("ctrl+r")
        session.inspected[-1][2].set_exception(ObjectNotFound("service web not found", status=404))
        await program.see("no longer in the swarm")
        assert program.shows("name +renamed"), "what is known stays"


async def test_when_the_engine_does_not_answer_that_is_said(crash_log: Path) -> None:
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        await program.see("web +replicated")
        await program.press("2", "i")
        await program.see("asking the engine …")
        session.inspected[-1][2].set_exception(EngineSilent("The engine does not answer.", "Wait [/x]."))
        await program.see(r"✖ The engine does not answer\. Wait \[/x\]\.")


async def test_text_from_outside_is_shown_and_not_obeyed(crash_log: Path) -> None:
    content = {"ID": "x", "Spec": {"Name": "[/x]\x1b[31m", "Labels": {"\x1b]0;t\x07": "[bold]a\nb"}}}
    session = ScriptedSession(swarm())
    async with running(session, crash_log) as program:
        await opened(program, session, content=content)
        await program.see(r"name +\[/x\]␛\[31m")
        await program.see(r"␛\]0;t␇ +\[bold\]a")
        await program.press("y")
        await program.see(r"Name: \"\[/x\]\\e\[31m\"|Name: '?\[/x\]")
        assert "\x1b[31m" not in program.text


async def test_the_swarm_never_shows_its_tokens(engine: StubEngine, crash_log: Path) -> None:
    from swarmtui.swarm.kinds import Target
    from swarmtui.ui.messages import InspectAsked

    async with open_on(engine.url, crash_log) as program:
        program.app.post_message(InspectAsked(Target(Kind.SWARM, engine.swarm["ID"], "default", 1), raw=True))
        await program.see("the swarm ── YAML")
        await program.see("Orchestration")
        await program.press("v")
        assert "SWMTKN" not in program.text
        assert "JoinTokens" not in program.text


async def test_a_huge_object_is_shown_at_once(crash_log: Path) -> None:
    labels = {f"label{number:05}": f"value {number}" for number in range(20_000)}
    session = ScriptedSession(swarm())
    async with running(session, crash_log, size=(80, 24)) as program:
        await opened(program, session, content={"ID": "x", "Spec": {"Name": "web", "Labels": labels}})
        await program.press("G")
        await program.see("label19999 +value 19999")
        await program.press("g")
        await program.see("name +web")
