"""The fall-back: `docker system dial-stdio` in sessions on the remote host, where stream forwarding is forbidden.

Each session costs a process there, half a second, and one of sshd's MaxSessions (10, often fewer). So there are few,
and they are lent: a local connection has one only while a request is under way, and between two requests another may
have it. A stream (events, logs that are followed) keeps its session, so one session is always left to the others.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import shlex
import socket
from dataclasses import dataclass
from typing import Any

import asyncssh

from swarmtui.tunnel.http import Head, copy_body, copy_raw, read_head

__all__ = ["StdioPool", "StdioRefused"]

log = logging.getLogger("swarmtui.tunnel")

MOST_SESSIONS = 4
OPEN_TIMEOUT = 15.0
"""Seconds until a new session has answered: the docker command takes its time on a small machine."""
LONGEST_COMPLAINT = 2000
LOOK_AGAIN = 0.25
"""Seconds between two looks at whether the local client is still there."""
PING = b"GET /_ping HTTP/1.1\r\nHost: docker\r\n\r\n"
SESSION_TRIES = 5
SESSION_PAUSE = 0.2
"""sshd counts a session until its process has ended: a moment longer than we do."""


class StdioRefused(Exception):
    """The remote docker command could not be used; its text is what that command, or sshd, said."""


@dataclass
class _Session:
    """A running `docker system dial-stdio`."""

    stdin: asyncssh.SSHWriter[bytes]
    stdout: asyncssh.SSHReader[bytes]
    stderr: asyncssh.SSHReader[bytes]

    @property
    def is_open(self) -> bool:
        return not self.stdin.is_closing() and not self.stdout.at_eof()

    def close(self) -> None:
        self.stdin.channel.abort()

    async def complaint(self) -> str:
        """What the command wrote to standard error, its last line."""
        with contextlib.suppress(TimeoutError, asyncssh.Error):
            async with asyncio.timeout(1.0):
                text = await self.stderr.read(LONGEST_COMPLAINT)
            lines = text.decode(errors="replace").strip().splitlines()
            return lines[-1] if lines else ""
        return ""


class StdioPool:
    """The sessions over one SSH connection.

    Args:
        conn: the connection.
        socket: the engine's socket on the remote host; "" for what the docker command there takes by itself.
    """

    def __init__(self, conn: asyncssh.SSHClientConnection, socket: str) -> None:
        host = f" --host {shlex.quote(f'unix://{socket}')}" if socket else ""
        self.command = f"docker{host} system dial-stdio"
        self._conn = conn
        self._limit = MOST_SESSIONS
        self._free: list[_Session] = []
        self._used = 0
        self._streams = 0
        self._changed = asyncio.Condition()

    # -------------------------------------------------------------------------------- sessions

    async def verify(self) -> None:
        """Open the first session and see that an engine answers through it. It stays for use.

        Raises:
            StdioRefused: none could be opened, or no engine answered.
        """
        session = await self._acquire()
        try:
            async with asyncio.timeout(OPEN_TIMEOUT):
                session.stdin.write(PING)
                await session.stdin.drain()
                head = await read_head(session.stdout)
                if head is None:
                    raise StdioRefused(await session.complaint() or "it ended at once")
                await copy_body(session.stdout, _Nowhere(), head, is_answer=True)
        except (ValueError, OSError) as error:  # TimeoutError is one
            await self._release(session, reuse=False)
            raise StdioRefused(f"what it said is not an engine's answer ({error})") from error
        except BaseException:
            await self._release(session, reuse=False)
            raise
        await self._release(session, reuse=True)

    async def _acquire(self) -> _Session:
        """A free session, a new one, or the first that becomes free.

        Raises:
            StdioRefused: not one session can be opened.
        """
        async with self._changed:
            while True:
                while self._free:
                    session = self._free.pop()
                    if session.is_open:
                        self._used += 1
                        return session
                if self._used < self._limit:
                    self._used += 1
                    break
                await self._changed.wait()
        try:
            return await self._open()
        except BaseException as error:
            async with self._changed:
                self._used -= 1
                if isinstance(error, asyncssh.ChannelOpenError) and self._used + len(self._free):
                    # That many sshd lets us have (MaxSessions). Wait for one of them.
                    self._limit = self._used + len(self._free)
                self._changed.notify_all()
            if isinstance(error, asyncssh.ChannelOpenError):
                if self._used + len(self._free):
                    return await self._acquire()
                raise StdioRefused(f"the server opens no session ({error.reason})") from error
            raise

    async def _open(self) -> _Session:
        tries = SESSION_TRIES if self._used == 1 and not self._free else 1
        while True:
            tries -= 1
            try:
                stdin, stdout, stderr = await self._conn.open_session(self.command, encoding=None)
                return _Session(stdin, stdout, stderr)
            except asyncssh.ChannelOpenError:
                if tries <= 0 or self._conn.is_closed():
                    raise
                await asyncio.sleep(SESSION_PAUSE)

    async def _release(self, session: _Session, *, reuse: bool) -> None:
        if not reuse:
            session.close()
        async with self._changed:
            self._used -= 1
            if reuse and session.is_open:
                self._free.append(session)
            self._changed.notify_all()

    # -------------------------------------------------------------------------------- connections

    async def serve(self, sock: socket.socket) -> None:
        """Serve a local connection to its end."""
        reader, writer = await asyncio.open_unix_connection(sock=sock, limit=2**20)
        try:
            while (request := await read_head(reader)) is not None:
                if not await self._exchange(request, reader, writer):
                    return
        except (OSError, ValueError, asyncssh.Error, StdioRefused) as error:
            log.debug("dial-stdio: %s", error)
        finally:
            writer.close()

    async def _exchange(self, request: Head, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer.

        Returns:
            Whether the connection continues.
        """
        stream = _is_stream(request)
        if stream and self._streams >= self._limit - 1:
            await _refuse(writer, self._limit)
            return False
        self._streams += stream
        try:
            session = await self._acquire()
            reuse = False
            try:
                reuse = await self._carry(request, session, reader, writer)
            finally:
                await asyncio.shield(self._release(session, reuse=reuse))
        finally:
            self._streams -= stream
        return reuse

    async def _carry(
        self, request: Head, session: _Session, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        async def upward() -> None:
            session.stdin.write(request.raw)
            await copy_body(reader, session.stdin, request, is_answer=False)
            await session.stdin.drain()
            if request.wants_upgrade:
                await copy_raw(reader, session.stdin)
                session.stdin.write_eof()

        sending = asyncio.ensure_future(upward())
        answering = asyncio.ensure_future(self._answer(request, session, writer))
        leaving = asyncio.ensure_future(_until_left(reader, sending))
        tasks: set[asyncio.Future[Any]] = {answering, leaving}
        if request.wants_upgrade:
            tasks.remove(leaving)  # the end of what is sent is not the end of what is to be read
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return answering.result() if answering.done() and sending.done() else False
        finally:
            for task in (sending, answering, leaving):
                task.cancel()
            await asyncio.gather(sending, answering, leaving, return_exceptions=True)

    async def _answer(self, request: Head, session: _Session, writer: asyncio.StreamWriter) -> bool:
        """Copy the answer; whether the session is at the end of it, and good for another request."""
        while True:
            head = await read_head(session.stdout)
            if head is None:
                return False
            writer.write(head.raw)
            if head.status == 101 or (request.wants_upgrade and head.status == 200):
                await copy_raw(session.stdout, writer)
                return False
            if head.status >= 200:
                break
        going_on = not head.has_body_after(request) or await copy_body(session.stdout, writer, head, is_answer=True)
        await writer.drain()
        return going_on and not head.closes and not request.closes


class _Nowhere:
    """Where the body of a ping goes."""

    def write(self, data: bytes) -> None:
        """Forget it."""

    async def drain(self) -> None:
        """There is nothing to wait for."""


def _is_stream(request: Head) -> bool:
    """Whether the answer may never end: it keeps its session."""
    path, _, query = request.words[1].partition("?")
    following = any(f"{name}={value}" in query.split("&") for name in ("follow", "stream") for value in ("1", "true"))
    return path.endswith("/events") or following or request.wants_upgrade


async def _refuse(writer: asyncio.StreamWriter, limit: int) -> None:
    """Answer a stream in the engine's place: there is no session that it could keep."""
    text = f"the SSH server allows only {limit} open session{'s' if limit > 1 else ''}: none is left for a stream"
    body = json.dumps({"message": text}).encode()
    head = f"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
    await writer.drain()


async def _until_left(reader: asyncio.StreamReader, sending: asyncio.Future[None]) -> None:
    """Return when the local client has gone: nobody would read the rest of a stream.

    Nothing is taken out of the reader: a client may send its next request before it has read the answer.
    """
    await asyncio.wait([sending])
    sending.result()
    while not reader.at_eof():  # noqa: ASYNC110 (a StreamReader has no event for it)
        await asyncio.sleep(LOOK_AGAIN)
