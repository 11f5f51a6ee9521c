"""Bytes between a local connection and an SSH channel, with back-pressure and half-close in both directions."""

from __future__ import annotations

import asyncio
import contextlib
import select
import socket
from typing import Any, cast

import asyncssh

from swarmtui.tunnel.asyncssh_internals import resize_window
from swarmtui.tunnel.receive_window import FIRST, ReceiveWindow

__all__ = ["forward", "forward_tcp"]

LOOK_AGAIN = 1.0
"""Seconds between two looks at whether somebody who has closed one direction is still there."""


class _Local(asyncio.Protocol):
    """The connection that a Docker client has made to the forwarded socket."""

    def __init__(self, remote: _Remote) -> None:
        self._remote = remote
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._remote.local = self

    def data_received(self, data: bytes) -> None:
        self._remote.write(data)

    def eof_received(self) -> bool:
        self._remote.write_eof()
        self._look()
        return True  # the answer may still be on its way

    def _look(self) -> None:
        """A client that has closed both directions shows the same end of data as one that has closed its own.

        Without a look the channel of a client that gave up on a silent engine would stay for ever.
        """
        if self._transport is None:
            return
        poll = select.poll()
        poll.register(self._transport.get_extra_info("socket").fileno(), 0)
        if poll.poll(0):  # POLLHUP or POLLERR
            self._transport.abort()
        else:
            self._timer = asyncio.get_running_loop().call_later(LOOK_AGAIN, self._look)

    def pause_writing(self) -> None:
        self._remote.pause_reading()

    def resume_writing(self) -> None:
        self._remote.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
        self._remote.close()

    # -------------------------------------------------------------------------------- for the other side

    def write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def write_eof(self) -> None:
        if self._transport is not None:
            with contextlib.suppress(OSError):
                self._transport.write_eof()

    def set_reading(self, reading: bool) -> None:
        if self._transport is not None and not self._transport.is_closing():
            if reading:
                self._transport.resume_reading()
            else:
                self._transport.pause_reading()

    def close(self, *, broken: bool) -> None:
        if self._transport is not None:
            if broken:
                self._transport.abort()
            else:
                self._transport.close()


class _Remote(asyncssh.SSHUNIXSession[bytes]):
    """The channel to what is joined to it: the engine's socket, or a port."""

    def __init__(self) -> None:
        self.local: _Local | None = None
        self._channel: asyncssh.SSHUNIXChannel[bytes] | None = None
        self._loop = asyncio.get_running_loop()
        self._window = ReceiveWindow()
        self.ended = self._loop.create_future()

    def connection_made(self, chan: asyncssh.SSHUNIXChannel[bytes]) -> None:
        self._channel = chan
        chan.pause_reading()  # what the engine says first waits in the channel until `local` is there

    def data_received(self, data: bytes, datatype: Any) -> None:
        if self._window.received(len(data), self._loop.time()):
            self._resize()
        if self.local is not None:
            self.local.write(data)

    def eof_received(self) -> bool:
        if self.local is not None:
            self.local.write_eof()
        return True

    def pause_writing(self) -> None:
        if self.local is not None:
            self.local.set_reading(False)

    def resume_writing(self) -> None:
        if self.local is not None:
            self.local.set_reading(True)

    def connection_lost(self, exc: Exception | None) -> None:
        self._channel = None
        if self.local is not None:
            self.local.close(broken=exc is not None)
        if not self.ended.done():
            self.ended.set_result(None)

    # -------------------------------------------------------------------------------- for the other side

    def write(self, data: bytes) -> None:
        if self._window.asked():
            self._resize()
        if self._channel is not None:
            with contextlib.suppress(OSError):  # closed by the server, and not yet told to us
                self._channel.write(data)

    def _resize(self) -> None:
        if self._channel is not None:
            resize_window(self._channel, self._window.size)

    def write_eof(self) -> None:
        if self._channel is not None:
            with contextlib.suppress(OSError):
                self._channel.write_eof()

    def pause_reading(self) -> None:
        if self._channel is not None:
            self._channel.pause_reading()

    def resume_reading(self) -> None:
        if self._channel is not None:
            self._channel.resume_reading()

    def close(self) -> None:
        if self._channel is not None:
            self._channel.close()


async def forward(conn: asyncssh.SSHClientConnection, path: str, sock: socket.socket) -> asyncio.Future[None]:
    """Open a channel to a Unix socket on the remote host (direct-streamlocal) and join a local connection to it.

    Args:
        path: of the socket, on the remote host.
        sock: the local connection. It stays the caller's when this raises.

    Returns:
        A future that is done when the channel has ended.

    Raises:
        asyncssh.ChannelOpenError: the server did not open the channel.
    """
    channel, session = await conn.create_unix_connection(_Remote, path, encoding=None, window=FIRST)
    return await _join(cast(Any, channel), cast(_Remote, session), sock)


async def forward_tcp(
    conn: asyncssh.SSHClientConnection, host: str, port: int, sock: socket.socket
) -> asyncio.Future[None]:
    """The same with a TCP port as the remote host reaches it (direct-tcpip)."""
    channel, session = await conn.create_connection(cast(Any, _Remote), host, port, encoding=None, window=FIRST)
    return await _join(cast(Any, channel), cast(_Remote, session), sock)


async def _join(channel: Any, remote: _Remote, sock: socket.socket) -> asyncio.Future[None]:
    try:
        await asyncio.get_running_loop().connect_accepted_socket(lambda: _Local(remote), sock)
    except BaseException:
        remote.close()
        raise
    if remote.ended.done() and remote.local is not None:
        remote.local.close(broken=True)  # it ended before the two were joined
    channel.resume_reading()
    return remote.ended
