"""The first process of a container, where what it does is known: a shell, or one of busybox's commands.

It runs in the swarm's own time: until it sleeps, and then again from a timer on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Generator, Mapping
from typing import TYPE_CHECKING, Any

from swarmtui.sim.agent.container import Container
from swarmtui.sim.agent.described import described
from swarmtui.sim.agent.log_samples import STDERR, STDOUT
from swarmtui.sim.agent.run import Run
from swarmtui.sim.shell.container_view import seen
from swarmtui.sim.shell.context import Context, account
from swarmtui.sim.shell.shell import Shell

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine
    from swarmtui.sim.clock import Clock, Timer

NOTICED = 0.02
"""Seconds until an engine has noticed that a process is no more."""
NOT_STARTED = 128
"""The exit code of a container whose process could not be started."""
KILLED = 137
SIGNALS = {
    "HUP": 1,
    "INT": 2,
    "QUIT": 3,
    "ABRT": 6,
    "KILL": 9,
    "USR1": 10,
    "SEGV": 11,
    "USR2": 12,
    "PIPE": 13,
    "ALRM": 14,
    "TERM": 15,
    "CHLD": 17,
    "CONT": 18,
    "STOP": 19,
    "TSTP": 20,
    "WINCH": 28,
}
FOR_EVER = 1e9
KEPT = 2_000
"""How many lines of a container are kept."""
_MORE_SHELLS = frozenset({"bash", "dash"})
_HELLO = "\nHello from Docker!\nThis message shows that your installation appears to be working correctly.\n"
_FAILED = (
    "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "
)


class StartError(Exception):
    """A container that could not be started.

    Attributes:
        code: its exit code.
        status: what the API answers.
    """

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.status, self.message = code, status, message


class Pause:
    """Time that has to pass."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __await__(self) -> Generator[float, None, None]:
        yield self._seconds


class _Output:
    """Keeps what a container writes."""

    def __init__(self, container: Container, clock: Clock, *, waits: bool) -> None:
        self.tty = False
        self._lines = container.output = container.output or []
        self._clock = clock
        self._waits = waits
        self._rest = {STDOUT: "", STDERR: ""}

    async def write(self, data: bytes, stream: int = STDOUT) -> None:
        *whole, self._rest[stream] = (self._rest[stream] + data.decode(errors="replace")).split("\n")
        self._lines += [(self._clock.now(), stream, line) for line in whole]
        del self._lines[:-KEPT]

    def flush(self) -> None:
        """What is left without an end is a line, too."""
        self._lines += [(self._clock.now(), stream, text) for stream, text in self._rest.items() if text]

    async def line(self, prompt: str) -> str | None:
        """Nobody writes to it: it has no input, or waits for it."""
        while self._waits:
            await Pause(FOR_EVER)
        return None

    async def pause(self, seconds: float) -> bool:
        await Pause(seconds)
        return False


def program(container: Container, machine: Machine) -> list[str] | None:
    """What a container runs, as far as that is known.

    Raises:
        StartError: there is no such program, or no such user.
    """
    made = described(container, machine)
    known = machine.images.known(container.source)
    if not known and not _is_told(container) and container.source not in machine.images.made:
        return None
    if known and account(str(made.config["User"] or "")) is None:
        raise StartError(
            NOT_STARTED, f"unable to find user {made.config['User']}: no matching entries in passwd file", 500
        )
    name = made.argv[0]
    base = name.rpartition("/")[2]
    if base in _MORE_SHELLS or Shell.knows(name):
        return ["sh", *made.argv[1:]] if base in _MORE_SHELLS else made.argv
    if base == "hello" and known:
        return ["echo", _HELLO]
    if name.startswith("/etc/") or name in ("/", "/bin", "/etc", "/tmp"):
        raise StartError(126, f'{_FAILED}exec: "{name}": permission denied: unknown')
    if not known:
        return None
    why = f"stat {name}: no such file or directory" if "/" in name else "executable file not found in $PATH"
    raise StartError(127, f'{_FAILED}exec: "{name}": {why}: unknown')


def _is_told(container: Container) -> bool:
    """Whether somebody has said what it is to run."""
    if isinstance(container, Run):
        spec = container.task.spec.task.container
        return bool(spec.get("Command") or spec.get("Args"))
    config: Mapping[str, object] = getattr(container, "config", {})
    return bool(config.get("Cmd") or config.get("Entrypoint"))


class Process:
    """A program at work."""

    def __init__(
        self,
        container: Container,
        machine: Machine,
        clock: Clock,
        argv: list[str],
        given: Mapping[str, bytes],
        ended: Callable[[int], None],
    ) -> None:
        """
        Args:
            given: the files that the swarm gives the container.
            ended: called with the exit code.
        """
        made = described(container, machine)
        self._container, self._clock, self._ended = container, clock, ended
        self._timer: Timer | None = None
        self._running = False
        self.code: int | None = None
        """With which code it has ended."""
        self._init = bool(made.host.get("Init"))
        waits = bool(made.config.get("OpenStdin") or made.config.get("Tty"))
        self._output = _Output(container, clock, waits=waits)
        lasting = not machine.images.known(container.source)
        self._shell = Shell(context_of(container, machine, clock, given, self.signal), self._output, lasting=lasting)
        self._course: Coroutine[Any, Any, int] | None = self._shell.program(argv)

    def begin(self) -> None:
        """Let it run until it waits for the first time."""
        self._go_on()

    def _go_on(self) -> None:
        course = self._course
        if course is None:
            return
        if self._container.paused:
            self._timer = self._clock.later(0.2, self._go_on)
            return
        self._running = True
        try:
            seconds = course.send(None)
        except StopIteration as end:
            self._running = False
            self._finish(int(end.value) & 255)
        else:
            self._running = False
            self._timer = self._clock.later(float(seconds), self._go_on)

    def _finish(self, code: int) -> None:
        self.close()
        self._output.flush()
        self.code = code
        self._ended(code)

    def close(self) -> None:
        """It is no more, and tells nobody."""
        if self._timer is not None:
            self._timer.cancel()
        course, self._course = self._course, None
        if course is not None and not self._running:
            course.close()

    def signal(self, name: str) -> None:
        """Send it a signal: as the first process it heeds only what it has set a trap for, and KILL."""
        if self._course is None:
            return
        if name == "KILL":
            self._finish(KILLED)
        elif self._shell.traps.get(name):
            self._shell.signals.append(name)
            if not self._running:
                if self._timer is not None:
                    self._timer.cancel()
                self._go_on()
        elif self._init and name not in ("CHLD", "CONT", "WINCH") and name not in self._shell.traps:
            self._finish(128 + SIGNALS[name])


def process_of(
    container: Container, machine: Machine, clock: Clock, given: Mapping[str, bytes], ended: Callable[[int], None]
) -> Process | None:
    """What a container runs, ready to begin; None where that is not known. StartError where it cannot run."""
    argv = program(container, machine)
    if argv is None:
        return None
    process = machine.processes[str(container.container_id)] = Process(container, machine, clock, argv, given, ended)
    return process


def send(machine: Machine, container: Container, name: str) -> bool:
    """Send a signal to what a container runs; False where that is not known."""
    process = machine.processes.get(str(container.container_id))
    if process is not None:
        process.signal(name)
    return process is not None


def context_of(
    container: Container, machine: Machine, clock: Clock, given: Mapping[str, bytes], kill: Callable[[str], None]
) -> Context:
    """What a command in a container begins with.

    Args:
        given: the files that the swarm gives the container.
        kill: sends the container's first process a signal.
    """
    made = described(container, machine)
    box = seen(container, machine, clock.now, kill, given)
    user = str(made.config["User"] or "")
    who = account(user) or account("root")
    assert who is not None
    directory = str(made.config["WorkingDir"] or "/")
    variables = {**box.environment, "HOME": made.environment.get("HOME") or ("/root" if who.uid == 0 else "/")}
    return Context(box, variables, 0, directory, who)


def signal_name(text: str) -> str | None:
    """A signal by its name or number, without "SIG"; None where there is no such one."""
    if text.isdecimal():
        return next((name for name, number in SIGNALS.items() if number == int(text)), None)
    name = re.sub("^SIG", "", text.upper())
    return name if name in SIGNALS else None
