"""What tests of the tunnel need on the client's side: a home with ssh files, a user who answers, an agent, HTTP."""

from __future__ import annotations

import http.client
import socket
import subprocess
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from swarmtui.endpoint import Endpoint
from swarmtui.tunnel.questions import (
    HostKeyQuestion,
    PassphraseQuestion,
    PasswordQuestion,
    PromptsQuestion,
    Question,
)
from swarmtui.tunnel.ssh import Tunnel
from swarmtui.tunnel.ssh_config.host_settings import ConfigFiles
from swarmtui.tunnel.status import TunnelPhase, TunnelStatus
from tests.patience import DEAD

from .commands import environment, run
from .waiting import until


@dataclass
class User:
    """Answers questions at once, by what he was told before.

    Attributes:
        trusts: what he says to unknown host keys.
        secrets: passphrases and passwords, in the order of being asked; None, or no more, to decline.
        answers: to prompts, in the order of being asked.
        asked: all that he was asked.
    """

    trusts: bool = False
    secrets: deque[str | None] = field(default_factory=deque)
    answers: deque[tuple[str, ...] | None] = field(default_factory=deque)
    asked: list[Question] = field(default_factory=list)

    def confirm_host_key(self, question: HostKeyQuestion) -> Future[bool]:
        self.asked.append(question)
        future: Future[bool] = Future()
        future.set_result(self.trusts)
        return future

    def ask_secret(self, question: PassphraseQuestion | PasswordQuestion) -> Future[str | None]:
        self.asked.append(question)
        future: Future[str | None] = Future()
        future.set_result(self.secrets.popleft() if self.secrets else None)
        return future

    def ask_prompts(self, question: PromptsQuestion) -> Future[tuple[str, ...] | None]:
        self.asked.append(question)
        future: Future[tuple[str, ...] | None] = Future()
        future.set_result(self.answers.popleft() if self.answers else None)
        return future


class Home:
    """A directory with ssh_config, known_hosts and keys, and the tunnels that were opened with them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.known_hosts = directory / "known_hosts"
        self.config = directory / "config"
        self.user = User()
        self.seen: list[TunnelStatus] = []
        self._tunnels: list[Tunnel] = []
        self._connections: list[Http] = []

    @property
    def files(self) -> ConfigFiles:
        return ConfigFiles(self.config, self.directory / "system")

    def write(self, text: str) -> None:
        """Write ssh_config; the known_hosts file of this home counts everywhere."""
        rest = f"\nHost *\n  UserKnownHostsFile {self.known_hosts}\n  GlobalKnownHostsFile none\n"
        self.config.write_text(text + rest)

    def open(self, url: str) -> Tunnel:
        """Open a tunnel; `close` closes it."""
        endpoint = Endpoint(url, name=url)
        tunnel = Tunnel.open(endpoint, self.user, on_status=self.seen.append, config=self.files)
        self._tunnels.append(tunnel)
        return tunnel

    def http(self, tunnel: Tunnel, timeout: float = DEAD) -> Http:
        """A connection through a tunnel; `close` closes it."""
        self._connections.append(Http(tunnel.socket_path, timeout))
        return self._connections[-1]

    def close(self) -> None:
        for connection in self._connections:
            connection.close()
        for tunnel in self._tunnels:
            tunnel.close()


class Http(http.client.HTTPConnection):
    """A connection to an engine over a Unix socket."""

    def __init__(self, path: str, timeout: float = DEAD) -> None:
        super().__init__("docker", timeout=timeout)
        self._path = path
        self._answer: http.client.HTTPResponse | None = None

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)

    def fetch(self, target: str) -> bytes:
        """GET, and the body; the connection is kept."""
        return self.ask(target).read()

    def ask(self, target: str) -> http.client.HTTPResponse:
        """GET, and the answer as far as its header; `close` closes it too."""
        self.request("GET", target)
        self._answer = self.getresponse()
        return self._answer

    def close(self) -> None:
        super().close()
        if self._answer is not None:
            self._answer.close()


def fetch(tunnel: Tunnel, target: str = "/info", timeout: float = DEAD) -> bytes:
    """GET over a connection of its own."""
    connection = Http(tunnel.socket_path, timeout)
    try:
        return connection.fetch(target)
    except OSError as error:
        raise ConnectionError(f"{error!r}: {tunnel.status}") from error
    finally:
        connection.close()


def until_phase(tunnel: Tunnel, phase: TunnelPhase) -> TunnelStatus:
    """Wait for a phase; the status at that time."""
    until(lambda: tunnel.status.phase is phase, f"{phase} ({tunnel.status})", interval=0.01)
    return tunnel.status


def failure(tunnel: Tunnel) -> Exception:
    """Wait until it has failed; the error."""
    status = until_phase(tunnel, TunnelPhase.LOST)
    assert status.error is not None
    return status.error


def _accepts(path: Path) -> bool:
    """Whether somebody listens at a Unix socket; its file is there before that. Raises OSError while nobody does."""
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(path))
    return True


@contextmanager
def agent(socket_path: Path, *keys: Path) -> Iterator[Path]:
    """An ssh-agent with keys in it."""
    process = subprocess.Popen(["ssh-agent", "-D", "-a", str(socket_path)], stdout=subprocess.DEVNULL)
    try:
        until(partial(_accepts, socket_path), "the agent to listen", interval=0.01)
        env = {**environment(), "SSH_AUTH_SOCK": str(socket_path)}
        run(["ssh-add", "-q", *keys], env=env)
        yield socket_path
    finally:
        process.terminate()
        process.wait()
