"""Tasks: list and inspect. Source: moby daemon/cluster/tasks.go, swarmkit controlapi/task.go."""

from __future__ import annotations

import msgspec

from swarmtui.sim.control.access import Access
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.control.selection import Filters, begins, check, find, has_labels
from swarmtui.sim.manager.store import Store
from swarmtui.sim.objects import encode, states
from swarmtui.sim.objects.objects import Task
from swarmtui.sim.objects.spec import JSON
from swarmtui.sim.orchestrator.orchestrator import is_task_dirty


class Tasks(Access):
    """The tasks of the swarm."""

    def list(self, filters: Filters | None = None) -> bytes:
        """`GET /tasks`, encoded; services and nodes may be named by ID or name."""
        given = check(filters, "name", "id", "label", "service", "node", "desired-state", "_up-to-date", "runtime")
        store = self.reading()
        if not given:
            return encode.array(map(encode.task, store.all_tasks()))
        services = [
            find("service", each, store.services, lambda service: service.spec.name).id
            for each in given.get("service", ())
        ]
        nodes = [self._node(store, each) for each in given.get("node", ())]
        wanted = _desired(given)
        return encode.array(
            encode.task(task)
            for task in _candidates(store, services, nodes)
            if _wanted(store, task, given, services, nodes, wanted)
        )

    def inspect(self, name: str) -> JSON:
        """`GET /tasks/{id}`."""
        store = self.reading()
        task = store.tasks.get(name) or find("task", name, store.tasks, lambda each: each.name)
        result: JSON = msgspec.json.decode(encode.task(task))
        return result

    def _node(self, store: Store, name: str) -> str:
        if name == "self":
            return self._machine.node_id
        return find("node", name, store.nodes, lambda node: node.machine.hostname).id


def _desired(filters: Filters) -> list[int]:
    wanted = []
    for each in filters.get("desired-state", ()):
        if each.lower() not in states.NUMBERS:
            raise ApiError(500, f"Invalid desired-state filter: '{each}'")
        wanted.append(states.NUMBERS[each.lower()])
    return wanted


def _candidates(store: Store, services: list[str], nodes: list[str]) -> list[Task]:
    """The tasks to look at, by the narrowest index, in the order of their IDs."""
    if services:
        found = [task for service_id in dict.fromkeys(services) for task in store.tasks_of(service_id)]
    elif nodes:
        found = [task for node_id in dict.fromkeys(nodes) for task in store.tasks_on(node_id)]
    else:
        return store.all_tasks()
    return sorted(found, key=lambda task: task.id)


def _wanted(
    store: Store, task: Task, filters: Filters, services: list[str], nodes: list[str], desired: list[int]
) -> bool:
    return (
        (not nodes or task.node_id in nodes)
        and (not services or task.service_id in services)
        and (not desired or task.desired in desired)
        and begins(task.id, filters.get("id", ()))
        and (not filters.get("name") or begins(task.name, filters["name"]))
        and has_labels(task.spec.labels, filters.get("label", ()))
        and "container" in filters.get("runtime", ("container",))
        and (not filters.get("_up-to-date") or _up_to_date(store, task))
    )


def _up_to_date(store: Store, task: Task) -> bool:
    service = store.services.get(task.service_id)
    return service is not None and not is_task_dirty(service, task, store.nodes.get(task.node_id))
