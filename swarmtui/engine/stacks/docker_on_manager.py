"""docker's own program on the manager that an SSH connection leads to, where this machine has none.

A parcel goes along through the connection. It is unpacked into a directory that only the user can read, in memory where
the host has room there, and removed by the same shell that ran docker, however that ended.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as StillRunning
from typing import Protocol, runtime_checkable

from swarmtui.engine.stacks.docker_said import LONGEST, LOOK_EVERY, Heard, Lines, Said, failed, nobody, took_too_long
from swarmtui.engine.stacks.parcel import LOGINS, VARIABLES, Parcel
from swarmtui.errors import ConnectionBroken, DockerMissing, NotPossible

__all__ = ["RunsScripts", "run"]

log = logging.getLogger("swarmtui.engine")

NO_DOCKER, NO_ROOM = 121, 122
"""Exit statuses of the script, which docker does not use."""

SCRIPT = f"""
umask 077
docker=$(command -v docker) || exit {NO_DOCKER}
box=
for at in "$XDG_RUNTIME_DIR" /dev/shm "$TMPDIR" /tmp; do
  [ -n "$at" ] && [ -d "$at" ] && [ -w "$at" ] || continue
  box=$(mktemp -d "$at/swarmtui.XXXXXX" 2>/dev/null) && break
done
[ -n "$box" ] || exit {NO_ROOM}
trap 'cd /; rm -rf "$box"' EXIT
trap 'exit 143' HUP INT TERM PIPE
cd "$box" && tar -xf - || exit {NO_ROOM}
export DOCKER_CONFIG="${{DOCKER_CONFIG:-$HOME/.docker}}" DOCKER_CLI_HINTS=false
[ -e {LOGINS} ] && DOCKER_CONFIG=$box
. ./{VARIABLES}
"$docker" "$@" </dev/null
"""
"""Which docker and whose credentials is settled before the variables are set: they may set PATH and HOME."""


@runtime_checkable
class RunsScripts(Protocol):
    """What a manager is reached through, where it can run a program there: an SSH tunnel (swarmtui.tunnel.ssh)."""

    @property
    def docker_options(self) -> tuple[str, ...]:
        """The options by which docker there is told the engine."""

    def start_script(
        self, script: str, arguments: Sequence[str], given: bytes, heard: Callable[[bool, bytes], None]
    ) -> Future[int]:
        """Run a shell script there; the future has its exit status. `heard` is told what it writes, and where to."""


def run(
    manager: RunsScripts,
    name: str,
    arguments: Sequence[str],
    parcel: Parcel,
    closing: threading.Event,
    *,
    logins: bytes = b"",
    within: float = LONGEST,
    heard: Heard = nobody,
) -> Said:
    """Run it to its end, in the directory of the unpacked parcel.

    Args:
        manager: the way there.
        name: what the manager is called.
        arguments: what follows "docker".
        logins: this machine's, for the registries of the images; b"" for those that docker has there.
        closing, within, heard: as for docker on this machine (`docker_here.run`).

    Raises:
        DockerMissing: there is none; nothing was done.
        NotPossible: the parcel cannot be unpacked there; nothing was done.
        DockerFailed: it ended with an error, or took too long and was ended.
        ConnectionBroken: this program is being left.
        SSHFailed: the manager cannot be reached, or the connection broke before the end.
    """
    output, notices = Lines(heard), Lines(heard)
    log.debug("running docker %s on %s", arguments, name)
    running = manager.start_script(
        SCRIPT,
        (*manager.docker_options, *arguments),
        parcel.archive(logins),
        lambda is_error, piece: (notices if is_error else output).take(piece),
    )
    status = _status_of(running, closing, within)
    output.end()
    notices.end()
    said = Said(output.kept, notices.kept)
    if status == NO_DOCKER:
        raise DockerMissing(
            f"There is no docker program on this machine, nor on {name}, and only docker can read a compose file.",
            "Install docker's command line on one of them (package docker-ce-cli, docker-cli or docker.io).",
        )
    if status == NO_ROOM:
        raise NotPossible(f"{name} has no room for the stack's files in /dev/shm or /tmp. {said.error}".strip())
    if status != 0:
        raise failed(said, status)
    return said


def _status_of(running: Future[int], closing: threading.Event, within: float) -> int:
    until = time.monotonic() + within
    while True:
        try:
            return running.result(LOOK_EVERY)
        except StillRunning:
            if closing.is_set():
                running.cancel()
                raise ConnectionBroken("docker was stopped because this program ended.") from None
            if time.monotonic() > until:
                running.cancel()
                raise took_too_long(within) from None
        except CancelledError as error:
            raise ConnectionBroken("The SSH connection was closed.") from error
