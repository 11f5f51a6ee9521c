"""The connect screen: addresses that are typed, and starting with nothing to reach."""

from __future__ import annotations

from pathlib import Path

from swarmtui.endpoint import Endpoint
from swarmtui.engine.session import Session
from tests.stub_engine import StubEngine
from tests.ui.driving import CURSOR, running
from tests.ui.test_layout import SMALL
from tests.ui.user_home import HEAD, Home, choose, to_row


async def test_a_typed_address_is_opened(home: Home, other: StubEngine, crash_log: Path) -> None:
    async with home.program(crash_log) as program:
        await choose(program)
        await program.press("n")
        await program.type(other.url.removeprefix("unix://"))
        await program.press("enter")
        await program.see(rf"{CURSOR}db +replicated")
        await program.see(r"^ there ")  # that address is a context's
        await choose(program)
        await program.press("n")
        await program.type("here")
        await program.press("enter")
        await program.see(rf"{CURSOR}agent +global")


async def test_an_address_may_be_typed_before_the_list_is_read(home: Home, crash_log: Path) -> None:
    async with home.program(crash_log) as program:
        home.answers.clear()
        await program.press("C", "n")
        await program.type("there")
        await program.press("enter")
        await program.see("reading docker's contexts and ssh_config")
        assert not program.shows("✖")
        home.answers.set()
        await program.see(rf"{CURSOR}db +replicated")


async def test_a_typed_address_that_no_list_has_is_remembered(home: Home, crash_log: Path) -> None:
    with StubEngine(tcp=True) as third:
        third.add_node("third", role="manager", leader=True)
        async with home.program(crash_log) as program:
            await choose(program)
            await program.press("n")
            await program.type(third.url)
            await program.press("enter")
            await program.see(rf"^ {third.url} .*● live")
            await choose(program)
            await program.see(rf"{CURSOR}{third.url} +(recent|address) .*● manager 26\.1\.5 +open now")
            await program.until(lambda: [each.url for each in home.recent.entries()][:1] == [third.url], "it kept")


async def test_a_wrong_address_is_told_in_words(home: Home, crash_log: Path) -> None:
    async with home.program(crash_log, size=SMALL) as program:
        await choose(program)
        for text, said in (
            ("nowhere", '✖ "nowhere" is neither a docker context nor a host that ssh_config names. Type unix://'),
            ("ftp://[/x]", '✖ Addresses with "ftp://" are not supported'),
            ("ssh://u:secret@h", "✖ The ssh:// address holds a password"),
        ):
            await program.press("n", "ctrl+u")
            await program.type(text)
            await program.press("enter")
            await program.read(said)
            assert not program.says("secret@h Leave")
        assert program.app.is_running
        await program.press("escape")
        await program.see_no("✖ The ssh")
        await program.see(rf"{CURSOR}here")
        await program.press("escape")
        await program.see("● live")
        assert len(home.sessions) == 1


async def test_keys_in_the_line_are_letters_and_escape_comes_back(home: Home, crash_log: Path) -> None:
    async with home.program(crash_log) as program:
        await choose(program)
        await program.press("n")
        await program.type("qC/n?:")
        await program.see("qC/n.:")
        await program.see("there +context")
        await program.press("ctrl+c", "G")
        await program.see(rf"{CURSOR}there")
        await program.press("tab")
        await program.type("x")
        await program.see("^x$")  # what stood there was selected


async def test_started_without_an_engine_it_begins_with_the_list(home: Home, crash_log: Path) -> None:
    async with home.program(crash_log, "default", choose=True, size=SMALL) as program:
        await program.read("No Docker engine was named, and none runs here: There is no socket")
        await program.see(rf"{CURSOR}default \*")
        await program.press("escape")
        await program.see("What failed: socket")
        assert program.shows("C: choose another")
        await choose(program)
        await to_row(program, "here")
        await program.press("enter")
        await program.see(r"web +replicated")


async def test_with_nothing_to_choose_it_says_what_to_do(home: Home, crash_log: Path) -> None:
    for path in home.docker.rglob("meta.json"):
        path.unlink()
    async with home.program(crash_log, "default", choose=True, size=SMALL) as program:
        await program.read("No other docker context, and no host in ~/.ssh/config. Press n and type ssh://")
        await program.press("n")
        await program.type("/x.sock")
        await program.press("enter")
        await program.see(r"What failed: socket")
        await program.read("There is no socket /x.sock")


async def test_a_broken_docker_configuration_is_told_and_hides_no_ssh_host(home: Home, crash_log: Path) -> None:
    home.ssh.write_text("Host far\n ProxyJump x\n")
    async with home.program(crash_log) as program:
        home.environ["DOCKER_HOST"] = ""
        (home.docker / "config.json").write_text("{")
        await choose(program)
        await program.read("✖ Docker's contexts cannot be listed:")
        await program.see(rf"{CURSOR}here +context .*open now")
        assert program.shows("far +ssh host")


async def test_it_is_in_the_palette_and_has_its_help(home: Home, crash_log: Path) -> None:
    async with home.program(crash_log) as program:
        await program.press("colon")
        await program.type("another swarm")
        await program.see(r"Connect +\(C\)")
        await program.press("enter")
        await program.see(HEAD)
        await program.press("question_mark")
        await program.read("Type the address of an engine")
        assert not program.says("Join tokens")
        assert not program.says("Choose another swarm")
        await program.press("escape", "t", "C")
        assert len(program.app.screen_stack) == 2


async def test_where_there_is_nothing_to_choose_it_is_not_offered(engine: StubEngine, crash_log: Path) -> None:
    session = Session(Endpoint(engine.url, "stub"))
    try:
        async with running(session, crash_log) as program:
            await program.see("● live")
            await program.press("C")
            assert len(program.app.screen_stack) == 1
            await program.press("question_mark")
            await program.see("Keys")
            assert not program.says("Choose another swarm")
    finally:
        session.close()
