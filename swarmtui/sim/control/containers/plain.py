"""Containers that somebody makes on one engine. Sentences: measured on engine 20.10; moby daemon/{create,start}.go."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

from swarmtui.sim.agent.container import Container, Plain
from swarmtui.sim.agent.health.check import check_with
from swarmtui.sim.agent.health.monitor import Monitor
from swarmtui.sim.agent.health.of_tasks import end_monitor
from swarmtui.sim.agent.images import plain as with_tag
from swarmtui.sim.agent.local_networks import Endpoint
from swarmtui.sim.agent.mounts import malformed, missing
from swarmtui.sim.agent.process import KILLED, NOTICED, SIGNALS, StartError, process_of, send, signal_name
from swarmtui.sim.control.access import Access
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.control.networks import attaching
from swarmtui.sim.control.networks.attaching import of_swarm
from swarmtui.sim.control.networks.networks import Networks
from swarmtui.sim.control.storage.images import ImageStore, checked
from swarmtui.sim.control.storage.local_volumes import LocalVolumes
from swarmtui.sim.objects.spec import JSON

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine
    from swarmtui.sim.cluster import Cluster

_NAME = re.compile(r"/?[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_SMALLEST = 6 << 20
_BUILT_IN = frozenset({"", "default", "bridge", "host", "none"})
_AGAIN_AFTER = 0.1
"""Seconds after which a container is started again by its restart policy."""


class PlainContainers(Access):
    """What `docker create`, `start`, `stop` and `rm` do to containers that are no task's."""

    def __init__(self, cluster: Cluster, machine: Machine) -> None:
        super().__init__(cluster, machine)
        self._stopping: set[str] = set()

    def create(self, name: str, body: JSON) -> JSON:
        """`POST /containers/create`."""
        host: JSON = body.get("HostConfig") or {}
        if name and not _NAME.fullmatch(name):
            raise ApiError(400, f"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")
        self._check(body, host)
        image = str(body.get("Image") or "")
        if not image:
            raise ApiError(400, "No command specified")
        images = ImageStore(self._cluster, self._machine)
        stored = images.find(checked(image))
        if stored is None:
            raise ApiError(404, f"No such image: {with_tag(image)}")
        if body.get("Entrypoint") == [""]:
            raise ApiError(400, "No command specified")
        if fault := malformed(host) or missing(host, self._machine.paths):
            raise ApiError(400, fault)
        self.free(name)
        id = self._cluster.ids.hex()
        config = {key: value for key, value in body.items() if key not in ("HostConfig", "NetworkingConfig")}
        made = Plain(
            id, name.removeprefix("/") or _made_up(id), image, self._cluster.clock.now(), config, host, stored.source
        )
        self._volumes(made)
        self._machine.storage.containers[id] = made
        self._connect(made, body)
        self.told(made, "create")
        return {"Id": id, "Warnings": []}

    def free(self, name: str) -> None:
        """Refuse a name that another container has."""
        wanted = name.removeprefix("/")
        other = next((each for each in self._machine.containers() if wanted and each.name == wanted), None)
        if other is not None:
            raise ApiError(
                409,
                f'Conflict. The container name "/{wanted}" is already in use by container "{other.container_id}". '
                "You have to remove (or rename) that container to be able to reuse that name.",
            )

    def _check(self, body: JSON, host: JSON) -> None:
        directory, stop = str(body.get("WorkingDir") or ""), str(body.get("StopSignal") or "")
        if directory and not directory.startswith("/"):
            raise ApiError(400, f"the working directory '{directory}' is invalid, it needs to be an absolute path")
        if stop and signal_name(stop) is None:
            raise ApiError(400, f"Invalid signal: {stop}")
        if 0 < (host.get("Memory") or 0) < _SMALLEST:
            raise ApiError(400, "Minimum memory limit allowed is 6MB")
        check: JSON = body.get("Healthcheck") or {}
        short = next(
            (key for key in ("Interval", "Timeout", "StartPeriod") if 0 < (check.get(key) or 0) < 1_000_000), ""
        )
        if short:
            raise ApiError(400, f"{short} in Healthcheck cannot be less than 1ms")
        policy = str((host.get("RestartPolicy") or {}).get("Name") or "")
        if policy not in ("", "no", "always", "on-failure", "unless-stopped"):
            raise ApiError(400, f"invalid restart policy '{policy}'")
        if host.get("AutoRemove") and policy not in ("", "no"):
            raise ApiError(400, "can't create 'AutoRemove' container with restart policy")
        for bind in host.get("Binds") or []:
            if ":" not in bind:
                raise ApiError(
                    500,
                    f"invalid volume specification: '{bind}': invalid mount config for type \"volume\": invalid mount "
                    f"path: '{bind}' mount path must be absolute",
                )

    def _volumes(self, made: Plain) -> None:
        volumes = LocalVolumes(self._cluster, self._machine)
        for name, _ in made.volumes():
            volumes.create({"Name": name})

    def _connect(self, made: Plain, body: JSON) -> None:
        """Join the network that it is made with, where that is one of this engine's own."""
        mode = str(made.host.get("NetworkMode") or "")
        if mode in _BUILT_IN or mode.startswith("container:"):
            return
        own = next((each for each in self._machine.networks.values() if mode in (each.id, each.name)), None)
        if own is not None:
            ends = (body.get("NetworkingConfig") or {}).get("EndpointsConfig") or {}
            asked: JSON = ends.get(mode) or {}
            own.ends[str(made.container_id)] = Endpoint(own.take(), asked)

    # --- starting ---

    def start(self, made: Plain) -> bool:
        """`POST /containers/{id}/start`; False where it runs already."""
        if made.alive:
            return False
        mode = str(made.host.get("NetworkMode") or "")
        if mode not in _BUILT_IN and not mode.startswith("container:"):
            if of_swarm(self._cluster, self._machine, mode) is None:
                Networks(self._cluster, self._machine).inspect(mode)
            attaching.started(self._cluster, self._machine, made, mode)
        else:
            attaching.started(self._cluster, self._machine, made, "")
        try:
            process = process_of(made, self._machine, self._cluster.clock, {}, lambda code: self.end_soon(made, code))
        except StartError as error:
            made.exit_code, made.error = error.code, error.message
            raise ApiError(error.status, error.message) from None
        self._stopping.discard(str(made.container_id))
        made.pid, made.started, made.error = self._machine.next_pid(), self._cluster.clock.now(), ""
        made.exit_code, made.paused, made.oom = 0, False, False
        self.told(made, "start")
        self._watch(made)
        if process is not None:
            process.begin()
        return True

    def _watch(self, made: Plain) -> None:
        """Run its health check; nobody stops a container for its health."""
        check = check_with(made, self._machine)
        made.health, made.monitor = "", None
        if check is not None:
            clock, machine = self._cluster.clock, self._machine
            made.monitor = Monitor(
                made, machine, clock, check, dict, lambda _: None, lambda action, more: self.told(made, action, **more)
            )
            made.monitor.begin()

    def end_soon(self, made: Plain, code: int) -> None:
        """Its process has ended: the engine notices a little later."""
        self._cluster.clock.later(NOTICED, lambda: self.end(made, code))

    def end(self, made: Plain, code: int) -> None:
        """Its process is no more, whoever ended it."""
        if not made.alive:
            return
        if (process := self._machine.processes.pop(str(made.container_id), None)) is not None:
            process.close()
        end_monitor(made)
        attaching.ended(made)
        made.health = made.health and "unhealthy"
        made.pid, made.exit_code, made.finished, made.paused = 0, code, self._cluster.clock.now(), False
        self.told(made, "die", exitCode=str(code))
        if made.host.get("AutoRemove"):
            self.forget(made)
        elif self._comes_back(made, code):
            self._cluster.clock.later(_AGAIN_AFTER * 2 ** min(made.restarts, 9), lambda: self._again(made))

    def _comes_back(self, made: Plain, code: int) -> bool:
        policy: JSON = made.host.get("RestartPolicy") or {}
        name, most = policy.get("Name"), policy.get("MaximumRetryCount") or 0
        if str(made.container_id) in self._stopping:
            return False
        if name == "on-failure":
            return code != 0 and (not most or made.restarts < most)
        return name in ("always", "unless-stopped")

    def _again(self, made: Plain) -> None:
        if str(made.container_id) in self._machine.storage.containers and not made.alive:
            made.restarts += 1
            self.start(made)

    # --- stopping ---

    def stop(self, made: Plain) -> bool:
        """`POST /containers/{id}/stop`; False where it does not run."""
        if not made.alive:
            return False
        self._stopping.add(str(made.container_id))
        name = signal_name(str(made.config.get("StopSignal") or "TERM")) or "TERM"
        self.told(made, "kill", signal=str(_number(name)))
        if not send(self._machine, made, name):
            self.end(made, 0)
        if self._settles(made):
            self.told(made, "kill", signal="9")
            self.end(made, KILLED)
        self.told(made, "stop")
        return True

    def _settles(self, made: Plain) -> bool:
        """Whether its process heeds nothing that was sent; one that has ended is noticed now."""
        process = self._machine.processes.get(str(made.container_id))
        if process is not None and process.code is not None:
            self.end(made, process.code)
        return str(made.container_id) in self._machine.processes

    def kill(self, made: Plain, name: str) -> None:
        """`POST /containers/{id}/kill`."""
        self.told(made, "kill", signal=str(_number(name)))
        if name == "KILL":
            self._stopping.add(str(made.container_id))
            self.end(made, KILLED)
        elif not send(self._machine, made, name) and name in ("TERM", "INT", "QUIT", "HUP"):
            self.end(made, 128 + _number(name))

    def forget(self, made: Plain, *, volumes: bool = False) -> None:
        """Remove it."""
        id = str(made.container_id)
        del self._machine.storage.containers[id]
        for network in self._machine.networks.values():
            network.ends.pop(id, None)
        known = LocalVolumes(self._cluster, self._machine)
        for name, _ in made.volumes() if volumes or made.host.get("AutoRemove") else []:
            if re.fullmatch("[0-9a-f]{64}", name) and name not in known.users():
                known.remove(name, force=True)
        self.told(made, "destroy")

    # --- telling ---

    def told(self, made: Container, action: str, **more: str) -> None:
        """Tell of it in the events."""
        self._cluster.events.container(self._machine, made, action, more)


def _number(name: str) -> int:
    return SIGNALS[name]


_ADJECTIVES = ("bold", "calm", "eager", "gentle", "keen", "lucid", "modest", "quiet", "serene", "vivid")
_NAMES = ("babbage", "bell", "curie", "euler", "gauss", "hopper", "knuth", "lovelace", "noether", "turing")


def _made_up(id: str) -> str:
    """A name for one that was given none."""
    rng = random.Random(id)
    return f"{rng.choice(_ADJECTIVES)}_{rng.choice(_NAMES)}{rng.randrange(10, 100)}"
