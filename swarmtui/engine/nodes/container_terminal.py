"""ContainerTerminal: a command in a container, with the user's terminal on it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from swarmtui.engine.client.hijacked import HijackedConnection, hijack
from swarmtui.engine.nodes.exec_calls import create_exec, exit_code
from swarmtui.engine.nodes.roads import NodeRoads
from swarmtui.engine.nodes.terminal import End
from swarmtui.errors import EngineRefused, NotPossible, SwarmtuiError
from swarmtui.swarm.tasks.container_exec import SHELLS, ContainerExec

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient

__all__ = ["ContainerTerminal", "open_terminal"]

LOOK_AGAIN = 0.02
SIZE_TRIES = 6
"""How often a command that is just starting is told the terminal's size, as docker's own program does."""
NOT_FOUND = frozenset({126, 127})
"""Exit codes of a command that is not there or cannot be run (POSIX shells, runc)."""


class ContainerTerminal:
    """Meets swarmtui.engine.nodes.terminal.Terminal. Made by `open_terminal`.

    Attributes:
        asked: what was asked for.
        warning: what the user should know besides; "" where there is nothing.
    """

    def __init__(
        self, asked: ContainerExec, client: EngineClient, exec_id: str, connection: HijackedConnection, held: ExitStack
    ) -> None:
        self.asked = asked
        self.warning = ""
        self._client = client
        self._id = exec_id
        self._connection = connection
        self._held = held

    def read(self) -> bytes:
        """What the command has written; b"" at the end. Blocks."""
        return self._connection.read()

    def write(self, data: bytes) -> None:
        """What the user has typed. Raises OSError at the end of the connection."""
        self._connection.write(data)

    def resize(self, columns: int, rows: int) -> bool:
        """The user's terminal has another size. Returns whether the engine has taken it; if not, nothing is changed."""
        try:
            self._client.post_json(f"/exec/{self._id}/resize", {"h": str(rows), "w": str(columns)}, None)
        except SwarmtuiError:
            return False
        return True

    def end(self, *, detached: bool = False) -> End:
        """Give everything back, and tell how the command ended. Nobody may be reading any more."""
        self._connection.close()
        try:
            if detached:  # engine 20.10 would say that it has ended, with 126
                return End(runs=True)
            state = self._client.get_json(f"/exec/{self._id}/json")
            code = state.get("ExitCode")
            if state.get("Running"):
                return End(runs=True)
            return End(code if isinstance(code, int) else None)
        except SwarmtuiError as error:
            return End(error=error)
        finally:
            self._held.close()

    def abort(self) -> None:
        """End the connection, from another thread: whoever reads gets b""."""
        self._connection.abort()


def open_terminal(
    asked: ContainerExec,
    size: tuple[int, int],
    roads: NodeRoads,
    given_up: threading.Event,
    doing: Callable[[str], None],
) -> ContainerTerminal:
    """Reach the task's node and start the command there. Blocks.

    Args:
        size: columns and rows of the user's terminal.
        given_up, doing: as for `NodeRoads.client`.

    Raises:
        SwarmtuiError: the node cannot be reached, or its engine refuses.
        NotPossible: no command was named, and the container has no shell.
    """
    with ExitStack() as held:
        client = held.enter_context(roads.client(asked.node, given_up, doing))
        doing(f"starting a command on {asked.node.name}")
        words = asked.words or (_shell(client, asked),)
        exec_id = create_exec(client, asked.container_id, asked.body(words, *size))
        connection = hijack(client.way, f"/exec/{exec_id}/start", {"Detach": False, "Tty": True})
        terminal = ContainerTerminal(asked, client, exec_id, connection, held.pop_all())
        _tell_size(terminal, size)
        return terminal


def _tell_size(terminal: ContainerTerminal, size: tuple[int, int]) -> None:
    """Engines before API 1.42 know no size when a command starts, and take none before it has started."""
    for tried in range(SIZE_TRIES):
        if terminal.resize(*size):
            return
        time.sleep(LOOK_AGAIN * (tried + 1))


def _shell(client: EngineClient, asked: ContainerExec) -> str:
    """The first shell that is there. Each is tried: what an image has is known to nobody but its container."""
    for shell in SHELLS:
        try:
            exec_id = create_exec(client, asked.container_id, asked.probe(shell))
            client.post_json(f"/exec/{exec_id}/start", {}, {"Detach": True, "Tty": False})
        except EngineRefused as error:
            if "not found" in error.message or "no such file" in error.message.lower():
                continue
            raise
        if exit_code(client, exec_id) not in NOT_FOUND:
            return shell
    raise NotPossible(
        f"The container of {asked.target.name} has no shell ({' or '.join(SHELLS)}).",
        "Name a command that its image has.",
    )
