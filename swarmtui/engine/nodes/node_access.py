"""NodeAccess: all that a session can do with the engines of its nodes."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypeVar

from swarmtui.engine.nodes.node_events import NodeEvents
from swarmtui.serial_worker import in_a_thread

if TYPE_CHECKING:
    from swarmtui.engine.changes.gateway import Gateway
    from swarmtui.engine.client.client import EngineClient
    from swarmtui.engine.nodes.awaited import Awaited
    from swarmtui.engine.nodes.commands_across import CommandsAcross
    from swarmtui.engine.nodes.container_log import ContainerLog
    from swarmtui.engine.nodes.forward import Forward
    from swarmtui.engine.nodes.port_forwards import PortForwards
    from swarmtui.engine.nodes.roads import NodeRoads
    from swarmtui.engine.nodes.stats_sampler import StatsSampler
    from swarmtui.engine.nodes.terminal import Terminal
    from swarmtui.engine.polling.observation import Outcome
    from swarmtui.engine.streams.log_lines import LogRequest
    from swarmtui.swarm.actions.node_call import NodeCall
    from swarmtui.swarm.logs.containers import LogContainer
    from swarmtui.swarm.objects.node import Node
    from swarmtui.swarm.stats.stats import Stats, Subject
    from swarmtui.swarm.tasks.command_across import CollectedExec
    from swarmtui.swarm.tasks.container_exec import ContainerExec
    from swarmtui.swarm.tasks.container_file import CopyIn, CopyOut
    from swarmtui.swarm.tasks.port_forward import PortForward
    from swarmtui.swarm.timeline.engine_events import EngineEvent

__all__ = ["NodeAccess"]

Part = TypeVar("Part")
Whole = TypeVar("Whole")


class NodeAccess:
    """Meets swarmtui.ui.node_access.NodeAccess, which says what each call does.

    What enters a container or changes something goes through the gateway, before the node is reached. Every method may
    be called from any thread; only `apply` blocks.

    Args:
        roads: the way to each node's engine.
        gateway: lets changes through, or does not.
        tell: called with each event of a node's engine that is heard while the node is reached, from another thread.
    """

    def __init__(self, roads: NodeRoads, gateway: Gateway, tell: Callable[[EngineEvent, Node], None]) -> None:
        self._roads = roads
        self._gateway = gateway
        self._making = threading.Lock()
        self._made_sampler: StatsSampler | None = None
        self._made_forwards: PortForwards | None = None
        self._events = NodeEvents(roads, tell)
        self._logs: weakref.WeakSet[ContainerLog] = weakref.WeakSet()
        self._terminals: weakref.WeakSet[Terminal] = weakref.WeakSet()
        self._runs: weakref.WeakSet[CommandsAcross] = weakref.WeakSet()

    @property
    def _sampler(self) -> StatsSampler:
        """Made when figures are asked for."""
        with self._making:
            if self._made_sampler is None:
                from swarmtui.engine.nodes.stats_sampler import StatsSampler

                self._made_sampler = StatsSampler(self._roads)
            return self._made_sampler

    @property
    def _forwards(self) -> PortForwards:
        """Made with the first of them."""
        with self._making:
            if self._made_forwards is None:
                from swarmtui.engine.nodes.port_forwards import PortForwards

                self._made_forwards = PortForwards(self._gateway, self._roads)
            return self._made_forwards

    # -------------------------------------------------------------------------------- looking

    def ask(
        self,
        node: Node,
        path: str,
        params: Mapping[str, str] | None = None,
        doing: Callable[[str], None] = lambda _: None,
        *,
        slow: bool = False,
    ) -> Awaited[Any]:
        def answer(client: EngineClient) -> Any:
            from swarmtui.engine.client.client import BULK, SLOW

            return client.get_json(path, params, SLOW if slow else BULK)

        return self._awaited(node, answer, doing, lambda asking: asking(), "swarmtui-node-question")

    def disk_room(self, node: Node, doing: Callable[[str], None] = lambda _: None) -> Awaited[Any]:
        from swarmtui.engine.nodes.awaited import Awaited

        given_up = threading.Event()

        def look() -> Any:
            from swarmtui.engine.nodes.disk_room import disk_room

            return disk_room(self._roads, node, given_up, doing)

        return Awaited(in_a_thread(look, "swarmtui-node-disk"), given_up)

    def watch_stats(self, subjects: Sequence[Subject]) -> None:
        self._sampler.watch(subjects)

    def stats(self) -> Stats:
        return self._sampler.stats()

    def logs(self, container: LogContainer, request: LogRequest) -> ContainerLog:
        from swarmtui.engine.nodes.container_log import ContainerLog

        followed = ContainerLog(self._roads, container, request)
        self._logs.add(followed)
        followed.start()
        return followed

    # -------------------------------------------------------------------------------- changing, entering

    def apply(self, action: NodeCall, *, typed: str = "") -> Outcome:
        """Make a change on a node's engine. Blocks. Raises as `Gateway.apply`."""
        with ExitStack() as held:
            return self._gateway.apply(
                lambda: held.enter_context(self._roads.client(action.node, threading.Event())), action, typed=typed
            )

    def copy_file(
        self, asked: CopyIn | CopyOut, told: Callable[[str], None], *, typed: str = ""
    ) -> Awaited[tuple[int, str]]:
        from swarmtui.swarm.tasks.container_file import CopyIn

        def copy(client: EngineClient) -> int:
            from swarmtui.engine.nodes.container_files import copy_in, copy_out

            return copy_in(client, asked, told) if isinstance(asked, CopyIn) else copy_out(client, asked, told)

        def permitted(copying: Callable[[], int]) -> tuple[int, str]:
            return self._gateway.enter(asked, copying, typed=typed, changes=asked.changes)

        return self._awaited(asked.node, copy, told, permitted, "swarmtui-file")

    def terminal(
        self, asked: ContainerExec, size: tuple[int, int], doing: Callable[[str], None], *, typed: str = ""
    ) -> Awaited[Terminal]:
        from swarmtui.engine.nodes.awaited import Awaited

        given_up = threading.Event()

        def enter() -> Terminal:
            from swarmtui.engine.nodes.container_terminal import open_terminal  # with it comes docker

            opened, warning = self._gateway.enter(
                asked, lambda: open_terminal(asked, size, self._roads, given_up, doing), typed=typed
            )
            opened.warning = warning
            self._terminals.add(opened)
            return opened

        return Awaited(in_a_thread(enter, "swarmtui-terminal"), given_up, lambda terminal: terminal.end())

    def run_across(self, asked: Sequence[CollectedExec], *, typed: str = "") -> CommandsAcross:
        from swarmtui.engine.nodes.commands_across import CommandsAcross

        self._gateway.permit_entry(asked, typed=typed)
        run = CommandsAcross(asked, self._gateway, self._roads, typed=typed)
        self._runs.add(run)
        return run

    def forward(self, asked: PortForward, doing: Callable[[str], None], *, typed: str = "") -> Awaited[Forward]:
        from swarmtui.engine.nodes.awaited import Awaited

        given_up = threading.Event()

        def open_it() -> Forward:
            return self._forwards.open(asked, given_up, doing, typed=typed)

        return Awaited(in_a_thread(open_it, "swarmtui-forward-opening"), given_up, lambda forward: forward.close())

    def forwards(self) -> tuple[Forward, ...]:
        made = self._made_forwards
        return made.all if made is not None else ()

    def by_hand(self, asked: ContainerExec) -> str:
        return self._roads.by_hand(asked)

    # -------------------------------------------------------------------------------- all of it

    def retry(self) -> None:
        """Try now what could not be reached."""
        if self._made_sampler is not None:
            self._made_sampler.retry()

    def close(self) -> None:
        """End everything at once, without waiting for an engine that does not answer."""
        for followed in list(self._logs):
            followed.close()
        for terminal in list(self._terminals):
            terminal.abort()
        for run in list(self._runs):
            run.stop()
        if self._made_forwards is not None:
            self._made_forwards.close()
        if self._made_sampler is not None:
            self._made_sampler.close()
        self._events.close()
        self._roads.close()

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
        from swarmtui.engine.nodes.awaited import Awaited

        given_up = threading.Event()
        clients: list[EngineClient] = []

        def reach() -> Part:
            with self._roads.client(node, given_up, doing) as client:
                clients.append(client)
                if given_up.is_set():
                    client.abort()
                return work(client)

        def stop() -> None:
            for client in clients:
                client.abort()

        return Awaited(in_a_thread(lambda: finish(reach), thread), given_up, stop=stop)
