"""NodeEngines: questions to the engine of any node, and changes there, each in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from swarmtui.engine.changes.gateway import Gateway
from swarmtui.engine.nodes.awaited import Awaited
from swarmtui.engine.nodes.roads import NodeRoads
from swarmtui.engine.polling.observation import Outcome
from swarmtui.serial_worker import in_a_thread
from swarmtui.swarm.actions.action import NodeCall
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.tasks.container_file import CopyIn, CopyOut

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient

__all__ = ["NodeEngines"]

Part = TypeVar("Part")
Whole = TypeVar("Whole")


class NodeEngines:
    """Every method may be called from any thread; only `client` blocks.

    Args:
        roads: the way to each.
        gateway: lets changes through, or does not.
        here: gives the ID of the node whose engine is connected.
    """

    def __init__(self, roads: NodeRoads, gateway: Gateway, here: Callable[[], str]) -> None:
        self._roads = roads
        self._gateway = gateway
        self._here = here

    @contextmanager
    def client(
        self, node: Node, given_up: threading.Event, doing: Callable[[str], None] = lambda _: None
    ) -> Iterator[EngineClient]:
        """A client of a node's engine, for the calling thread. Reaching the node blocks.

        Args:
            given_up: set when it is needed no longer while the node is being reached.
            doing: called with words for what is being done.

        Raises:
            SwarmtuiError: the node cannot be reached; the error tells which layer failed.
        """
        from swarmtui.engine.client.client import EngineClient  # with it comes docker

        with self._roads.lent(node, self._here(), given_up, doing) as handle:
            client = EngineClient(handle.endpoint, lambda: handle)
            try:
                yield client
            finally:
                client.close()

    def ask(
        self,
        node: Node,
        path: str,
        params: Mapping[str, str] | None = None,
        doing: Callable[[str], None] = lambda _: None,
        *,
        slow: bool = False,
    ) -> Awaited[Any]:
        """GET a path of a node's engine, as raw JSON. It changes nothing, so a read-only program asks it too.

        Args:
            path: without a version: "/containers/…/json".
            doing: as for `client`.
            slow: the engine may think for minutes.
        """

        def answer(client: EngineClient) -> Any:
            from swarmtui.engine.client.client import BULK, SLOW

            return client.get_json(path, params, SLOW if slow else BULK)

        return self._awaited(node, answer, doing, lambda asking: asking(), "swarmtui-node-question")

    def copy_file(
        self, asked: CopyIn | CopyOut, told: Callable[[str], None], *, typed: str = ""
    ) -> Awaited[tuple[int, str]]:
        """Copy a file out of a container or into it.

        Args:
            told: called with words for what is being done and how far it is, from another thread.
            typed: as for `Gateway.apply`.

        Returns:
            How many bytes it has, and a warning for the user; "" where there is none.
        """

        def copy(client: EngineClient) -> int:
            from swarmtui.engine.nodes.container_files import copy_in, copy_out

            return copy_in(client, asked, told) if isinstance(asked, CopyIn) else copy_out(client, asked, told)

        def permitted(copying: Callable[[], int]) -> tuple[int, str]:
            return self._gateway.enter(asked, copying, typed=typed, changes=asked.changes)

        return self._awaited(asked.node, copy, told, permitted, "swarmtui-file")

    def apply(self, action: NodeCall, *, typed: str = "") -> Outcome:
        """Make a change on a node's engine, through the gateway. Blocks.

        The node is reached only once the gateway has permitted it.

        Raises:
            ChangeRefused: nothing was changed.
            SwarmtuiError: as for `Gateway.apply`.
        """
        with ExitStack() as held:
            return self._gateway.apply(
                lambda: held.enter_context(self.client(action.node, threading.Event())), action, typed=typed
            )

    def _awaited(
        self,
        node: Node,
        work: Callable[[EngineClient], Part],
        doing: Callable[[str], None],
        finish: Callable[[Callable[[], Part]], Whole],
        thread: str,
    ) -> Awaited[Whole]:
        """Do something with a node's engine in a thread of its own. Giving it up cuts the connection.

        Args:
            finish: has it done, and makes of it what is awaited.
        """
        given_up = threading.Event()
        clients: list[EngineClient] = []

        def reach() -> Part:
            with self.client(node, given_up, doing) as client:
                clients.append(client)
                if given_up.is_set():
                    client.abort()
                return work(client)

        def stop() -> None:
            for client in clients:
                client.abort()

        return Awaited(in_a_thread(lambda: finish(reach), thread), given_up, stop=stop)
