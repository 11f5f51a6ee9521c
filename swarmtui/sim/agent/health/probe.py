"""One run of a health check: a command in its container, for as long as it may take."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from swarmtui.sim.agent.container import Container
from swarmtui.sim.agent.log_samples import STDOUT
from swarmtui.sim.agent.process import Pause, context_of
from swarmtui.sim.shell.shell import Shell

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine
    from swarmtui.sim.clock import Clock, Timer

KEPT = 4096
"""How many bytes of its output are kept (moby daemon/health.go, maxOutputLen)."""
LATE = -1
"""The exit code of a check that took too long, or could not be started."""
_NOT_FOUND = (
    "OCI runtime exec failed: exec failed: unable to start container process: "
    'exec: "{}": executable file not found in $PATH: unknown'
)


class _Output:
    """Keeps what a check writes; it has no input."""

    tty = False

    def __init__(self) -> None:
        self.text = ""

    async def write(self, data: bytes, stream: int = STDOUT) -> None:
        self.text += data.decode(errors="replace")

    async def line(self, prompt: str) -> str | None:
        return None

    async def pause(self, seconds: float) -> bool:
        await Pause(seconds)
        return False


class Probe:
    """A health check at work."""

    def __init__(
        self,
        container: Container,
        machine: Machine,
        clock: Clock,
        given: Mapping[str, bytes],
        done: Callable[[int, str], None],
    ) -> None:
        """
        Args:
            given: the files that the swarm gives the container.
            done: called with the exit code and the output.
        """
        self._clock, self._done, self._output = clock, done, _Output()
        self._shell = Shell(context_of(container, machine, clock, given, lambda signal: None), self._output)
        self._course: Coroutine[Any, Any, int] | None = None
        self._timers: list[Timer] = []

    def begin(self, argv: list[str], timeout: float) -> None:
        """Let it run, so many seconds at most."""
        if not self._shell.knows(argv[0]):
            self._done(LATE, _NOT_FOUND.format(argv[0]))
            return
        late = f"Health check exceeded timeout ({timeout:g}s)"
        self._timers = [self._clock.later(timeout, lambda: self._finish(LATE, late))]
        self._course = self._shell.program(argv)
        self._go_on()

    def _go_on(self) -> None:
        if self._course is None:
            return
        try:
            seconds = self._course.send(None)
        except StopIteration as end:
            self._finish(int(end.value) & 255, self._output.text[:KEPT])
        else:
            self._timers[1:] = [self._clock.later(float(seconds), self._go_on)]

    def _finish(self, code: int, output: str) -> None:
        self.close()
        self._done(code, output)

    def close(self) -> None:
        """It is no more, and tells nobody."""
        for timer in self._timers:
            timer.cancel()
        course, self._course = self._course, None
        if course is not None:
            course.close()
