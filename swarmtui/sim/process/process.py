"""The embedded swarm as a process of its own.

When it is ready it prints one line of JSON:

    {"sockets": {"mgr1": "unix:///…/mgr1.sock", …}, "control": "unix:///…/_sim", "pid": 4711, "scenario": {…}}

`sockets` holds the nodes in order, managers first; `control` is the private socket described in `steering`, and
`scenario` what it answers about scenarios at that moment. The
process ends on SIGTERM, SIGINT and SIGHUP, when it is asked to on the control socket, and when the process that
started it is gone: its standard input ends then (`--while-open`), or it has another parent. It removes its sockets,
and the directory if it made one itself.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from swarmtui.sim import populate
from swarmtui.sim.agent import release
from swarmtui.sim.api import versions
from swarmtui.sim.api.server import Server
from swarmtui.sim.cluster import Cluster
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.process.directory import directory
from swarmtui.sim.process.speed import Pace
from swarmtui.sim.process.steering import Steering

FORMING = 5.0
"""Seconds of a swarm's time that it has when it is shown, for its nodes to be ready."""
ORPHANED_AFTER = 1.0
"""Seconds between two looks at whether the parent is still there."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve a swarm until told to end."""
    options = _parser().parse_args(arguments)
    parent = os.getppid()
    if options.while_open:
        threading.Thread(target=_end_with_input, name="input", daemon=True).start()
    try:
        # A big swarm takes seconds to make: until it is there, a signal just ends the process, which has made nothing.
        cluster = make_cluster(options)
        for machine in cluster.machines.values() if options.api_version is not None else ():
            machine.run(options.api_version)
        asyncio.run(_serve(cluster, options, parent))
    except KeyboardInterrupt:
        return 130
    except (OSError, ApiError) as error:
        print(f"swarmtui.sim: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _end_with_input() -> None:
    """However whoever started this process ends, kill -9 included, the kernel closes its side of the pipe."""
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    os.kill(os.getpid(), signal.SIGTERM)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m swarmtui.sim", description="A simulated Docker Swarm.")
    parser.add_argument("--listen", type=_address, metavar="unix:///PATH", help="where the first manager is to answer")
    parser.add_argument("--dir", type=Path, metavar="DIR", help="a directory for a socket of every node (mode 0700)")
    parser.add_argument("--nodes", type=int, metavar="N", help="instead of the demo's swarm, one with so many nodes")
    parser.add_argument("--services", type=int, metavar="N", help="... and so many services")
    parser.add_argument("--tasks", type=int, metavar="N", help="... and so many tasks")
    parser.add_argument("--managers", type=int, metavar="N", help="a swarm of N managers and no services; 0: none")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed gives the same run")
    parser.add_argument("--now", type=float, metavar="T", help="where its clock stands (Unix time); else the real time")
    parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="how fast time passes; 0: it is stepped")
    parser.add_argument("--scenario", metavar="NAME", help="play a scenario from the start")
    parser.add_argument("--while-open", action="store_true", help="end at the end of standard input")
    known = ", ".join(release.choices())
    help = f"play an engine of this API version: {known} (default: {versions.shown(release.USUAL.api)})"
    parser.add_argument("--api-version", type=_release, metavar="1.41", help=help)
    return parser


def _address(text: str) -> Path:
    path = Path(text.removeprefix("unix://"))
    if "://" in str(path) or not path.is_absolute():
        raise argparse.ArgumentTypeError(f"not the address of a Unix socket: {text}")
    return path


def _release(text: str) -> release.Release:
    try:
        return release.playing(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def make_cluster(options: argparse.Namespace) -> Cluster:
    """The swarm that the options describe: the demo's, or one of given numbers."""
    numbers = (options.nodes, options.services, options.tasks)
    now = time.time() if options.now is None else options.now
    if options.managers is not None:
        return _bare(options.managers, max(options.nodes or 0, options.managers), options.seed, now)
    if all(number is None for number in numbers):
        return populate.demo(seed=options.seed, now=now)
    wanted = {name: getattr(options, name) for name in ("nodes", "services", "tasks")}
    given = {name: number for name, number in wanted.items() if number is not None}
    return populate.generated(**given, seed=options.seed, now=now)


def _bare(managers: int, nodes: int, seed: int, now: float) -> Cluster:
    """A swarm in which nothing runs yet."""
    cluster = Cluster(seed, now - FORMING)
    machines = [cluster.add_machine(f"n{number}") for number in range(1, nodes + 1)]
    if managers:
        populate.swarm_of(cluster, machines[:managers], machines[managers:])
    cluster.advance(max(now - cluster.clock.now(), 0.0))
    return cluster


async def _serve(cluster: Cluster, options: argparse.Namespace, parent: int) -> None:
    """Serve a swarm until the process is to end, or its parent has gone."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, ended.set)
    with directory(options.dir) as sockets:  # from here on a signal is heard, and no longer just ends the process
        await _serve_in(sockets, cluster, options, ended, parent)


async def _serve_in(
    sockets: Path, cluster: Cluster, options: argparse.Namespace, ended: asyncio.Event, parent: int
) -> None:
    """Serve a swarm in a directory until the event is set, or the parent has gone."""
    pace = Pace(cluster.clock)
    server = Server(cluster, sockets, first=options.listen)
    steering = Steering(cluster, server, pace, ended.set)
    try:
        await server.start()
        control = sockets / "_sim"
        await steering.start(control)
        if options.now is None:
            cluster.advance(max(time.time() - cluster.clock.now(), 0.0))
        if options.scenario:
            await steering.player.play(options.scenario)
        pace.set(options.speed)
        ready = {
            "sockets": server.sockets,
            "control": f"unix://{control}",
            "pid": os.getpid(),
            "scenario": steering.player.state(),
        }
        print(json.dumps(ready), flush=True)  # noqa: T201
        await _until_over(ended, parent)
    finally:
        await steering.stop()
        await server.stop()
        await pace.stop()


async def _until_over(ended: asyncio.Event, parent: int) -> None:
    """Wait until told to end, or the process that started this one has gone (not so for one that init started)."""
    while not ended.is_set() and (os.getppid() == parent or parent == 1):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ORPHANED_AFTER):
                await ended.wait()
