"""Commands in containers: created, started, looked at (moby's `daemon/server/router/container/exec.go`).

A started command takes the connection over (`hijack`) and talks to the tiny shell (`shell`).
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from swarmtui.sim.api import answers, hijack, logs, query
from swarmtui.sim.api.call import Call
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.shell import shell
from swarmtui.sim.shell.console import Console
from swarmtui.sim.shell.container_view import ContainerView
from swarmtui.sim.shell.terminal import Pipes, Silence, Terminal

STARTING = 0.08
"""Seconds that starting a process takes: on a real engine it is more."""
LOOK_AGAIN = 0.2
"""Seconds between two looks at whether the container of a command is still there."""
KILLED = 137
"""The exit code of a command whose container was killed under it."""
_NOT_FOUND_SINCE = (1, 42)
"""The API version from which on engines tell commands that are not there from those that may not run."""
_SENTENCE = "Error: Exec command {} has already run"


@dataclass
class Exec:
    """A command in a container.

    Attributes:
        id: its own, made up by the engine.
        container: the full ID of the container.
        config: as the client created it.
        size: columns and rows of the client's terminal.
    """

    id: str
    container: str
    config: dict[str, Any]
    size: tuple[int, int] = (80, 24)
    running: bool = False
    exit_code: int | None = None
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def started(self) -> bool:
        """Whether it runs or ran: no command runs twice."""
        return self.running or self.exit_code is not None

    def shown(self) -> dict[str, Any]:
        """As `GET /exec/{id}/json` has it."""
        command = self.config["Cmd"]
        process = {
            "tty": bool(self.config.get("Tty")),
            "entrypoint": command[0],
            "arguments": command[1:],
            "privileged": bool(self.config.get("Privileged")),
        }
        if user := self.config.get("User"):
            process["user"] = user
        return {
            "ID": self.id,
            "Running": self.running,
            "ExitCode": self.exit_code,
            "ProcessConfig": process,
            "OpenStdin": bool(self.config.get("AttachStdin")),
            "OpenStderr": bool(self.config.get("AttachStderr")),
            "OpenStdout": bool(self.config.get("AttachStdout")),
            "CanRemove": False,
            "ContainerID": self.container,
            "DetachKeys": self.config.get("DetachKeys") or "",
            "Pid": 4242 if self.running else 0,
        }


class Execs:
    """The commands of one node's containers."""

    def __init__(self) -> None:
        self._execs: dict[str, Exec] = {}

    def add(self, container: str, config: dict[str, Any]) -> Exec:
        """Remember a new command."""
        created = Exec(secrets.token_hex(32), container, config)
        size = config.get("ConsoleSize")
        if isinstance(size, list) and len(size) == 2:
            created.size = (int(size[1]), int(size[0]))
        self._execs[created.id] = created
        return created

    def get(self, name: str) -> Exec:
        """A command by its ID; ApiError when there is none."""
        try:
            return self._execs[name]
        except KeyError:
            raise ApiError(404, f"No such exec instance: {name}") from None


async def exec_create(call: Call) -> web.StreamResponse:
    config = await call.read("types.ExecConfig")
    if not config.get("Cmd"):
        raise ApiError(400, "No exec command specified")
    found = call.engine.containers.inspect(call.name)
    if not found["State"]["Running"]:
        raise ApiError(409, f"Container {found['Id']} is not running")
    command = call.node.execs.add(found["Id"], config)
    _told(call, command, f"exec_create: {' '.join(config['Cmd'])}")
    return answers.json({"Id": command.id}, 201)


def _told(call: Call, command: Exec, action: str, **more: str) -> None:
    """Tell of a command in the events, as long as its container is there."""
    with contextlib.suppress(ApiError):
        call.engine.containers.told(command.container, action, execID=command.id, **more)


async def exec_inspect(call: Call) -> web.StreamResponse:
    return answers.json(call.node.execs.get(call.name).shown())


async def exec_resize(call: Call) -> web.StreamResponse:
    rows, columns = (query.integer(call.query.get(name, "")) for name in ("h", "w"))
    command = call.node.execs.get(call.name)
    if not command.running:
        raise ApiError(400 if command.exit_code is None else 409, f"exec process {command.id} is not running")
    command.size = (columns, rows)
    return answers.empty()


async def exec_start(call: Call) -> web.StreamResponse:
    body = await call.read("types.ExecStartCheck")
    command = call.node.execs.get(call.name)
    if body.get("Detach"):
        _start_detached(call, command)
        return answers.empty()
    connection = hijack.Connection(call.request)
    tty = bool(body.get("Tty"))
    kind = answers.RAW if tty or call.version < (1, 42) else answers.MULTIPLEXED
    connection.begin({"Content-Type": kind, **call.node.headers}, upgraded="Upgrade" in call.request.headers)
    # Clients that read the head through a buffer (docker-py) would lose output that comes with it.
    await asyncio.sleep(STARTING)
    if tty:
        terminal = Terminal(connection)
        async with terminal.reading():
            await _run(call, command, terminal)
    else:
        await _run(call, command, _pipes(connection, command.config))
    return hijack.Taken()


def _pipes(connection: hijack.Connection, config: dict[str, Any]) -> Pipes:
    wanted = ((logs.STDOUT, "AttachStdout"), (logs.STDERR, "AttachStderr"))
    attached = frozenset(stream for stream, name in wanted if config.get(name))
    return Pipes(connection, attached, stdin=bool(config.get("AttachStdin")))


def _start_detached(call: Call, command: Exec) -> None:
    if command.started:
        raise ApiError(409, _SENTENCE.format(command.id))
    task = asyncio.ensure_future(_run(call, command, Silence()))
    command.tasks.add(task)
    task.add_done_callback(command.tasks.discard)


async def _while_alive(box: ContainerView, run: Coroutine[Any, Any, int]) -> int:
    """A command ends with its container, also one that waits for input; its exit code."""
    running = asyncio.ensure_future(run)
    running.add_done_callback(lambda each: each.cancelled() or each.exception())  # else one that fails is printed
    try:
        while not running.done() and box.alive():
            await asyncio.wait([running], timeout=LOOK_AGAIN)
        return await running if running.done() else KILLED
    finally:
        running.cancel()


async def _run(call: Call, command: Exec, console: Console) -> None:
    if command.started:
        await console.write(f"{_SENTENCE.format(command.id)}\r\n".encode())
        return
    command.running = True
    _told(call, command, f"exec_start: {' '.join(command.config['Cmd'])}")
    try:
        box = call.engine.containers.view(command.container)
        environment = [str(each) for each in command.config.get("Env") or []]
        user, directory = (str(command.config.get(name) or "") for name in ("User", "WorkingDir"))
        run = shell.run(
            box,
            command.config["Cmd"],
            console,
            environment,
            user,
            directory,
            lambda: command.size if console.tty else None,
            shell.NOT_STARTED if call.engine.release.api < _NOT_FOUND_SINCE else shell.NOT_FOUND,
        )
        command.exit_code = await _while_alive(box, run)
    except ApiError as error:
        await console.write(f"{error.message}\r\n".encode())
    finally:
        command.running = False
        if command.exit_code is None:
            command.exit_code = KILLED
        _told(call, command, "exec_die", exitCode=str(command.exit_code))
