"""The containers of one engine. Shapes: as engines give them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from swarmtui.sim.agent.container import Container, Plain
from swarmtui.sim.agent.container_json import inspected, listed
from swarmtui.sim.agent.container_usage import sample
from swarmtui.sim.agent.process import KILLED, SIGNALS, send, signal_name
from swarmtui.sim.agent.run import Run
from swarmtui.sim.agent.task_files import task_files
from swarmtui.sim.control.access import Access
from swarmtui.sim.control.containers.plain import PlainContainers
from swarmtui.sim.control.containers.updating import updated
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.control.selection import Filters, check, has_labels, is_pruned, moment
from swarmtui.sim.objects import encode
from swarmtui.sim.objects.spec import JSON
from swarmtui.sim.objects.spec import encode as to_json
from swarmtui.sim.shell.container_view import ContainerView, seen

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine
    from swarmtui.sim.cluster import Cluster

_FILTERS = [
    "ancestor",
    "before",
    "exited",
    "expose",
    "health",
    "id",
    "is-task",
    "isolation",
    "label",
    "name",
    "network",
    "publish",
    "since",
    "status",
    "volume",
]
_ENDING = frozenset({"HUP", "INT", "QUIT", "TERM"})
"""Signals that end a program of which nothing is known."""


class Containers(Access):
    """What `docker ps`, `inspect`, `stats`, `stop` and `rm` are answered with on one machine."""

    def __init__(self, cluster: Cluster, machine: Machine) -> None:
        super().__init__(cluster, machine)
        self.plain = PlainContainers(cluster, machine)

    def list(self, all: bool = False, filters: Filters | None = None, limit: int = 0) -> bytes:
        """`GET /containers/json`, encoded, newest first."""
        given = check(filters, *_FILTERS)
        shown = [listed(each, self._machine, self._cluster.clock.now()) for each in self._machine.containers()]
        stopped_too = all or limit > 0 or "status" in given or "exited" in given
        wanted = [each for each in shown if (stopped_too or each["State"] == "running") and _wanted(each, given)]
        wanted.sort(key=lambda each: -each["Created"])
        return encode.array(to_json(each) for each in (wanted[:limit] if limit > 0 else wanted))

    def inspect(self, name: str) -> JSON:
        """`GET /containers/{id}/json`: by ID, name or the beginning of the ID."""
        return inspected(self.find(name), self._machine, self._cluster.clock.now())

    def written(self, name: str) -> dict[str, bytes]:
        """The files that were copied into a container, by path: to be changed."""
        return self.find(name).written

    def original(self, name: str) -> tuple[set[str], dict[str, bytes]]:
        """The paths of the files that a container has had from its image and its engine, and what was written."""
        found = self.find(name)
        written, found.written = found.written, {}
        try:
            return set(self.view(name).files), written
        finally:
            found.written = written

    def stats(self, name: str, *, one_shot: bool = False) -> JSON:
        """One sample of `GET /containers/{id}/stats`, as of now; one-shot without the one before it."""
        return sample(self.find(name), self._machine, self._cluster.clock.now(), one_shot=one_shot)

    def kill(self, name: str, signal: str | None = None) -> None:
        """`POST /containers/{id}/kill`."""
        found = self._needed(name, "Cannot kill container: {name}: ")
        wanted = signal_name(signal or "KILL")
        if wanted is None:
            raise ApiError(400, f"Invalid signal: {signal}")
        if not found.alive:
            raise ApiError(409, f"cannot kill container: {name}: container {found.container_id} is not running")
        if isinstance(found, Plain):
            self.plain.kill(found, wanted)
            return
        assert isinstance(found, Run)
        self.plain.told(found, "kill", signal=str(SIGNALS[wanted]))
        if wanted == "KILL":
            self.end(found, KILLED)
        elif not send(self._machine, found, wanted) and wanted in _ENDING:
            self.end(found, 128 + SIGNALS[wanted])

    def _needed(self, name: str, before: str = "") -> Container:
        try:
            return self.find(name)
        except ApiError as error:
            raise ApiError(error.status, before.format(name=name) + error.message) from None

    def start(self, name: str) -> bool:
        """`POST /containers/{id}/start`; False where it runs already."""
        found = self.find(name)
        return isinstance(found, Plain) and self.plain.start(found)

    def stop(self, name: str) -> bool:
        """`POST /containers/{id}/stop`: for the swarm its task has ended; False where it does not run."""
        found = self.find(name)
        if isinstance(found, Plain):
            return self.plain.stop(found)
        assert isinstance(found, Run)
        if not found.alive:
            return False
        self.plain.told(found, "kill", signal="15")
        self.end(found, self._code(found))
        self.plain.told(found, "stop")
        return True

    def _code(self, run: Run) -> int:
        """With which code a task's container ends when it is to stop."""
        process = self._machine.processes.get(str(run.container_id))
        if process is None:
            return 0
        process.signal(signal_name(str(run.task.spec.task.container.get("StopSignal") or "TERM")) or "TERM")
        return KILLED if process.code is None else process.code

    def restart(self, name: str) -> None:
        """`POST /containers/{id}/restart`: the container comes back, and the swarm starts another as well."""
        found = self.find(name)
        self.stop(name)
        if isinstance(found, Plain):
            self.plain.start(found)
        self.plain.told(found, "restart")

    def pause(self, name: str, *, paused: bool) -> None:
        """`POST /containers/{id}/pause` and `unpause`."""
        found = self.find(name)
        if not found.alive:
            raise ApiError(409, f"Container {found.container_id} is not running")
        if found.paused is paused:
            word, status = ("already paused", 409) if paused else ("not paused", 500)
            raise ApiError(status, f"Container {found.container_id} is {word}")
        found.paused = paused
        self.plain.told(found, "pause" if paused else "unpause")

    def rename(self, name: str, new: str) -> None:
        """`POST /containers/{id}/rename`."""
        found = self.find(name)
        if not new:
            raise ApiError(400, "Neither old nor new names may be empty")
        if not isinstance(found, Plain):
            raise ApiError(501, "the embedded swarm renames no containers of tasks")
        try:
            self.plain.free(new)
        except ApiError as error:
            raise ApiError(error.status, f"Error when allocating new name: {error.message}") from None
        old, found.called = found.called, new.removeprefix("/")
        self.plain.told(found, "rename", oldName=f"/{old}")

    def update(self, name: str, body: JSON) -> JSON:
        """`POST /containers/{id}/update`."""
        found = self.find(name)
        updated(found, self._machine, body)
        self.plain.told(found, "update")
        return {"Warnings": None}

    def remove(self, name: str, force: bool = False, volumes: bool = False) -> None:
        """`DELETE /containers/{id}`."""
        found = self.find(name)
        if found.alive and not force:
            raise _running(name)
        if isinstance(found, Plain):
            if found.alive:
                self.plain.kill(found, "KILL")
            self.plain.forget(found, volumes=volumes)
            return
        assert isinstance(found, Run)
        if found.alive:
            self.end(found, KILLED)
        self.plain.told(found, "destroy")
        found.removed = True

    def prune(self, filters: Filters | None = None) -> JSON:
        """`POST /containers/prune`: those that do not run."""
        given = check(filters, "label", "label!", "until")
        before = moment(given, self._cluster.clock.now())
        gone = [
            each
            for each in self._machine.containers()
            if not each.alive and each.created < before and is_pruned(each.labels, given)
        ]
        freed = sum(each.size for each in gone if isinstance(each, Plain))
        for each in gone:
            self.remove(str(each.container_id))
        self._cluster.events.local(self._machine, "container", "", "prune", {"reclaimed": str(freed)})
        return {"ContainersDeleted": [each.container_id for each in gone] or None, "SpaceReclaimed": freed}

    def told(self, name: str, action: str, **more: str) -> None:
        """Tell in the events of what happens in a container."""
        self.plain.told(self.find(name), action, **more)

    def view(self, name: str) -> ContainerView:
        """A container as a command in it sees it."""
        found = self.find(name)
        store = self._cluster.store
        given = task_files(found.task, store, self._machine) if isinstance(found, Run) else {}
        id = str(found.container_id)
        return seen(found, self._machine, self._cluster.clock.now, lambda signal: self.kill(id, signal), given)

    def end(self, run: Run, code: int) -> None:
        """Let a container's process end."""
        if run.alive and self._machine.agent is not None:
            self._machine.agent.end(run, code)
            self.changed()

    def find(self, name: str) -> Container:
        """A container by ID, name or the beginning of the ID."""
        wanted = name.removeprefix("/")
        known = {str(each.container_id): each for each in self._machine.containers()}
        if wanted in known:
            return known[wanted]
        found = [each for each in known.values() if each.name == wanted]
        found = found or [each for id, each in known.items() if wanted and id.startswith(wanted)]
        if not found:
            raise ApiError(404, f"No such container: {name}")
        if len(found) > 1:
            raise ApiError(400, f"multiple IDs found with provided prefix: {name}")
        return found[0]


def _running(name: str) -> ApiError:
    return ApiError(
        409,
        f'cannot remove container "{name}": container is running: stop the container before removing or force remove',
    )


def _is_named(name: str, wanted: str) -> bool:
    """Engines take a name to look for as a regular expression, for the name with and without its slash."""
    try:
        return any(re.search(wanted, each) for each in (name, name.removeprefix("/")))
    except re.error:
        return False


def _wanted(shown: Mapping[str, object], filters: Filters) -> bool:
    labels = shown["Labels"]
    names, status = shown["Names"], str(shown["Status"])
    assert isinstance(labels, dict)
    assert isinstance(names, list)
    return (
        has_labels(labels, filters.get("label", ()))
        and (not filters.get("name") or any(_is_named(names[0], each) for each in filters["name"]))
        and (not filters.get("id") or str(shown["Id"]).startswith(tuple(filters["id"])))
        and str(shown["State"]) in filters.get("status", (str(shown["State"]),))
        and (not filters.get("ancestor") or shown["Image"] in filters["ancestor"])
        and (not filters.get("exited") or any(f"({code})" in status for code in filters["exited"]))
        and (not filters.get("health") or any(f"{each})" in status for each in filters["health"]))
        and str("com.docker.swarm.task" in labels).lower() in filters.get("is-task", ("true", "false"))
    )
