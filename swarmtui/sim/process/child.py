"""Starting the embedded swarm from another program, and steering it: for tests, ours and others' (`swarmtui.testing`);
`swarmtui demo` has its own way, which never blocks (`swarmtui.demo`).

Standard library only and quick to import: the HTTP server is imported in the process that is started.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import selectors
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from swarmtui.sim.process.directory import remove_directory_of

SIMULATOR = Path(__file__).parents[1] / "__main__.py"
PATIENCE = 30.0
"""Seconds until the swarm must be ready, and until it must have ended."""


class NotReady(Exception):
    """The process ended, or said nothing, instead of serving a swarm."""


class Refused(Exception):
    """The control socket did not do what was asked of it."""


class Child:
    """A process with an embedded swarm in it; it ends with the `with` block, and with this process."""

    def __init__(self, *arguments: str, patience: float = PATIENCE) -> None:
        """Start it, and wait until its sockets are open.

        Args:
            arguments: those of `python -m swarmtui.sim`.
        """
        path = json.dumps([each for each in sys.path if each not in ("", str(Path.cwd()))])
        command = [sys.executable, "-I", str(SIMULATOR), path, "--while-open", *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            ready = json.loads(self._first_line(patience))
        except BaseException:
            self.stop()
            raise
        self.sockets: dict[str, str] = ready["sockets"]
        """The address of every node (DOCKER_HOST) by its host name, managers first."""
        self.control: str = ready["control"]
        """The address of the private socket (see `steering`)."""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def first(self) -> str:
        """The address of the first manager."""
        return next(iter(self.sockets.values()))

    def _first_line(self, patience: float) -> bytes:
        assert self._process.stdout is not None
        deadline = time.monotonic() + patience
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(deadline - time.monotonic()):
                raise NotReady(f"the embedded swarm was not ready after {patience:g} s")
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise NotReady(f"the embedded swarm ended with status {self._process.wait()}")
        return line

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def wait(self, seconds: float) -> int:
        """Wait until it has ended by itself; its exit code."""
        return self._process.wait(seconds)

    def stop(self) -> None:
        """End the process; returns when it has gone."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.send_signal(signal.SIGCONT)  # one that was stopped could not end
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        remove_directory_of(self._process.pid)  # of one that was killed, by us or by others
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    # --- the control socket, see `steering` ---

    def steer(self, path: str, /, **body: object) -> Any:
        """Call the control socket: GET without a body, POST with one; the decoded answer."""
        connection = _Connection(self.control.removeprefix("unix://"))
        with contextlib.closing(connection):
            method, data = ("POST", json.dumps(body)) if body else ("GET", None)
            connection.request(method, f"/_sim{path}", data, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = json.loads(response.read())
        if response.status != 200:
            raise Refused(answer["message"])
        return answer

    def fault(self, node: str, do: str, **more: object) -> None:
        """Do something to a node: kill, stop, cut, slow, revive."""
        self.steer("/fault", node=node, do=do, **more)

    def image(self, image: str, do: str, **more: object) -> None:
        """Let something be wrong with an image: missing, crash, unhealthy, slow, well."""
        self.steer("/image", image=image, do=do, **more)

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""
        self.steer("/clock", advance=seconds)


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float = 60.0) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
