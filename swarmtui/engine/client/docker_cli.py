"""docker's own program, for the few things that the Engine API has no call for.

It is run against the same endpoint that is connected, whatever context is the user's current one, and in a session of
its own: it cannot ask on the terminal, and the terminal's keys do not reach it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence

import msgspec

from swarmtui import children
from swarmtui.endpoint import Endpoint
from swarmtui.errors import ConnectionBroken, DockerFailed, DockerMissing

__all__ = ["Said", "find", "run"]

log = logging.getLogger("swarmtui.engine")

LONGEST = 180.0
"""Seconds that docker may take: it asks a registry for the digest of every image."""
LOOK_EVERY = 0.1
"""Seconds between two looks whether this program is being left."""
MOST_LINES = 500
OVERRULED = ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")
"""Of the environment: what says which engine is meant. That is said on the command line."""

MOST_OF_ERROR = 3
"""Lines of its standard error that are told as the error."""
USUAL = ("Since --detach=false was not specified", "In a future release, --detach=false")
"""Notices that come with every deploy, and tell nothing."""
_LOGGED = re.compile(r'level=\w+ msg="?(?P<text>(?:[^"\\]|\\.)*)"?')
"""A line of docker's own log."""

INSTALL = "Install docker's command line (package docker-ce-cli, docker-cli or docker.io); it needs no engine here."


class Said(msgspec.Struct, frozen=True):
    """What docker said, line by line.

    Attributes:
        output: on its standard output: what was asked for, and nothing else.
        notices: on its standard error: notices, warnings, and the error that it ended with.
    """

    output: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything, what was asked for first."""
        return (*self.output, *self.notices)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What it warns of, as sentences."""
        found = (_LOGGED.search(line) for line in self.notices)
        logged = (each["text"].replace('\\"', '"') if each else "" for each in found)
        texts = [text or line for text, line in zip(logged, self.notices, strict=True) if not _is_usual(line)]
        return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))

    @property
    def error(self) -> str:
        """What it ended with: the last of the notices, without what docker says each time."""
        told = [line for line in self.notices if line.strip() and not _LOGGED.search(line) and not _is_usual(line)]
        return " ".join(line.strip() for line in told[-MOST_OF_ERROR:])


def _is_usual(line: str) -> bool:
    return line.startswith(USUAL)


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


def run(endpoint: Endpoint, arguments: Sequence[str], closing: threading.Event, *, within: float = LONGEST) -> Said:
    """Run it to its end.

    Args:
        endpoint: the engine that it talks to.
        arguments: what follows "docker".
        closing: set when nobody waits for the end any more; it is ended then.
        within: seconds that it may take.

    Returns:
        What it said.

    Raises:
        DockerMissing: there is none; nothing was done.
        DockerFailed: it ended with an error, or took too long and was ended.
        ConnectionBroken: this program is being left.
    """
    command = [find(), *_flags(endpoint), *arguments]
    log.debug("running %s", command)
    try:
        with children.spawning():
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(os.environ),
                start_new_session=True,
            )
    except OSError as error:
        raise DockerMissing(f"{command[0]} cannot be started: {error.strerror}.", INSTALL) from error
    with process, children.registered(lambda number: _send(process, number)):
        said = Said(*map(_lines_of, _output_of(process, closing, within)))
    if process.returncode != 0:
        ended = f"docker exited with status {process.returncode}."
        raise DockerFailed(f"{said.error} {ended}".strip(), "What it did before that stays done.", output=said.lines)
    return said


def _lines_of(output: bytes) -> tuple[str, ...]:
    return tuple(output.decode(errors="replace").strip().splitlines())[-MOST_LINES:]


def _output_of(process: subprocess.Popen[bytes], closing: threading.Event, within: float) -> tuple[bytes, bytes]:
    """Wait for its end."""
    until = time.monotonic() + within
    while True:
        try:
            output = process.communicate(timeout=LOOK_EVERY)
        except subprocess.TimeoutExpired:
            if closing.is_set():
                _end(process)
                raise ConnectionBroken("docker was stopped because this program ended.") from None
            if time.monotonic() > until:
                _end(process)
                raise DockerFailed(
                    f"docker was stopped: it took longer than {within:g} s.", "What it did before that stays done."
                ) from None
        else:
            return output


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it and what it has started (plugins), and have its pipe closed."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


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
