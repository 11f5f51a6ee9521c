"""The program as a page: who gets it, who does not, and that it ends with the page and with the server."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp
import pytest

from swarmtui.commands.serve import arguments_of
from tests.patience import DEAD, until
from tests.window import REPOSITORY, processes_with

pytest.importorskip("textual_serve")

VISITOR = r".* -P -m swarmtui"


class Served:
    """A server, and what it has started.

    Attributes:
        address: of the page, as the server told it.
    """

    def __init__(self, *options: str) -> None:
        self._marker = f"SWARMTUI_TEST={uuid.uuid4()}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "swarmtui", "serve", "--demo", "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=REPOSITORY,
            env={**os.environ, **dict([self._marker.split("=")])},
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        found = re.search(r"http://\S+/", said)
        assert found, said
        self.address = found[0]

    @property
    def site(self) -> str:
        """What a browser calls it."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    def visitors(self) -> list[int]:
        """The programs of pages that are open."""
        return [pid for pid, command in processes_with(self._marker).items() if re.match(VISITOR, command)]

    def all_gone(self) -> bool:
        """Whether nothing is left of it."""
        return not processes_with(self._marker)

    def close(self) -> None:
        """End whatever is left."""
        for pid in processes_with(self._marker):
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    server = Served()
    yield server
    server.close()


@pytest.fixture
def ending() -> Iterator[Served]:
    """A server that the test ends."""
    server = Served()
    yield server
    server.close()


@asynccontextmanager
async def page(served: Served, origin: str | None = None) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A page that is open; what its program draws comes as bytes."""
    async with aiohttp.ClientSession() as browser:
        url = f"{served.address.replace('http', 'ws', 1)}ws?width=100&height=30"
        async with browser.ws_connect(url, origin=origin or served.site) as socket:
            yield socket


async def drawn(socket: aiohttp.ClientWebSocketResponse, wanted: bytes) -> None:
    """Wait until something is drawn."""
    seen = b""
    while wanted not in seen:
        message = await socket.receive(DEAD)
        assert message.type == aiohttp.WSMsgType.BINARY, (message, seen[-500:])
        seen += message.data


async def test_who_has_the_address_sees_the_swarm_and_changes_nothing(served: Served) -> None:
    async with aiohttp.ClientSession() as browser, browser.get(served.address) as answer:
        assert answer.status == 200
        assert "The demo, read-only" in await answer.text()
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    async with page(served) as socket:
        await drawn(socket, b"ops_grafana")
        await socket.send_str(json.dumps(["stdin", "2s"]))
        await drawn(socket, b"read-only")
        assert len(served.visitors()) == 1
    await asyncio.to_thread(until, lambda: not served.visitors(), "the end of the page's program")


@pytest.mark.parametrize("path", ["", "ws", "static/js/textual.js", "wrong/", "wrong/ws"])
async def test_without_the_secret_there_is_nothing(served: Served, path: str) -> None:
    async with aiohttp.ClientSession() as browser, browser.get(f"{served.site}/{path}") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null", "https://127.0.0.1"])
async def test_pages_of_other_sites_are_refused(served: Served, origin: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with page(served, origin):
            pass
    assert refused.value.status == 403
    assert served.visitors() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
async def test_visitors_end_with_the_server(ending: Served, number: signal.Signals) -> None:
    async with page(ending) as socket:
        await drawn(socket, b"ops_grafana")
        ending.process.send_signal(number)
        await asyncio.to_thread(until, ending.all_gone, "the end of all programs", interval=0.1)


def test_what_a_visitors_program_is_told() -> None:
    hosts = ("ssh://a", "ssh://b")
    assert arguments_of(hosts, None, demo=False, writable=False) == ["-H", "ssh://a", "-H", "ssh://b", "--read-only"]
    assert arguments_of((), "prod", demo=False, writable=True) == ["-c", "prod"]
    assert arguments_of((), None, demo=True, writable=False) == ["--read-only", "demo"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--host", "0.0.0.0"], "needs --public-url"),
        (["--port", "70000"], "70000"),
    ],
)
def test_what_cannot_be_served(options: list[str], words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "swarmtui", "serve", *options], capture_output=True, text=True, cwd=REPOSITORY
    )
    assert done.returncode == 2
    assert words in done.stderr
