"""The containers of one engine: those of the tasks that it has. Shapes: as engines give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from swarmtui.sim.agent.container_json import inspected, listed
from swarmtui.sim.agent.container_usage import sample
from swarmtui.sim.agent.run import Run
from swarmtui.sim.control.access import Access
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.control.selection import Filters, check, has_labels
from swarmtui.sim.control.storage import left_listed
from swarmtui.sim.objects import encode
from swarmtui.sim.objects.spec import JSON
from swarmtui.sim.objects.spec import encode as to_json

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
_CODES = {"SIGKILL": 137, "KILL": 137, "9": 137, "SIGTERM": 143, "TERM": 143, "15": 143, "SIGINT": 130, "INT": 130}


class ContainerView:
    """What a shell in a container can do to it."""

    def __init__(self, containers: Containers, run: Run) -> None:
        self._containers = containers
        self._run = run

    @property
    def alive(self) -> bool:
        return self._run.alive

    def die(self, code: int) -> None:
        """Let its first process end."""
        self._containers.end(self._run, code)


class Containers(Access):
    """What `docker ps`, `inspect`, `stats`, `stop` and `rm` are answered with on one machine."""

    def list(self, all: bool = False, filters: Filters | None = None, limit: int = 0) -> bytes:
        """`GET /containers/json`, encoded, newest first."""
        given = check(filters, *_FILTERS)
        shown = [listed(run, self._machine, self._cluster.clock.now()) for run in self._runs()]
        shown += [left_listed(each) for each in self._machine.storage.containers.values()]
        stopped_too = all or limit > 0 or "status" in given or "exited" in given
        wanted = [each for each in shown if (stopped_too or each["State"] == "running") and _wanted(each, given)]
        wanted.sort(key=lambda each: -each["Created"])
        return encode.array(to_json(each) for each in (wanted[:limit] if limit > 0 else wanted))

    def inspect(self, name: str) -> JSON:
        """`GET /containers/{id}/json`: by ID, name or the beginning of the ID."""
        return inspected(self._find(name), self._machine, self._cluster.clock.now())

    def written(self, name: str) -> dict[str, bytes]:
        """The files that were copied into a container, by path: to be changed."""
        return self._find(name).written

    def stats(self, name: str, *, one_shot: bool = False) -> JSON:
        """One sample of `GET /containers/{id}/stats`, as of now; one-shot without the one before it."""
        return sample(self._find(name), self._machine, self._cluster.clock.now(), one_shot=one_shot)

    def kill(self, name: str, signal: str | None = None) -> None:
        """`POST /containers/{id}/kill`: only signals that end a process do something."""
        run = self._find(name)
        if not run.alive:
            raise ApiError(409, f"cannot kill container: {name}: container {run.container_id} is not running")
        code = _CODES.get((signal or "SIGKILL").upper())
        if code is not None:
            self.end(run, code)

    def stop(self, name: str) -> None:
        """`POST /containers/{id}/stop`: for the swarm its task has ended."""
        run = self._find(name)
        if run.alive:
            self.end(run, 0)

    def restart(self, name: str) -> None:
        """`POST /containers/{id}/restart`: the container comes back, and the swarm starts another as well."""
        self.stop(name)

    def remove(self, name: str, force: bool = False) -> None:
        """`DELETE /containers/{id}`."""
        if self._removed_left(name, force):
            return
        run = self._find(name)
        if run.alive:
            if not force:
                raise _running(name)
            self.end(run, 137)
        self._cluster.events.container(self._machine, run, "destroy")
        run.removed = True

    def _removed_left(self, name: str, force: bool) -> bool:
        """Remove one that is no task's; False where there is no such one."""
        left = self._machine.storage.containers
        found = next((each for each in left.values() if name in (each.id, each.name) or each.id.startswith(name)), None)
        if found is None:
            return False
        if found.running and not force:
            raise _running(name)
        del left[found.id]
        return True

    def shell(self, name: str) -> ContainerView:
        """For a shell in a container: whether it lives, and a way to end it."""
        run = self._find(name)
        if not run.alive:
            raise ApiError(409, f"container {run.container_id} is not running")
        return ContainerView(self, run)

    def end(self, run: Run, code: int) -> None:
        """Let a container's process end."""
        if run.alive and self._machine.agent is not None:
            self._machine.agent.end(run, code)
            self.changed()

    def _runs(self) -> Sequence[Run]:
        agent = self._machine.agent
        return [run for run in agent.runs.values() if run.has_container] if agent is not None else []

    def _find(self, name: str) -> Run:
        wanted = name.removeprefix("/")
        runs = {str(run.container_id): run for run in self._runs()}
        if wanted in runs:
            return runs[wanted]
        found = [run for run in runs.values() if run.task.name == wanted]
        found = found or [run for id, run in runs.items() if wanted and id.startswith(wanted)]
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


def _wanted(shown: Mapping[str, object], filters: Filters) -> bool:
    labels = shown["Labels"]
    names, status = shown["Names"], str(shown["Status"])
    assert isinstance(labels, dict)
    assert isinstance(names, list)
    return (
        has_labels(labels, filters.get("label", ()))
        and (not filters.get("name") or any(each.removeprefix("/") in names[0] for each in filters["name"]))
        and (not filters.get("id") or str(shown["Id"]).startswith(tuple(filters["id"])))
        and str(shown["State"]) in filters.get("status", (str(shown["State"]),))
        and (not filters.get("ancestor") or shown["Image"] in filters["ancestor"])
        and (not filters.get("exited") or any(f"({code})" in status for code in filters["exited"]))
        and (not filters.get("health") or any(f"{each})" in status for each in filters["health"]))
        and str("com.docker.swarm.task" in labels).lower() in filters.get("is-task", ("true", "false"))
    )
