"""Commands in containers: created, started, looked at (moby's `daemon/server/router/container/exec.go`).

A started command takes the connection over (`hijack`) and talks to the tiny shell (`shell`).
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from swarmtui.sim.control.errors import ApiError

from . import answers, hijack, query, shell
from .call import Call
from .terminal import Pipes, Terminal

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
        self._execs[created.id] = created
        return created

    def get(self, name: str) -> Exec:
        """A command by its ID; ApiError when there is none."""
        try:
            return self._execs[name]
        except KeyError:
            raise ApiError(404, f"No such exec instance: {name}") from None


async def exec_create(call: Call) -> web.StreamResponse:
    config = await call.body()
    command = config.get("Cmd")
    if not command:
        raise ApiError(400, "No exec command specified")
    found = call.engine.containers.inspect(call.name)
    if not found["State"]["Running"]:
        raise ApiError(409, f"Container {found['Id']} is not running")
    config["Cmd"] = [str(part) for part in command] if isinstance(command, list) else [str(command)]
    return answers.json({"Id": call.node.execs.add(found["Id"], config).id}, 201)


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
    if call.request.headers.get("Upgrade"):
        # Clients send the body and go on with input at once: all of it is read from the connection.
        connection = await hijack.take_over(call.request)
        body = query.decoded(await connection.body(), stream=True)
    else:
        connection = None
        body = await call.body()
    try:
        command = call.node.execs.get(call.name)
    except ApiError as error:
        if connection is None:
            raise
        return connection.refused(error)
    if body.get("Detach"):
        _start_detached(call, command)
        return answers.empty() if connection is None else connection.answered(200)
    if connection is None:
        connection = await hijack.take_over(call.request)
    tty = bool(body.get("Tty"))
    connection.begin(upgraded="Upgrade" in call.request.headers)
    await _run(call, command, Terminal(connection, command) if tty else Pipes(connection, command.config))
    return connection.ended()


def _start_detached(call: Call, command: Exec) -> None:
    if command.running or command.exit_code is not None:
        raise ApiError(409, _SENTENCE.format(command.id))
    task = asyncio.ensure_future(_run(call, command, Pipes(None, {})))
    command.tasks.add(task)
    task.add_done_callback(command.tasks.discard)


async def _run(call: Call, command: Exec, console: shell.Console) -> None:
    if command.running or command.exit_code is not None:
        await console.write(f"{_SENTENCE.format(command.id)}\r\n".encode())
        return
    command.running = True
    try:
        box = call.engine.containers.shell(command.container)
        environment = [str(each) for each in command.config.get("Env") or []]
        command.exit_code = await shell.run(box, command.config["Cmd"], console, environment)
    except ApiError as error:
        await console.write(f"{error.message}\r\n".encode())
        command.exit_code = 137
    finally:
        command.running = False
        if command.exit_code is None:
            command.exit_code = 137
