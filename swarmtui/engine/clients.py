"""The clients of one session: opened by the threads that use them, ended all together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, TypeVar

from swarmtui.engine.polling.endings import ENDED_STATES, STANDING_STATES
from swarmtui.engine.polling.engine_questions import Lane, Question, Topic
from swarmtui.engine.route.manager_route import ManagerRoute
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_kinds import OBJECT_KINDS

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient, Reply

__all__ = ["Clients", "ask", "ask_all_tasks"]

Body = TypeVar("Body")


class Clients:
    """Opens clients, and can end them all at once. Every method may be called from any thread.

    Args:
        route: which engine they lead to.
    """

    def __init__(self, route: ManagerRoute) -> None:
        self._route = route
        self._lock = threading.Lock()
        self._open: list[EngineClient] = []
        self._aborted = False

    def open(self) -> EngineClient:
        """A client for the calling thread."""
        from swarmtui.engine.client.client import EngineClient

        client = EngineClient(self._route.endpoint, self._route.way)
        with self._lock:
            self._open = [each for each in self._open if not each.aborted]
            self._open.append(client)
            if self._aborted:
                client.abort()
        return client

    @contextmanager
    def lent(self, _: threading.Event) -> Iterator[EngineClient]:
        """A client for one connection of a stream (swarmtui.engine.streams.reconnecting.Reach)."""
        with closing(self.open()) as client:
            yield client

    def cut(self) -> None:
        """Break all connections as they are: the route leads elsewhere. Never blocks."""
        with self._lock:
            for client in self._open:
                client.cut()

    def abort(self) -> None:
        """End all clients, and those that are opened later too. Never blocks."""
        with self._lock:
            self._aborted = True
            for client in self._open:
                client.abort()


def ask(client: EngineClient, question: Question, lane: Lane) -> Reply[bytes]:
    """Send a question of the schedule, with the patience of its lane.

    Raises:
        ConnectionFailed, EngineRefused, NotUsable: as the tree in swarmtui.errors has it.
    """
    from swarmtui.engine.client.client import BULK, PROBE, SMALL, filters

    deadline = {Lane.PULSE: PROBE, Lane.LISTS: SMALL, Lane.BULK: BULK}[lane]
    match question.topic:
        case Topic.TASKS_OF:
            return client.get("/tasks", filters(service=list(question.ids)), deadline)
        case Topic.STANDING_OF:
            wanted = {"service": list(question.ids), "desired-state": list(STANDING_STATES)}
            return client.get("/tasks", filters(**wanted), deadline)
        case Topic.TASKS_ON:
            return client.get("/tasks", filters(node=list(question.ids)), deadline)
        case Topic.ENDED | Topic.ENDED_OF as topic:
            about = {"id" if topic is Topic.ENDED else "service": list(question.ids)} if question.ids else {}
            return client.get("/tasks", filters(**{"desired-state": list(ENDED_STATES)}, **about), deadline)
        case Topic.SOME_NODES | Topic.SOME_SERVICES as topic:
            assert topic.kind is not None
            query = {**OBJECT_KINDS[topic.kind].query, **filters(id=list(question.ids))}
            return client.get(f"/{topic.kind.value}", query, deadline)
        case Topic.NETWORK:
            return client.get(f"/networks/{question.ids[0]}", None, deadline)
        case _:
            whole = OBJECT_KINDS[question.topic.kind].query if question.topic.kind is not None else None
            return client.get(question.topic.path, whole or None, deadline)


def ask_all_tasks(client: EngineClient, reader: Callable[[Iterator[bytes]], Body]) -> Reply[Body]:
    """Ask for the whole list of tasks, and read it while it comes.

    Raises:
        ConnectionFailed, EngineRefused, NotUsable: as for `ask`; and what the reader raises.
    """
    from swarmtui.engine.client.client import BULK

    return client.read(Topic.ALL_TASKS.path, OBJECT_KINDS[Kind.TASK].query, BULK, reader)
