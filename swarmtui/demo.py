"""The demo: the embedded swarm as a process of our own, and the way to steer it (swarmtui.sim, its private socket).

The swarm itself is met through its Docker API, exactly as a real one is. Only what no API has (to cut a cable, to let
time pass faster, to play a scenario) goes over the private socket.
"""

from __future__ import annotations

import http.client
import json
import logging
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import swarmtui
from swarmtui import children
from swarmtui.errors import ConnectionBroken, SwarmtuiError
from swarmtui.lifeline import in_emergency
from swarmtui.serial_worker import SerialWorker
from swarmtui.sim.process.directory import remove_directory_of

__all__ = ["DemoSwarm", "Narration"]

logger = logging.getLogger("swarmtui.demo")

SIMULATOR = Path(swarmtui.__file__).parent / "sim" / "__main__.py"
"""The embedded swarm that belongs to this very code, wherever Python would find another one."""

READY_WITHIN = 300.0
"""Seconds after which one that has not come up is taken for dead: a large one on a busy machine takes long."""

ENDS_WITHIN, AT_ONCE = 2.0, 0.2
"""Seconds that it has to end by itself; the second when this program is ended by force (`lifeline`)."""

LOOK_EVERY = 0.5
"""Seconds between two looks at the scenario that is played."""


@dataclass(frozen=True)
class Narration:
    """The scenario that is played.

    Attributes:
        known: names of the scenarios and their titles.
        playing: the name of the one that is played; "" for none.
        step, of: which step of how many, counted from 1.
        says: the line of narration.
    """

    known: dict[str, str]
    playing: str = ""
    step: int = 0
    of: int = 0
    says: str = ""


class DemoSwarm:
    """A simulated swarm in a process of its own.

    Args:
        options: of `python -m swarmtui.sim`: --nodes, --seed, --scenario and so on.

    Raises:
        SwarmtuiError: it did not come up.
    """

    def __init__(self, options: Sequence[str] = ()) -> None:
        with children.spawning():
            self._process = subprocess.Popen(
                [*children.python(SIMULATOR), "--while-open", *options],
                stdin=subprocess.PIPE,  # its end tells the swarm of ours, however we end
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=children.environment(),
                start_new_session=True,  # ctrl+c in the terminal is meant for the program, not for the swarm
            )
        self._ready: dict[str, Any] | None = None
        self._take_back = in_emergency(lambda: self._end(at_once=True))
        self._narration = Narration({})
        self._listener: Callable[[], None] = _nobody
        self._orders = SerialWorker("swarmtui-demo", between=self._look, every=LOOK_EVERY)

    def wait_until_ready(self) -> None:
        """Wait until the swarm can be asked. Raises SwarmtuiError with what it said when it cannot be."""
        if self._ready is not None:
            return
        watchdog = threading.Timer(READY_WITHIN, self._process.kill)
        watchdog.daemon = True
        watchdog.start()
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        line = self._process.stdout.readline()
        watchdog.cancel()
        if not line:
            words = self._process.stderr.read().decode(errors="replace").strip().splitlines()
            raise SwarmtuiError(
                "The embedded swarm did not start.", words[-1].removeprefix("swarmtui.sim: ") if words else ""
            )
        self._ready = json.loads(line)
        self._narration = _narration(self._ready["scenario"])
        self._orders.start()

    @property
    def url(self) -> str:
        """Where the first manager answers."""
        return next(iter(self._sockets.values()))

    @property
    def urls(self) -> dict[str, str]:
        """Where each node answers, by its name, managers first."""
        return dict(self._sockets)

    @property
    def control(self) -> str:
        """Where it takes orders: faults, time and scenarios (swarmtui.sim, its private socket)."""
        self.wait_until_ready()
        assert self._ready is not None
        return str(self._ready["control"])

    @property
    def registry(self) -> str:
        """The socket where the registry answers that all of its images are in."""
        return self.control.removeprefix("unix://")

    @property
    def _sockets(self) -> dict[str, str]:
        self.wait_until_ready()
        assert self._ready is not None
        sockets: dict[str, str] = self._ready["sockets"]
        return sockets

    # ------------------------------------------------------------------------------------ for the user interface

    def start(self, on_news: Callable[[], None]) -> None:
        """Call `on_news`, from another thread, whenever `narration` has something new."""
        self._listener = on_news

    @property
    def narration(self) -> Narration:
        """The scenario that is played, as far as it is known."""
        return self._narration

    def nodes(self) -> list[str]:
        """The names of the nodes."""
        return list(self._sockets)

    def fault(self, node: str, what: str) -> None:
        """Do something to a node: "kill", "stop", "cut", "slow" (answers 2 s later) or "revive"."""
        self._post("/_sim/fault", {"node": node, "do": what, "seconds": 2})

    def image(self, image: str, what: str) -> None:
        """Do something to an image: "missing", "crash", "unhealthy", "slow" or "well"."""
        self._post("/_sim/image", {"image": image, "do": what, "seconds": 5 if what == "crash" else 20})

    def speed(self, factor: float) -> None:
        """How fast time passes; 0 for not at all."""
        self._post("/_sim/clock", {"speed": factor})

    def play(self, scenario: str) -> None:
        """Play a scenario from its start."""
        self._post("/_sim/scenario", {"play": scenario})

    def next_step(self) -> None:
        """Continue the scenario at once."""
        self._post("/_sim/scenario", {"do": "next"})

    def end_scenario(self) -> None:
        """Stop the scenario; the swarm stays as it is."""
        self._post("/_sim/scenario", {"do": "end"})

    # ------------------------------------------------------------------------------------ the end

    def wait(self) -> int:
        """Wait until the process has ended; returns its exit status."""
        return self._process.wait()

    def stop(self) -> bool:
        """Ask it to end, so that `wait` returns; True."""
        self._process.terminate()
        return True

    def close(self) -> None:
        """End the swarm; it removes its sockets itself."""
        self._orders.close()
        self._end()
        self._take_back()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _end(self, *, at_once: bool = False) -> None:
        """Have it end; what it could not remove by itself is removed here."""
        self._process.terminate()
        self._process.send_signal(signal.SIGCONT)  # one that was stopped could not end
        try:
            self._process.wait(AT_ONCE if at_once else ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
        # Whoever has ended it: the system for want of memory, or another thread of ours that is in a hurry. And before
        # anything more is waited for: on a busy machine this program may be gone sooner than the other one.
        remove_directory_of(self._process.pid)
        self._process.wait(ENDS_WITHIN)

    # ------------------------------------------------------------------------------------ the private socket

    def _post(self, path: str, body: dict[str, object]) -> None:
        """Send an order; what it does is seen in the swarm."""

        def order() -> None:
            try:
                self._ask("POST", path, body)
            except SwarmtuiError as error:
                logger.warning("%s %s: %s", path, body, error)

        self._orders.run(order)

    def _look(self) -> None:
        try:
            state = self._ask("GET", "/_sim/scenario")
        except SwarmtuiError:
            return
        narration = _narration(state)
        if narration != self._narration:
            self._narration = narration
            self._listener()

    def _ask(self, method: str, path: str, body: dict[str, object] | None = None) -> dict[str, Any]:
        assert self._ready is not None
        connection = _UnixConnection(self._ready["control"].removeprefix("unix://"))
        try:
            connection.request(method, path, None if body is None else json.dumps(body))
            answer = connection.getresponse()
            content: dict[str, Any] = json.loads(answer.read() or b"{}")
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ConnectionBroken(f"The embedded swarm does not answer: {error}.") from error
        finally:
            connection.close()
        if answer.status >= 400:
            raise SwarmtuiError(str(content.get("message", answer.status)))
        return content


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=5)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(5)
        self.sock.connect(self._path)


def _narration(state: dict[str, Any]) -> Narration:
    """What the private socket tells of the scenario."""
    return Narration(
        state.get("known") or {},
        state.get("playing") or "",
        state.get("step") or 0,
        state.get("of") or 0,
        state.get("says") or "",
    )


def _nobody() -> None:
    """The listener while there is none."""
