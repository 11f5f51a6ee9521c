"""HTTP on a socket, in which a client's faults are no faults of the swarm.

Clients hang up whenever they like: before the answer, in the middle of a stream, with half a request sent. Not all that
they send is HTTP. aiohttp prints a traceback for each of these. Standard error is the user's terminal: only a fault of
the swarm itself belongs there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

LAST_ANSWERS = 1.0
"""Seconds at the end for handlers to finish what they answer; aiohttp takes 0 for as long as they like."""
_CLIENTS = (ConnectionError, HttpProcessingError, web.RequestPayloadError, asyncio.CancelledError)
"""What is raised where a client has gone, or does not speak HTTP."""


def http_server(handler: Handler, *, handler_cancellation: bool = False) -> web.Server:
    """A server for `create_unix_server`.

    Args:
        handler: answers each request.
        handler_cancellation: whether it is cancelled when its client leaves.
    """
    return web.Server(handler, handler_cancellation=handler_cancellation, access_log=None, logger=_LOG)


async def finish(server: web.Server) -> None:
    """Let what is being answered be answered, for a moment; connections that ask nothing end at once."""
    for connection in server.connections:
        connection.close()
    await server.shutdown(LAST_ANSWERS)


def _is_ours(record: logging.LogRecord) -> bool:
    """Whether a record tells of a fault of the swarm."""
    return record.exc_info is None or not isinstance(record.exc_info[1], _CLIENTS)


_LOG = logging.getLogger(__name__)
_LOG.addFilter(_is_ours)
