"""A command on the host that an SSH connection leads to: it is given bytes, and what it writes is heard as it comes."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
from collections.abc import Callable, Sequence

import asyncssh

from swarmtui.errors import SSHFailed

__all__ = ["Heard", "run_script"]

Heard = Callable[[bool, bytes], None]
"""Called with whether it was standard error, and what was written, from the SSH thread: it must not block."""
PIECE = 16 * 1024
OPEN_TIMEOUT = 10.0
"""Seconds until the server must have opened a session, or said no."""


async def run_script(
    conn: asyncssh.SSHClientConnection, script: str, arguments: Sequence[str], given: bytes, heard: Heard
) -> int:
    """Run a shell script to its end. Cancelling ends it: it is sent SIGTERM.

    Args:
        script: for sh, whatever the user's own shell is.
        arguments: its $1, $2 and so on.
        given: what it reads from its standard input.

    Returns:
        Its exit status; 255 where it has none.

    Raises:
        SSHFailed: the server opens no session, or the connection broke before its end.
    """
    command = f"exec sh -c {shlex.quote(script)} sh {shlex.join(arguments)}"
    try:
        async with asyncio.timeout(OPEN_TIMEOUT):
            process = await conn.create_process(command, encoding=None)
    except (TimeoutError, OSError, asyncssh.Error) as error:
        reason = getattr(error, "reason", "") or str(error) or "no answer"
        raise SSHFailed(f"The SSH server runs no command: {reason}.", layer="SSH command") from error
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_give(process.stdin, given))
            tasks.create_task(_hear(process.stdout, lambda piece: heard(False, piece)))
            tasks.create_task(_hear(process.stderr, lambda piece: heard(True, piece)))
        await process.wait_closed()
    except asyncio.CancelledError:
        with contextlib.suppress(OSError, asyncssh.Error):
            process.terminate()
        raise
    finally:
        process.close()
    if process.exit_status is None and process.exit_signal is None:
        raise SSHFailed("The SSH connection was lost before the command ended.", layer="SSH command")
    return 255 if process.exit_status is None else process.exit_status


async def _give(stdin: asyncssh.SSHWriter[bytes], given: bytes) -> None:
    with contextlib.suppress(OSError, asyncssh.Error):  # it may end without reading all of it
        stdin.write(given)
        await stdin.drain()
        stdin.write_eof()


async def _hear(reader: asyncssh.SSHReader[bytes], heard: Callable[[bytes], None]) -> None:
    with contextlib.suppress(OSError, asyncssh.Error):  # that the connection was lost shows by the missing status
        while piece := await reader.read(PIECE):
            heard(piece)
