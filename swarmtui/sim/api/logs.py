"""Logs of services, tasks and containers, as frames or raw, ended or followed.

The frames are those of moby's `pkg/stdcopy` (a byte for the stream, three of nothing, four of length), what stands
before a line comes from `httputils/write_log_stream.go`; the checks differ between a swarm's logs
(`daemon/cluster/services.go`) and a container's (`daemon/logs.go`).
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aiohttp import web

from swarmtui.sim.api import answers, query
from swarmtui.sim.api.call import Call
from swarmtui.sim.control.errors import ApiError

if TYPE_CHECKING:
    from swarmtui.sim.control.logs import LogLine, LogSource

EVERY = 0.2
"""Seconds between two looks at a log that is followed."""
STDOUT, STDERR = 1, 2


@dataclass(frozen=True)
class Request:
    """What is wanted of a log.

    Attributes:
        streams: stdout (1), stderr (2) or both.
        follow: whether to continue when the end is reached.
        timestamps: whether each line begins with its time.
        details: whether each line begins with where it comes from.
        since: the time before which lines are left out.
        until: the time after which they are; of a container only.
        tail: how many of the last lines; None for all.
    """

    streams: frozenset[int]
    follow: bool
    timestamps: bool
    details: bool
    since: float | None
    until: float | None
    tail: int | None


def of_swarm(parameters: Mapping[str, str]) -> Request:
    """What is wanted of the log of a service or task."""
    streams = _streams(parameters, 500)
    tail = parameters.get("tail", "")
    if tail in ("", "all"):
        lines = None
    elif not re.fullmatch(r"[+-]?\d+", tail):
        raise ApiError(500, 'tail value must be a positive integer or "all"')
    elif int(tail) < 0:
        raise ApiError(500, "negative tail values not supported")
    else:
        lines = int(tail)
    try:
        return _request(parameters, streams, lines)
    except ApiError as error:
        raise ApiError(error.status, f"could not parse since timestamp: {error.message}") from None


def of_container(parameters: Mapping[str, str]) -> Request:
    """What is wanted of the log of a container; a tail that is not a number is none."""
    streams = _streams(parameters, 400)
    tail = parameters.get("tail", "")
    return _request(parameters, streams, int(tail) if tail.isdecimal() else None)


def _streams(parameters: Mapping[str, str], status: int) -> frozenset[int]:
    wanted = (("stdout", STDOUT), ("stderr", STDERR))
    streams = frozenset(number for name, number in wanted if query.loose_bool(parameters, name))
    if not streams:
        raise ApiError(status, "Bad parameters: you must choose at least one stream")
    return streams


def _request(parameters: Mapping[str, str], streams: frozenset[int], tail: int | None) -> Request:
    return Request(
        streams=streams,
        follow=query.loose_bool(parameters, "follow"),
        timestamps=query.loose_bool(parameters, "timestamps"),
        details=query.loose_bool(parameters, "details"),
        since=query.timestamp(parameters.get("since", "")) or None,
        until=query.timestamp(parameters.get("until", "")) or None,
        tail=tail,
    )


async def send(call: Call, request: Request, source: LogSource) -> web.StreamResponse:
    """Answer with a log."""
    response = answers.stream(_content_type(call, source))
    await response.prepare(call.request)
    since, tail = request.since, request.tail
    while True:
        await call.node.answering()
        done = source.done
        lines = source.lines(since, request.until, tail)
        if data := b"".join(_framed(line, request, source.tty) for line in lines if line.stream in request.streams):
            await response.write(data)
        if not request.follow or done or _passed(call, request.until):
            return response
        tail = None
        since = math.nextafter(lines[-1].time, math.inf) if lines else since or call.node.cluster.clock.now()
        await asyncio.sleep(EVERY)


def _passed(call: Call, until: float | None) -> bool:
    return until is not None and call.node.cluster.clock.now() > until


def _content_type(call: Call, source: LogSource) -> str | None:
    if call.version < (1, 42):
        return None
    return answers.RAW if source.tty else answers.MULTIPLEXED


def _framed(line: LogLine, request: Request, tty: bool) -> bytes:
    end = "\r\n" if tty else "\n"
    before = f"{stamp(line.time)} " if request.timestamps else ""
    if request.details:
        before += f"{_details(line)} "
    data = f"{before}{line.text}{end}".encode()
    return data if tty else frame(line.stream, data)


def frame(stream: int, data: bytes) -> bytes:
    """A piece of output with its header."""
    return bytes([stream, 0, 0, 0]) + len(data).to_bytes(4, "big") + data


def stamp(time: float) -> str:
    """A time with nine digits after the point, whatever they are, as logs have it."""
    seconds, nanoseconds = divmod(int(f"{time:.9f}".replace(".", "")), 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{nanoseconds:09d}Z"


def _details(line: LogLine) -> str:
    pairs = (("node", line.node_id), ("service", line.service_id), ("task", line.task_id))
    return ",".join(f"com.docker.swarm.{kind}.id={value}" for kind, value in pairs if value)
