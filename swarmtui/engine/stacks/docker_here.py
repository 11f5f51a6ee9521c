"""docker's own program on this machine, for the few things that the Engine API has no call for.

It is run against the same endpoint that is connected, whatever context is the user's current one, and in a session of
its own: it cannot ask on the terminal, and the terminal's keys do not reach it.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from typing import IO

from swarmtui import children
from swarmtui.endpoint import Endpoint
from swarmtui.engine.stacks.docker_said import LONGEST, LOOK_EVERY, Heard, Lines, Said, failed, nobody, took_too_long
from swarmtui.errors import ConnectionBroken, DockerMissing

__all__ = ["find", "run"]

log = logging.getLogger("swarmtui.engine")

PIECE = 16 * 1024
OVERRULED = ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")
"""Of the environment: what says which engine is meant. That is said on the command line."""

INSTALL = "Install docker's command line (package docker-ce-cli, docker-cli or docker.io); it needs no engine here."


def find() -> str:
    """The path of docker's program.

    Raises:
        DockerMissing: there is none.
    """
    found = children.find("docker")
    if found is None:
        raise DockerMissing(
            "There is no docker program on this machine, and only docker can read a compose file.", INSTALL
        )
    return found


def run(
    endpoint: Endpoint,
    arguments: Sequence[str],
    closing: threading.Event,
    *,
    within: float = LONGEST,
    variables: Mapping[str, str] | None = None,
    given: bytes | None = None,
    heard: Heard = nobody,
) -> Said:
    """Run it to its end.

    Args:
        endpoint: the engine that it talks to.
        arguments: what follows "docker".
        closing: set when nobody waits for the end any more; it is ended then.
        within: seconds that it may take.
        variables: the environment that a compose file's variables are filled in from; this program's when None.
        given: what it reads on its standard input; None for nothing.
        heard: told each line as it comes.

    Returns:
        What it said.

    Raises:
        DockerMissing: there is none; nothing was done.
        DockerFailed: it ended with an error, or took too long and was ended.
        ConnectionBroken: this program is being left.
    """
    command = [find(), *_flags(endpoint), *arguments]
    environment = _environment(os.environ if variables is None else variables)
    process = _started(command, environment, reads=given is not None)
    output, notices = Lines(heard), Lines(heard)
    with process, children.registered(lambda number: _send(process, number)):
        if given is not None:
            _write(process.stdin, given)
        readers = [_reading(process.stdout, output), _reading(process.stderr, notices)]
        try:
            _wait_for(process, readers, closing, within)
        finally:
            _end(process)
            for reader in readers:
                reader.join()
    said = Said(output.kept, notices.kept)
    if process.returncode != 0:
        raise failed(said, process.returncode)
    return said


def _started(command: Sequence[str], environment: Mapping[str, str], *, reads: bool) -> subprocess.Popen[bytes]:
    log.debug("running %s", command)
    try:
        with children.spawning():
            return subprocess.Popen(
                command,
                stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
                start_new_session=True,
            )
    except OSError as error:
        raise DockerMissing(f"{command[0]} cannot be started: {error.strerror}.", INSTALL) from error


def _write(pipe: IO[bytes] | None, given: bytes) -> None:
    """Write to a pipe in a thread of its own: nobody need read it, and it may hold less. It breaks with the program."""
    assert pipe is not None

    def write() -> None:
        with contextlib.suppress(OSError, ValueError), pipe:
            pipe.write(given)

    threading.Thread(target=write, name="swarmtui-docker", daemon=True).start()


def _reading(pipe: IO[bytes] | None, lines: Lines) -> threading.Thread:
    """A thread that takes what comes through a pipe, to its end."""
    assert pipe is not None

    def read() -> None:
        while piece := pipe.read1(PIECE) if isinstance(pipe, io.BufferedReader) else pipe.read(PIECE):
            lines.take(piece)
        lines.end()

    reader = threading.Thread(target=read, name="swarmtui-docker", daemon=True)
    reader.start()
    return reader


def _wait_for(
    process: subprocess.Popen[bytes], readers: Sequence[threading.Thread], closing: threading.Event, within: float
) -> None:
    """Wait until it has ended, and has said all."""
    until = time.monotonic() + within
    while process.poll() is None or any(reader.is_alive() for reader in readers):
        for reader in readers:
            reader.join(LOOK_EVERY)
        if closing.is_set():
            raise ConnectionBroken("docker was stopped because this program ended.")
        if time.monotonic() > until:
            raise took_too_long(within)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it and what it has started (plugins); nothing where it has ended."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _send(process: subprocess.Popen[bytes], number: int) -> None:
    """Send a signal to it and what it has started."""
    if process.returncode is None:
        os.killpg(process.pid, number)


def _flags(endpoint: Endpoint) -> list[str]:
    """The endpoint, as docker takes it on its command line."""
    flags = ["--host", endpoint.url]
    if endpoint.tls is not None:
        files = {"--tlscacert": endpoint.tls.ca, "--tlscert": endpoint.tls.certificate, "--tlskey": endpoint.tls.key}
        flags.append("--tlsverify" if endpoint.tls.verify else "--tls")
        for flag, path in files.items():
            flags += [flag, str(path)] if path is not None else []
    return flags


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The user's: variables of a compose file are filled in from it."""
    given = children.environment(environ)
    return {name: value for name, value in given.items() if name not in OVERRULED} | {"DOCKER_CLI_HINTS": "false"}
