"""A local port that leads to a task: asked for by a key, listed, and ended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from swarmtui.errors import SSHFailed
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession
from tests.ui.test_layout import SMALL
from tests.unit.swarm.builders import cluster, node, service, task


@pytest_asyncio.fixture
async def opened(crash_log: Path) -> AsyncIterator[tuple[Program, ScriptedSession]]:
    world = cluster(
        [node("mgr1", manager=True, leader=True), node("wrk1")],
        [service("web", 1), service("api", 1)],
        [task("web", 1, "wrk1", container="b" * 64), task("api", 1, state="pending")],
    )
    scripted = ScriptedSession(world)
    async with running(scripted, crash_log, size=SMALL) as program:
        await program.see("● live")
        await program.on_row("2", "web")
        yield program, scripted


async def test_a_port_is_asked_for_listed_and_ended(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    await program.press("F")
    await program.see(r"Forward a local port to web\.1 on wrk1")
    [(_, path, question)] = scripted.nodes.questions
    assert path == f"/containers/{'b' * 64}/json"
    question.future.set_result({"Config": {"ExposedPorts": {"8080/tcp": {}, "53/udp": {}, 7: 1}}})
    await program.see(r"Exposed by the image: 8080\.")
    await program.type("80x")
    await program.read("Port takes a number from 1 to 65535.")
    await program.press("backspace")
    await program.read("Exposed by the image: 8080. http://127.0.0.1:80 → port 80 of web.1")
    await program.press("enter")
    await program.read("Connecting to wrk1 … esc gives up.")
    asked, _, pending = scripted.nodes.forward_asked[0]
    assert (asked.port, asked.local_port, asked.listen) == (80, 0, "127.0.0.1")
    pending.future.set_exception(SSHFailed("wrk1 forbids ops to forward ports.", "Do so.", layer="port forwarding"))
    await program.read("port forwarding: wrk1 forbids ops to forward ports. Do so.")
    await program.press("tab")
    await program.type("8000")
    await program.press("enter")
    await program.read("Connecting to wrk1")
    forward = scripted.nodes.open_forward()
    await program.read("http://127.0.0.1:8000 → port 80 of web.1 on wrk1, no connection yet")
    forward.status = replace(forward.status, connections=2, carried=5, sent=100, received=3 << 20)
    await program.read("2 of 5 open, 100 B sent, 3 MiB received")
    await program.press("escape")
    await program.see("F: 1 forward")
    await program.press("F")
    await program.see("n New to web")
    forward.status = replace(forward.status, ended="web.1 has ended: its container does not run any more.")
    await program.read("web.1 has ended")
    await program.press("x")
    await program.read("No port is forwarded. F on a task forwards one.")
    assert forward.closed
    await program.press("escape")
    await program.see_no("forward")


async def test_what_its_ports_are_does_not_take_away_why_it_was_refused(
    opened: tuple[Program, ScriptedSession],
) -> None:
    program, scripted = opened
    await program.press("F")
    await program.see(r"Forward a local port to web\.1 on wrk1")
    await program.type("80")
    await program.press("enter")
    await program.read("Connecting to wrk1")
    scripted.nodes.forward_asked[0][2].future.set_exception(SSHFailed("wrk1 forbids it.", "Ask.", layer="forwarding"))
    await program.read("forwarding: wrk1 forbids it. Ask.")
    scripted.nodes.questions[0][2].future.set_result({"Config": {"ExposedPorts": {"8080/tcp": {}}}})
    await program.read("Exposed by the image: 8080. http://127.0.0.1:80 → port 80 of web.1")
    assert program.says("forwarding: wrk1 forbids it. Ask.")


async def test_others_are_let_in_only_when_that_is_said(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    await program.press("F")
    await program.type("80")
    await program.press("tab", "tab")
    await program.press("ctrl+u")
    await program.type("0.0.0.0")
    await program.read("▲ Everybody who reaches any address of this machine can reach the task through it.")
    await program.press("escape")
    await program.see_no("Forward a local port")
    assert scripted.nodes.questions[0][2].given_up.is_set(), "the node is not asked any longer"


async def test_of_several_tasks_one_is_chosen(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    tasks = [task("web", 1, "wrk1", container="b" * 64), task("web", 2, "mgr1", container="c" * 64)]
    scripted.tell(cluster([node("mgr1", manager=True, leader=True), node("wrk1")], [service("web", 2)], tasks))
    await program.see("tasks 2/2")
    await program.press("F")
    await program.see(r"web\.2 +mgr1")
    await program.press("escape")
    await program.see_no(r"web\.2 +mgr1")
    assert not scripted.nodes.questions
    await program.press("F", "down", "enter")
    await program.see(r"Forward a local port to web\.2 on mgr1")


async def test_a_service_without_a_running_task(opened: tuple[Program, ScriptedSession]) -> None:
    program, _ = opened
    await program.on_row("2", "api")
    await program.press("F")
    await program.read("api has no task that runs.")
