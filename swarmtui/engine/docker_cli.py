"""docker's own program, for the few things that the Engine API has no call for.

It is run against the very endpoint that is connected, whatever context is the user's current one, and in a session of
its own: it cannot ask on the terminal, and the terminal's keys do not reach it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence

from swarmtui.endpoint import Endpoint
from swarmtui.errors import ConnectionBroken, DockerFailed, DockerMissing

__all__ = ["find", "run"]

log = logging.getLogger("swarmtui.engine")

LONGEST = 180.0
"""Seconds that docker may take: it asks a registry for the digest of every image."""
LOOK_EVERY = 0.1
"""Seconds between two looks whether this program is being left."""
MOST_LINES = 500
OVERRULED = ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")
"""Of the environment: what says which engine is meant. That is said on the command line."""

INSTALL = "Install docker's command line (package docker-ce-cli, docker-cli or docker.io); it needs no engine here."


def find() -> str:
    """The path of docker's program.

    Raises:
        DockerMissing: there is none.
    """
    found = shutil.which("docker")
    if found is None:
        raise DockerMissing(
            "There is no docker program on this machine, and only that can read a compose file.", INSTALL
        )
    return found


def run(
    endpoint: Endpoint, arguments: Sequence[str], closing: threading.Event, *, within: float = LONGEST
) -> tuple[str, ...]:
    """Run it to its end.

    Args:
        endpoint: the engine that it talks to.
        arguments: what follows "docker".
        closing: set when nobody waits for the end any more; it is ended then.
        within: seconds that it may take.

    Returns:
        What it said, line by line.

    Raises:
        DockerMissing: there is none; nothing was done.
        DockerFailed: it ended with an error, or took too long and was ended.
        ConnectionBroken: this program is being left.
    """
    command = [find(), *_flags(endpoint), *arguments]
    log.debug("running %s", command)
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_environment(os.environ),
            start_new_session=True,
        )
    except OSError as error:
        raise DockerMissing(f"{command[0]} cannot be started: {error.strerror}.", INSTALL) from error
    with process:
        output = _output_of(process, closing, within)
    lines = tuple(output.decode(errors="replace").strip().splitlines())[-MOST_LINES:]
    if process.returncode != 0:
        said = " ".join(line.strip() for line in lines[-3:] if line.strip()) or f"status {process.returncode}"
        raise DockerFailed(f"docker ended with an error: {said}", "What it did before that stays done.", output=lines)
    return lines


def _output_of(process: subprocess.Popen[bytes], closing: threading.Event, within: float) -> bytes:
    """Wait for its end."""
    until = time.monotonic() + within
    while True:
        try:
            output, _ = process.communicate(timeout=LOOK_EVERY)
        except subprocess.TimeoutExpired:
            if closing.is_set():
                _end(process)
                raise ConnectionBroken("docker was ended, since this program was left.") from None
            if time.monotonic() > until:
                _end(process)
                raise DockerFailed(
                    f"docker was ended: it took longer than {within:g} s.", "What it did before that stays done."
                ) from None
        else:
            return output


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it and what it has started (plugins), and have its pipe closed."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


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
    return {name: value for name, value in environ.items() if name not in OVERRULED} | {"DOCKER_CLI_HINTS": "false"}
