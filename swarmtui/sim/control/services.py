"""Services: list, inspect, create, update, remove.

Source: moby daemon/cluster/services.go, swarmkit controlapi/service.go.
"""

from __future__ import annotations

import msgspec

from swarmtui.sim.control import validate
from swarmtui.sim.control.access import Access
from swarmtui.sim.control.errors import ApiError, out_of_sequence, rpc
from swarmtui.sim.control.networks.networks import Networks
from swarmtui.sim.control.selection import Filters, begins, by_id, check, find, has_labels
from swarmtui.sim.manager.store import Store
from swarmtui.sim.objects import encode, states
from swarmtui.sim.objects.defaults import with_defaults
from swarmtui.sim.objects.normalise import service_spec
from swarmtui.sim.objects.objects import Service, UpdateStatus
from swarmtui.sim.objects.spec import JSON, ServiceSpec


class Services(Access):
    """The services of the swarm."""

    def list(self, filters: Filters | None = None, status: bool = False) -> bytes:
        """`GET /services`, encoded; with `status`, how many tasks run and how many should."""
        given = check(filters, "name", "id", "label", "mode", "runtime")
        store = self.reading()
        wanted = [service for service in by_id(store.services) if _wanted(service, given)]
        if not status:
            return encode.array(encode.service(service) for service in wanted)
        return encode.array(
            encode.service(service)[:-1] + b',"ServiceStatus":' + self._status(store, service) + b"}"
            for service in wanted
        )

    def inspect(self, name: str, insert_defaults: bool = False) -> JSON:
        """`GET /services/{id}`: by ID, name or the beginning of the ID."""
        service = self._find(self.reading(), name)
        result: JSON = msgspec.json.decode(encode.service(service))
        if insert_defaults:
            result["Spec"] = with_defaults(result["Spec"])
        return result

    def create(self, spec: JSON) -> JSON:
        """`POST /services/create`."""
        store = self.writing()
        normal = self._normal(store, spec)
        validate.service_spec(normal, store, None)
        if store.named("service", normal["Name"]) is not None:
            raise rpc(
                "AlreadyExists",
                f"name conflicts with an existing object: service {normal['Name']} already exists",
            )
        service = Service(self._cluster.ids.object(), ServiceSpec(normal))
        service.last_execution = self._cluster.clock.now()
        store.create_service(service)
        self.changed()
        return {"ID": service.id}

    def update(self, name: str, version: int, spec: JSON, rollback: str = "", registry_auth_from: str = "") -> JSON:
        """`POST /services/{id}/update`; with `rollback="previous"` the spec is not used (but has to be valid)."""
        store = self.writing()
        normal = self._normal(store, spec)
        service = self._find(store, name)
        if registry_auth_from not in ("", "spec", "previous-spec"):
            raise ApiError(500, "unsupported registryAuthFrom value")
        if registry_auth_from == "previous-spec" and service.previous is None:
            raise ApiError(500, "service does not have a previous spec")
        back = validate.rollback_option(rollback)
        validate.service_spec(normal, store, service)
        validate.same_identity(normal, service)
        if back and service.previous is None:
            raise rpc("FailedPrecondition", f"service {service.id} does not have a previous spec")
        if version != service.version:
            raise out_of_sequence()
        if service.spec.is_job:
            service.iteration += 1
            service.last_execution = self._cluster.clock.now()
        if back:
            self._roll_back(service)
        else:
            self._give(service, ServiceSpec(normal, service.spec))
        store.update_service(service)
        self.changed()
        return {"Warnings": None}

    def _roll_back(self, service: Service) -> None:
        assert service.previous is not None
        service.spec, service.previous = service.previous, service.spec
        service.spec_version, service.previous_version = service.previous_version, service.spec_version
        service.update_status = UpdateStatus(
            "rollback_started", "manually requested rollback", self._cluster.clock.now()
        )

    @staticmethod
    def _give(service: Service, spec: ServiceSpec) -> None:
        """The spec's version is the object's before the update: newer than any spec before."""
        service.previous, service.previous_version = service.spec, service.spec_version
        service.spec, service.spec_version = spec, service.version
        service.update_status = None

    def remove(self, name: str) -> None:
        """`DELETE /services/{id}`."""
        store = self.writing()
        store.delete_service(self._find(store, name))
        self.changed()

    def _find(self, store: Store, name: str) -> Service:
        return find("service", name, store.services, lambda service: service.spec.name)

    def _normal(self, store: Store, spec: JSON) -> JSON:
        """A spec as an engine keeps it; one without a name is given one, also where that means that it is renamed."""
        networks = Networks(self._cluster, self._machine)

        def network_id(name: str) -> str:
            """No name is the beginning of every ID."""
            if not name and len(store.networks) > 1:
                raise ApiError(400, f"network  is ambiguous ({len(store.networks)} matches found)")
            return networks.for_service(name)

        normal = service_spec(spec, network_id, self._machine.release.api)
        if "Name" in normal:
            return normal
        return {"Name": f"{self._cluster.rng.choice(_ADJECTIVES)}_{self._cluster.rng.choice(_NAMES)}", **normal}

    @staticmethod
    def _status(store: Store, service: Service) -> bytes:
        """How many tasks run, and how many should. Rule: controlapi ListServiceStatuses."""
        spec = service.spec
        running = complete = wanted = 0
        iteration = service.iteration if spec.is_job else None
        for tasks in store.slots(service.id).values():
            for task in tasks:
                if iteration is not None and task.iteration != iteration:
                    continue
                if task.state == states.RUNNING:
                    running += 1
                elif task.state == states.COMPLETE:
                    complete += 1
                if task.desired == states.RUNNING or (
                    task.desired == states.COMPLETE and task.state != states.COMPLETE
                ):
                    wanted += 1
        desired = {"replicated": spec.replicas, "replicated-job": spec.max_concurrent}.get(spec.mode, wanted)
        completed = complete if spec.is_job else 0
        return f'{{"RunningTasks":{running},"DesiredTasks":{desired},"CompletedTasks":{completed}}}'.encode()


def _wanted(service: Service, filters: Filters) -> bool:
    spec = service.spec
    return (
        begins(spec.name, filters.get("name", ()))
        and begins(service.id, filters.get("id", ()))
        and has_labels(spec.labels, filters.get("label", ()))
        and spec.mode in filters.get("mode", (spec.mode,))
        and "container" in filters.get("runtime", ("container",))
    )


_ADJECTIVES = [
    "bold",
    "brave",
    "calm",
    "clever",
    "eager",
    "gentle",
    "happy",
    "keen",
    "lucid",
    "modest",
    "quiet",
    "serene",
    "sharp",
    "vivid",
    "wise",
]
_NAMES = [
    "allen",
    "babbage",
    "bell",
    "curie",
    "darwin",
    "euler",
    "gauss",
    "hopper",
    "knuth",
    "lovelace",
    "meitner",
    "noether",
    "ritchie",
    "turing",
]
