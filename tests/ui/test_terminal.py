"""A shell in a container: asked for by a key, what is typed and said until it is there, and in a real terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from swarmtui.errors import ReadOnly, SSHFailed
from tests.patience import DEAD, until
from tests.terminal import Terminal
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession
from tests.ui.test_layout import SMALL
from tests.ui.test_ssh_questions import HOST_KEY
from tests.unit.swarm.builders import cluster, node, service, task


def session(*, protected: bool = False) -> ScriptedSession:
    """web runs twice, api waits."""
    world = cluster(
        [node("mgr1", manager=True, leader=True), node("wrk1")],
        [service("web", 2), service("api", 1)],
        [
            task("web", 1, "mgr1", container="a" * 64),
            task("web", 2, "wrk1", container="b" * 64),
            task("api", 1, state="pending"),
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


async def test_which_replica_is_asked_and_what_to_run(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    await program.on_row("2", "web")
    await program.press("x")
    await program.see(r"web\.1 +mgr1")
    await program.type("wrk1")
    await program.see_no(r"web\.1 +mgr1")
    await program.press("enter")
    await program.see(r"Shell in web\.2 on wrk1")
    await program.read("$ ssh -t wrk1 'docker exec -it bbbbbbbbbbbb sh'")
    await program.type("top -d 1")
    await program.press("tab")
    await program.type("root")
    await program.read("docker exec -it -u root bbbbbbbbbbbb top -d 1")
    await program.press("enter")
    await program.read("Connecting to wrk1 … esc gives up.")
    [(asked, _, pending)] = scripted.nodes.terminals
    assert (asked.words, asked.user) == (("top", "-d", "1"), "root")
    await program.press("enter")
    assert len(scripted.nodes.terminals) == 1, "once is enough"
    pending.future.set_exception(SSHFailed("10.0.0.7 does not answer.", "Is the host up?", layer="TCP"))
    await program.read("✖ TCP: 10.0.0.7 does not answer. Is the host up?")
    await program.read("The line above does the same where you can reach the node; ctrl+y copies it.")
    await program.press("enter")
    await program.read("Connecting to wrk1")
    await program.press("escape")
    await program.see_no("Shell in web")
    assert scripted.nodes.terminals[1][2].given_up.is_set()


async def test_what_ssh_asks_on_the_way_is_laid_upon_the_dialog(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    await program.on_row("2", "web")
    await program.press("enter", "x")
    await program.see(r"Shell in web\.1")
    answer = scripted.desk.confirm_host_key(HOST_KEY)
    await program.drawn()
    assert not program.shows("host key is unknown"), "what is being typed is no answer"
    await program.press("enter")
    await program.see("host key is unknown")
    await program.press("left", "enter")
    await program.see(r"Shell in web\.1")
    assert answer.result(DEAD) is True
    assert not scripted.nodes.terminals[0][2].given_up.is_set()


async def test_what_cannot_be_entered(opened: tuple[Program, ScriptedSession]) -> None:
    program, scripted = opened
    await program.on_row("2", "api")
    await program.press("x")
    await program.read("api has no task that runs.")
    await program.press("enter")
    await program.see(r"api\.1")
    await program.press("3", "x")
    await program.read("api.1 has no running container: it is pending.")
    await program.on_row("2", "web")
    await program.press("enter", "x")
    await program.see(r"Shell in web\.1 on mgr1")
    await program.type("echo '")
    await program.read("A quote is not closed in the command.")
    await program.press("enter")
    assert scripted.nodes.terminals == []
    await program.press("backspace", "enter")
    scripted.nodes.terminals[0][2].future.set_exception(ReadOnly("This program was started read-only."))
    await program.read("This program was started read-only.")


async def test_a_protected_endpoint_wants_its_name(crash_log: Path) -> None:
    scripted = session(protected=True)
    async with running(scripted, crash_log, size=SMALL) as program:
        await program.on_row("2", "web")
        await program.press("x", "enter")
        await program.read("prod is protected. Type its name to confirm.")
        await program.press("tab", "tab", "tab")
        await program.type("prod")
        await program.press("enter")
        await program.until(
            lambda: scripted.nodes.terminals and scripted.nodes.terminals[0][1] == "prod", "what was typed"
        )


def the_size_is(terminal: Terminal, size: str) -> bool:
    """Ask the shell in the container; the new size is on its way there."""
    terminal.type("clear; echo grüße; stty size\r")
    terminal.wait_for(r"^grüße\s+\d+ \d+")
    return bool(terminal.line_with(f"^{size}"))


def test_in_a_real_terminal() -> None:
    with Terminal(["demo"], columns=80, rows=24) as terminal:
        terminal.wait_for(r"tasks 33/33")
        terminal.press("2", "x")
        terminal.wait_for(r"Shell in ops_grafana\.1")
        terminal.press("enter")
        terminal.wait_for(r"Open a shell in ops_grafana\.1\. Leave it by exit or ctrl\+d")
        terminal.wait_for(r"^/ #")
        terminal.type("stty size\r")
        terminal.wait_for(r"^24 80")
        terminal.resize(100, 30)
        terminal.type("echo it sleeps; sleep 1000\r")
        terminal.wait_for(r"^it sleeps")
        terminal.press("ctrl+c")
        until(lambda: the_size_is(terminal, "30 100"), "the new size", interval=0.5)
        terminal.type("exit 3\r")
        terminal.wait_for(r"The shell in ops_grafana\.1 ended")
        terminal.wait_for(r"● live")
        terminal.press("s")
        terminal.wait_for("Scale ops_grafana")
        terminal.press("escape")
        terminal.wait_for("Scale ops_grafana", absent=True)
        terminal.press("x")
        terminal.wait_for(r"Shell in ops_grafana\.1")
        terminal.press("enter")
        terminal.wait_for(r"^/ #")
        terminal.press("ctrl+p", "ctrl+q")
        terminal.wait_for(r"ops_grafana\.1 may still")
        terminal.press("q")
        terminal.wait_until_ended()
        assert terminal.exit_status == 0
