"""CommandsAcross: a command in several containers, a few at a time, each with its output and exit code."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from swarmtui.engine.changes.gateway import Gateway
from swarmtui.engine.nodes.command_run import Result, Stage
from swarmtui.engine.nodes.exec_calls import create_exec, exit_code
from swarmtui.engine.nodes.kept_output import KeptOutput
from swarmtui.engine.nodes.roads import NodeRoads
from swarmtui.engine.streams.frames import Frames
from swarmtui.errors import ConnectionBroken, SwarmtuiError
from swarmtui.swarm.tasks.command_across import CollectedExec

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient
    from swarmtui.engine.client.hijacked import HijackedConnection

__all__ = ["AT_ONCE", "CommandsAcross"]

log = logging.getLogger("swarmtui.engine")

AT_ONCE = 4
"""In how many containers the command runs at a time."""
KEPT = 1024 * 1024
"""Bytes of output that are kept of one task."""
KEPT_TOGETHER = 64 * 1024 * 1024
"""The same of all tasks together."""


@dataclass
class _Begun:
    """A command that was started in a container.

    Attributes:
        held: gives back all that was taken for it.
    """

    client: EngineClient
    exec_id: str
    connection: HijackedConnection
    held: ExitStack


@dataclass
class _Slot:
    """One container. `CommandsAcross._lock` guards it."""

    result: Result
    kept: KeptOutput
    fresh: bool = False
    connection: HijackedConnection | None = field(default=None, repr=False)


class CommandsAcross:
    """Meets swarmtui.engine.nodes.command_run.CommandRun. Begins at once, in threads of its own.

    Args:
        asked: what runs where; all the same command.
        gateway: each container is entered through it, and written down.
        roads: the way to each node.
        typed: what the user has typed as the name of a protected endpoint.
    """

    def __init__(
        self,
        asked: Sequence[CollectedExec],
        gateway: Gateway,
        roads: NodeRoads,
        *,
        typed: str = "",
    ) -> None:
        self._gateway, self._roads, self._typed = gateway, roads, typed
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        now, most = time.monotonic(), min(KEPT, KEPT_TOGETHER // max(1, len(asked)))
        self._slots = [_Slot(Result(each, since=now), KeptOutput(most)) for each in asked]
        self._next = 0
        self._results = tuple(slot.result for slot in self._slots)
        self._news = False
        self._warnings: tuple[str, ...] = ()
        for number in range(min(AT_ONCE, len(asked))):
            threading.Thread(target=self._work, name=f"swarmtui-across-{number}", daemon=True).start()

    @property
    def results(self) -> tuple[Result, ...]:
        with self._lock:
            if self._news:
                self._news = False
                for slot in self._slots:
                    if slot.fresh:
                        slot.fresh = False
                        slot.result = replace(slot.result, output=slot.kept.now())
                self._results = tuple(slot.result for slot in self._slots)
            return self._results

    @property
    def over(self) -> bool:
        return all(each.stage not in (Stage.WAITING, Stage.REACHING, Stage.RUNNING) for each in self.results)

    @property
    def warnings(self) -> tuple[str, ...]:
        return self._warnings

    def stop(self) -> None:
        self._stopped.set()
        with self._lock:
            connections = [slot.connection for slot in self._slots if slot.connection is not None]
        for connection in connections:
            connection.abort()
        for slot in self._slots:
            self._become(slot, Stage.LEFT, only_from=(Stage.WAITING, Stage.REACHING))

    # -------------------------------------------------------------------------------- the threads

    def _work(self) -> None:
        """Take one container after another."""
        while not self._stopped.is_set():
            with self._lock:
                number, self._next = self._next, self._next + 1
            if number >= len(self._slots):
                return
            self._run(self._slots[number])

    def _run(self, slot: _Slot) -> None:
        try:
            self._become(slot, Stage.REACHING, only_from=(Stage.WAITING,))
            begun, warning = self._gateway.enter(
                slot.result.asked, lambda: self._begin(slot.result.asked, slot), typed=self._typed
            )
            with begun.held:
                if warning:
                    self._warnings = (*self._warnings, warning)
                self._collect(slot, begun)
        except SwarmtuiError as error:
            if self._stopped.is_set():
                self._become(slot, Stage.LEFT)
            else:
                self._become(slot, Stage.FAILED, error=error)
        except Exception as error:  # whoever waits for all of them must not wait for ever
            log.exception("a command in a container failed")
            self._become(
                slot, Stage.FAILED, error=ConnectionBroken(f"The engine's answer is not understood: {error!r}.")
            )

    def _begin(self, asked: CollectedExec, slot: _Slot) -> _Begun:
        """Reach the node and start the command.

        Raises:
            SwarmtuiError: the node cannot be reached, or its engine refuses.
        """
        from swarmtui.engine.client.hijacked import hijack

        def doing(words: str) -> None:
            self._change(slot, doing=words)

        with ExitStack() as held:
            client = held.enter_context(self._roads.client(asked.node, self._stopped, doing))
            exec_id = create_exec(client, asked.container_id, asked.body_without_terminal())
            if self._stopped.is_set():
                raise ConnectionBroken("It was not begun.")
            connection = hijack(client.way, f"/exec/{exec_id}/start", {"Detach": False, "Tty": False})
            held.callback(connection.close)
            return _Begun(client, exec_id, connection, held.pop_all())

    def _collect(self, slot: _Slot, begun: _Begun) -> None:
        """Read what it writes until its end, and find out how that came about."""
        self._become(slot, Stage.RUNNING, begun=True, doing="")
        with self._lock:
            slot.connection = begun.connection
        if self._stopped.is_set():  # `stop` has not seen this connection
            begun.connection.abort()
        started = time.monotonic()
        try:
            self._read(slot, begun.connection)
        finally:
            with self._lock:
                slot.connection = None
                slot.kept.end()
                slot.fresh = self._news = True
        took = time.monotonic() - started
        if self._stopped.is_set():
            self._become(slot, Stage.LEFT)
            return
        code = exit_code(begun.client, begun.exec_id)
        if code is None:
            lost = ConnectionBroken("The connection ended before the command did.", "It may still be running there.")
            self._become(slot, Stage.FAILED, error=lost)
        else:
            self._become(slot, Stage.ENDED, code=code, took=took)

    def _read(self, slot: _Slot, connection: HijackedConnection) -> None:
        frames = Frames()
        while data := connection.read():
            with self._lock:
                try:
                    for stream, content in frames.feed(data):
                        slot.kept.add(stream, content)
                except ValueError as error:
                    raise ConnectionBroken(f"What the command wrote cannot be read: {error}.") from error
                slot.fresh = self._news = True

    # -------------------------------------------------------------------------------- what is known

    def _become(self, slot: _Slot, stage: Stage, *, only_from: Sequence[Stage] = (), **more: Any) -> None:
        self._change(slot, only_from, stage=stage, since=time.monotonic(), **more)

    def _change(self, slot: _Slot, only_from: Sequence[Stage] = (), **more: Any) -> None:
        with self._lock:
            if not only_from or slot.result.stage in only_from:
                slot.result = replace(slot.result, **more)
                self._news = True
