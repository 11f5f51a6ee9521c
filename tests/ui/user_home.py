"""A user's files, with the contexts of two engines, and how tests go about the connect screen."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from swarmtui.endpoint import Endpoint, resolve_endpoint
from swarmtui.engine.session import Session
from swarmtui.places.book import AddressBook
from swarmtui.places.recent import RecentPlaces
from swarmtui.places.survey import Reading
from tests.patience import DEAD
from tests.stub_engine import StubEngine
from tests.ui.driving import CURSOR, WIDE, Program, running
from tests.unit.test_endpoint import add_context

__all__ = ["HEAD", "Home", "choose", "to_row"]

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
                answers.wait(DEAD)
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


async def choose(program: Program) -> None:
    await program.press("C")
    await program.see(r"NAME +KIND")


async def to_row(program: Program, name: str) -> None:
    """Put the cursor on a place, by keys. Places that prove to have been used go up meanwhile, past the cursor, too."""
    await program.see(rf"[│ {CURSOR}]{name}")
    for step in range(150):
        if program.cursor_on(name):
            return
        await program.press("g" if step % 50 == 0 else "j")
    raise AssertionError(f"the cursor does not come to {name}\n{program.text}")
