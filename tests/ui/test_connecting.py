"""The connect screen, and the way from one swarm to another."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from swarmtui.config import Settings
from swarmtui.endpoint import Endpoint, resolve_endpoint
from swarmtui.engine.session import Session
from swarmtui.places.book import AddressBook
from swarmtui.places.recent import RecentPlaces
from swarmtui.places.survey import Reading
from swarmtui.swarm.cluster import Cluster
from swarmtui.ui.screens.connect import ConnectScreen
from tests.stub_engine import StubEngine
from tests.ui.driving import CURSOR, WIDE, Program, running
from tests.ui.scripted import ScriptedSession
from tests.ui.test_layout import SMALL
from tests.ui.test_scale_dialog import confirm, open_dialog
from tests.unit.places.greeter import Greeter
from tests.unit.swarm import builders
from tests.unit.test_endpoint import add_context, use

HEAD = "Choose a swarm"


class Home:
    """A user's files, with the contexts here and there.

    Attributes:
        sessions: all that were opened.
        answers: whether the disk answers: a home directory may be on a network.
    """

    def __init__(self, directory: Path, engine: StubEngine, other: StubEngine) -> None:
        self.docker = directory / "docker"
        self.ssh = directory / "ssh_config"
        self.ssh.touch()
        self.recent = RecentPlaces(directory / "recent.json")
        self.audit = directory / "audit.jsonl"
        self.environ = {"DOCKER_CONFIG": str(self.docker), "DOCKER_HOST": f"unix://{directory}/none.sock"}
        self.sessions: list[Session] = []
        self.answers = threading.Event()
        self.answers.set()
        add_context(self.docker, "here", engine.url)
        add_context(self.docker, "there", other.url)

    def open(self, endpoint: Endpoint) -> Session:
        session = Session(endpoint, audit_log=self.audit)
        self.sessions.append(session)
        return session

    @property
    def book(self) -> AddressBook[Session]:
        nowhere, answers = self.ssh.with_name("none"), self.answers

        class Book(AddressBook[Session]):
            def read(self, opened: Endpoint) -> Reading:
                answers.wait(10.0)
                return super().read(opened)

        return Book(self.open, self.recent, environ=self.environ, ssh_user=self.ssh, ssh_system=nowhere)

    @asynccontextmanager
    async def program(
        self, crash_log: Path, context: str = "here", *, size: tuple[int, int] = WIDE, choose: bool = False
    ) -> AsyncIterator[Program]:
        """The program on a context, or started without an engine."""
        session = self.open(resolve_endpoint(None, context, self.environ))
        try:
            async with running(session, crash_log, size=size, places=self.book, choose=choose) as program:
                if not choose:
                    await program.see("● live")
                yield program
        finally:
            for each in self.sessions:
                each.close()


@pytest.fixture
def other() -> Iterator[StubEngine]:
    """Another swarm: one manager, and the service db."""
    with StubEngine() as stub:
        stub.add_node("solo", role="manager", leader=True)
        stub.add_service("db", replicas=1)
        stub.settle()
        yield stub


@pytest.fixture
def home(tmp_path: Path, engine: StubEngine, other: StubEngine) -> Home:
    return Home(tmp_path, engine, other)


async def choose(program: Program) -> None:
    await program.press("C")
    await program.see(r"NAME +KIND")


async def to_row(program: Program, name: str) -> None:
    """Put the cursor on a place, by keys."""
    await program.see(rf"[│ {CURSOR}]{name}")
    await program.press("g")
    for _ in range(50):
        if program.cursor_on(name):
            return
        await program.press("j")
    raise AssertionError(f"the cursor does not come to {name}\n{program.text}")


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
            await program.read('An address of the kind "ftp://" cannot be used')
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


async def test_a_place_that_never_answers_blocks_nothing(home: Home, other: StubEngine, crash_log: Path) -> None:
    other.hang()
    async with home.program(crash_log) as program:
        begun = time.monotonic()
        await choose(program)
        await program.see(r"there .*◌ trying")
        await program.see(r"here .*● manager")
        await program.press("G", "g", "escape")
        await program.until(lambda: len(program.app.screen_stack) == 1)
        assert time.monotonic() - begun < 2.5, "nobody has waited for it"
        await choose(program)
        await program.see(r"there .*✖ engine: no answer", within=8.0)
        await program.press("q")
        assert await program.ended() < 2.0


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
        await program.see(r"/ Filter.*n Address.*\^r Try again.*esc Back")
        assert not program.shows("Tokens")


# ------------------------------------------------------------------------------------------------ switching


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
        await confirm(program, "Scale db")
        await program.see("✔ Scale db")
        old = len(engine.requests)
        await asyncio.sleep(1.2)
        assert len(engine.requests) == old, "the old swarm is left alone"
        await choose(program)
        await program.see(rf"{CURSOR}there .*open now")
        await program.see(r"here .* \d+ s ago")
        await to_row(program, "here")
        await program.press("enter")
        await program.see(rf"{CURSOR}agent +global")
    assert [json.loads(line)["endpoint"] for line in home.audit.read_text().splitlines()] == ["there"]
    assert {path: path.read_bytes() for path in home.docker.rglob("*") if path.is_file()} == docker_files
    assert {each.context for each in home.recent.entries()} == {"here", "there"}


async def test_the_header_of_the_new_one_is_there_at_once(home: Home, other: StubEngine, crash_log: Path) -> None:
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
        assert program.shows("^ +C: choose another")
        await choose(program)
        await program.see(rf"{CURSOR}there .*open now")
        assert program.says("open now: there")
        await to_row(program, "here")
        await program.press("enter")
        await program.see(rf"{CURSOR}agent +global")
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
        await open_dialog(program, "plus")
        await confirm(program, "Scale web")
        await program.see("▸ Scale web from 2 to 3: sending")
        await choose(program)
        await to_row(program, "there")
        await program.press("enter")
        await program.see("Still under way")
        await program.read("whether it will be done is not sure if you switch now")
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


# ------------------------------------------------------------------------------------------------ typed addresses


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
    assert home.recent.entries()[0].url == third.url


async def test_a_wrong_address_is_told_in_words(home: Home, crash_log: Path) -> None:
    async with home.program(crash_log, size=SMALL) as program:
        await choose(program)
        for text, said in (
            ("nowhere", '✖ "nowhere" is neither a docker context nor a host that ssh_config names. Type unix://'),
            ("ftp://[/x]", '✖ An address of the kind "ftp://" cannot be used'),
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
        await program.press("ctrl+c", "G")
        await program.see(rf"{CURSOR}there")
        await program.press("tab")
        await program.type("x")
        await program.see("^x$")  # what stood there was selected


# ------------------------------------------------------------------------------------------------ starting, help, demo


async def test_started_without_an_engine_it_begins_with_the_list(home: Home, crash_log: Path) -> None:
    async with home.program(crash_log, "default", choose=True, size=SMALL) as program:
        await program.read("No Docker engine was named, and here is none: There is no socket")
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
        await program.read("There is no other docker context, and no host in ~/.ssh/config. Press n and type ssh://")
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
