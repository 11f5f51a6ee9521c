"""The connect screen, and the way from one swarm to another."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path

import pytest

from swarmtui.config import Settings
from swarmtui.endpoint import resolve_endpoint
from swarmtui.engine.client import client
from swarmtui.swarm.cluster import Cluster
from swarmtui.ui.places.connect import ConnectScreen
from tests.stub_engine import StubEngine
from tests.ui.driving import CURSOR, running
from tests.ui.scripted import ScriptedSession
from tests.ui.test_layout import SMALL
from tests.ui.user_home import HEAD, Home, choose, to_row
from tests.unit.places.greeter import Greeter
from tests.unit.swarm import builders
from tests.unit.test_endpoint import add_context, use

# ------------------------------------------------------------------------------------------------ the list


async def test_it_lists_what_each_place_is_and_whether_it_answers(home: Home, crash_log: Path) -> None:
    use(home.docker, "there")
    home.environ["DOCKER_HOST"] = ""
    add_context(home.docker, "odd", "ftp://[/x]")
    with Greeter(b"SSH-2.0-OpenSSH_9.2p1\r\n") as server:
        home.ssh.write_text(f"Host near\n HostName 127.0.0.1\n Port {server.port}\nHost far\n ProxyJump near\n")
        async with home.program(crash_log) as program:
            await choose(program)
            await program.see(rf"{CURSOR}here +context +unix:///.* ● manager 26\.1\.5 +open now")
            await program.see(r"there \* +context +unix:///.* ● manager 26\.1\.5")
            await program.see(r"odd +context .*✖ not usable")
            await program.see(r"near +ssh host +ssh://near +● SSH answers OpenSSH_9\.2p1")
            await program.see(r"far +ssh host +ssh://far +○ through near: not tried")
            assert program.says(f"{HEAD} enter opens it")
            assert program.says("open now: here (unix:///")
            await to_row(program, "odd")
            await program.read('Addresses with "ftp://" are not supported')
            await to_row(program, "there")
            await program.read("The engine of mgr1 is a manager of its swarm.")
            assert program.says("the there swarm docker's current context")
        assert server.accepted == 1


async def test_an_engine_that_is_no_manager_says_so(home: Home, other: StubEngine, crash_log: Path) -> None:
    other.worker()
    async with home.program(crash_log) as program:
        await choose(program)
        await program.see(r"there .*▲ worker 26\.1\.5")
        other.locked()
        await program.press("ctrl+r")
        await program.see(r"there .*▲ locked 26\.1\.5")
        other.stop()
        await program.press("f5")
        await program.see(r"there .*✖ socket: no socket")


async def test_what_comes_of_other_places_does_not_take_away_why_one_was_refused(home: Home, crash_log: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        home.ssh.write_text(f"Host near\n HostName 127.0.0.1\n Port {server.getsockname()[1]}\n")
        async with home.program(crash_log) as program:
            home.environ["DOCKER_HOST"] = ""
            (home.docker / "config.json").write_text("{")
            await choose(program)
            await program.read("Docker's contexts cannot be listed")
            await program.see(r"near .*◌ trying")
            await program.press("n")
            await program.type("ftp://x")
            await program.press("enter")
            await program.read('Addresses with "ftp://" are not supported')
            client, _ = await asyncio.to_thread(server.accept)
            with client:
                client.sendall(b"SSH-2.0-OpenSSH_9.2p1\r\n")
                await program.see(r"near .*● SSH answers")
            assert program.says('Addresses with "ftp://" are not supported')


async def test_a_place_that_never_answers_blocks_nothing(
    home: Home, other: StubEngine, crash_log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other.hang()
    monkeypatch.setitem(vars(client.PROBE), "silence", 3600.0)
    async with home.program(crash_log) as program:
        await choose(program)
        await program.see(r"there .*◌ trying")
        await program.see(r"here .*● manager")
        await program.press("G", "g")
        assert program.shows(r"there .*◌ trying"), "and nobody waits for it"
        await program.press("escape")
        await program.until(lambda: len(program.app.screen_stack) == 1)
        monkeypatch.setitem(vars(client.PROBE), "silence", 0.5)
        await choose(program)
        await program.see(r"there .*✖ engine: no answer")
        await program.press("q")
        await program.ended()


async def test_it_filters_sorts_and_takes_the_mouse_as_other_tables_do(home: Home, crash_log: Path) -> None:
    home.ssh.write_text("".join(f"Host h{number}\n ProxyJump x\n" for number in range(30)))
    async with home.program(crash_log, size=SMALL) as program:
        await choose(program)
        await program.press("slash")
        await program.type("h2")
        await program.press("enter")
        await program.see(r"/h2: 11 of 33")
        await program.press("escape")
        await program.see_no(r"11 of 33")
        assert isinstance(program.app.screen, ConnectScreen), "the first escape is for the filter"
        await program.press("o", "O", "g")
        await program.see(rf"{CURSOR}there ")
        await program.click("there ", times=2)
        await program.see(rf"{CURSOR}db +replicated")


async def test_at_80_by_24_all_that_matters_is_in_sight(home: Home, crash_log: Path) -> None:
    async with home.program(crash_log, size=SMALL) as program:
        await choose(program)
        await program.see(r"here .*● manager 26\.1\.5 +open now")
        assert program.shows(HEAD)
        assert program.shows(r"n: unix:///path, tcp://host:port, ssh://user@host, or a name")
        await program.see(r"n Address.*/ Filter.*\^r Try again.*esc Back")
        assert not program.shows("Tokens")


# ------------------------------------------------------------------------------------------------ switching


async def is_asked(engine: StubEngine, seconds: float) -> bool:
    """Whether anybody asks an engine in that time."""
    before = len(engine.requests)
    await asyncio.sleep(seconds)
    return len(engine.requests) > before


async def test_enter_opens_another_swarm_from_the_start(home: Home, engine: StubEngine, crash_log: Path) -> None:
    docker_files = {path: path.read_bytes() for path in home.docker.rglob("*") if path.is_file()}
    async with home.program(crash_log) as program:
        await program.on_row("2", "web")
        await program.press("enter", "slash")
        await program.type("web")
        await program.press("enter", "Z")
        await choose(program)
        await to_row(program, "there")
        await program.press("enter")
        await program.see(r"^ there .*● live")
        await program.see(rf"{CURSOR}db +replicated")
        for gone in ("web", "/web", "only unhealthy", "Tasks of"):
            assert not program.shows(gone), f"{gone} is of the old swarm"
        assert len(program.app.screen_stack) == 1
        await program.press("1", "2", "plus")
        await program.see("Scale db from 1 to 2")
        await program.confirm("Scale db")
        await program.see("✔ Scale db")
        for _ in range(5):  # what was under way may come late
            if not await is_asked(engine, 1.2):
                break
        else:
            raise AssertionError("the old swarm is not left alone")
        await choose(program)
        await program.see(rf"{CURSOR}there .*open now")
        await program.see(r"here .* \d+ s ago")
        await to_row(program, "here")
        await program.press("enter")
        await program.see(rf"{CURSOR}agent +global")
        await program.until(lambda: len(home.recent.entries()) == 2, "both are remembered")
    assert [json.loads(line)["endpoint"] for line in home.audit.read_text().splitlines()] == ["there"]
    assert {path: path.read_bytes() for path in home.docker.rglob("*") if path.is_file()} == docker_files
    assert {each.context for each in home.recent.entries()} == {"here", "there"}


async def test_a_place_is_remembered_once_it_answers_though_its_lists_are_long_in_coming(
    home: Home, engine: StubEngine, crash_log: Path
) -> None:
    engine.hang("/services")
    async with home.program(crash_log) as program:
        await program.until(home.recent.entries, "what is shown as live is remembered")
        assert program.shows("● live")
        engine.release()


async def test_the_header_of_the_new_one_is_there_at_once(
    home: Home, other: StubEngine, crash_log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(client.PROBE), "silence", 3600.0)
    async with home.program(crash_log) as program:
        other.hang()
        await choose(program)
        await to_row(program, "there")
        await program.press("enter")
        await program.see(r"^ there .*◌ connecting")
        await program.read("Connecting … there")
        await program.see_no("web")
        other.release()
        await program.see(rf"{CURSOR}db +replicated")


async def test_escape_goes_back_to_the_swarm_that_is_open(home: Home, crash_log: Path) -> None:
    async with home.program(crash_log) as program:
        await program.on_row("2", "web")
        for key in ("escape", "enter"):  # enter on the one that is open
            await choose(program)
            await program.see(rf"{CURSOR}here")
            await program.press(key)
            await program.see_no(HEAD)
            assert program.cursor_on("web")
        assert len(home.sessions) == 1


async def test_a_broken_place_shows_its_trouble_and_the_way_on(home: Home, other: StubEngine, crash_log: Path) -> None:
    other.stop()
    async with home.program(crash_log) as program:
        await choose(program)
        await to_row(program, "there")
        await program.press("enter")
        await program.see("What failed: socket")
        await program.see("^ +C: choose another")
        await choose(program)
        await program.see(rf"{CURSOR}there .*open now")
        await program.until(lambda: program.says("open now: there"), "which one is open")
        await to_row(program, "here")
        await program.press("enter")
        await program.see(rf"{CURSOR}agent +global")
        await program.until(home.recent.entries, "what was seen is remembered")
    assert [each.context for each in home.recent.entries()] == ["here"], "what was never seen is not remembered"


async def test_an_ssh_place_is_opened_as_any_other(home: Home, crash_log: Path) -> None:
    home.ssh.write_text("Host Near\n HostName 127.0.0.1\n Port 9\n")
    async with home.program(crash_log) as program:
        await choose(program)
        await to_row(program, "Near")
        await program.press("enter")
        await program.see(r"^ ssh://Near ")
        await program.see("C: choose another")


async def test_what_the_old_swarm_says_late_is_not_shown(home: Home, crash_log: Path) -> None:
    session = ScriptedSession(small())
    async with running(session, crash_log, places=home.book) as program:
        await program.see("web +replicated")
        await choose(program)
        await to_row(program, "there")
        await program.press("enter")
        session.tell(small())
        await program.see(rf"{CURSOR}db +replicated")
        session.tell(small())
        await program.until(lambda: session.closed)
        await program.drawn()
        assert not program.shows("web")
        program.app.session.close()


def small() -> Cluster:
    nodes = [builders.node("mgr1", leader=True), builders.node("wrk1")]
    return builders.cluster(nodes, [builders.service("web", 2, status=(2, 2))])


async def test_the_columns_that_the_user_wants_are_those_of_every_swarm(home: Home, crash_log: Path) -> None:
    settings = Settings(columns={"services": ("mode", "name"), "places": ("state", "name"), "nodes": ("[/x]", "name")})
    session = home.open(resolve_endpoint(None, "here", home.environ))
    async with running(session, crash_log, settings=settings, places=home.book) as program:
        await program.see(r"replicated +web")
        await program.press("C")
        await program.see(r"ANSWERS +NAME")
        await program.see(r"● manager 26\.1\.5 +there")
        await program.press("n")
        await program.type("there")
        await program.press("enter")
        await program.see(rf"{CURSOR}replicated +db")
        assert not program.shows("REPLICAS")
    for each in home.sessions:
        each.close()


async def test_changes_under_way_are_asked_about(home: Home, crash_log: Path) -> None:
    session = ScriptedSession(small())
    async with running(session, crash_log, places=home.book) as program:
        await program.see("web +replicated")
        await program.open_dialog("2", "web", "plus")
        await program.confirm("Scale web")
        await program.see("▸ Scale web from 2 to 3: sending")
        await choose(program)
        await to_row(program, "there")
        await program.press("enter")
        await program.see("Still under way")
        await program.read("if you switch now, it may or may not be done")
        await program.press("enter")
        await program.see_no("Still under way")
        assert program.shows(HEAD), "Stay has the focus"
        assert not session.closed
        await program.press("enter")
        await program.see("Still under way")
        await program.press("tab", "enter")
        await program.see(rf"{CURSOR}db +replicated")
        await program.until(lambda: session.closed)
        await program.drawn()
        assert not program.shows("Scale web")
        program.app.session.close()
