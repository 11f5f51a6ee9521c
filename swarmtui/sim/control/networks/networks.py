"""Networks: those of the swarm, those that every engine has, and those that somebody made on one engine.

Source: moby daemon/{network,cluster/networks}.go, daemon/server/router/network; swarmkit controlapi/network.go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from swarmtui.sim.agent.local_networks import LocalNetwork
from swarmtui.sim.control import selection
from swarmtui.sim.control.access import Access
from swarmtui.sim.control.errors import ApiError, invalid, not_found, rpc
from swarmtui.sim.control.networks import addresses, attaching, local, shown
from swarmtui.sim.control.selection import Filters, by_id, check, has_labels
from swarmtui.sim.manager.store import Store
from swarmtui.sim.objects import encode, states
from swarmtui.sim.objects.objects import Network, Service
from swarmtui.sim.objects.spec import JSON
from swarmtui.sim.objects.spec import encode as to_json

_PREDEFINED = frozenset({"bridge", "default", "host", "none"})
_NAME = re.compile(r"[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*")
_KEPT = ("Labels", "Driver", "Attachable", "Internal", "Ingress", "EnableIPv6", "ConfigFrom", "Options")
_SWITCH = {"true": True, "1": True, "false": False, "0": False}


class Networks(Access):
    """The networks that one engine knows."""

    def list(self, filters: Filters | None = None) -> bytes:
        """`GET /networks`, encoded: managers know all of the swarm's, workers those that their tasks use."""
        given = check(filters, "dangling", "driver", "id", "label", "name", "scope", "type")
        wanted = _sieve(given)
        unused = self._unused if "dangling" in given else None
        return encode.array(
            to_json(each)
            for each in self._all()
            if wanted(each) and (unused is None or _dangling(each, given, unused(each)))
        )

    def inspect(self, name: str, verbose: bool = False, scope: str = "") -> JSON:
        """`GET /networks/{id}`: by ID, name or the beginning of the ID; those of this engine before the swarm's."""
        known = [each for each in self._all(predefined=scope == "swarm") if scope in ("", each["Scope"])]
        for matches in (
            [each for each in known if each["Id"] == name],
            [each for each in known if each["Name"] == name],
            [each for each in known if name and each["Id"].startswith(name)],
        ):
            if len(matches) > 1:
                raise ApiError(400, f"network {name} is ambiguous ({len(matches)} matches found based on name)")
            if matches:
                return self._filled(matches[0], verbose)
        raise not_found("network", name)

    def create(self, body: JSON) -> JSON:
        """`POST /networks/create`."""
        name = str(body.get("Name") or "")
        if self._taken(name):
            raise ApiError(409, f"network with name {name} already exists")
        if name in _PREDEFINED:
            raise ApiError(403, f"operation is not permitted on predefined {name} network ")
        addresses.check(body, self._machine.release.api)
        if not name.strip():
            raise ApiError(500, f"invalid name: {name}")
        local.check(body)
        driver = str(body.get("Driver") or "bridge")
        if (driver == "overlay" or body.get("Scope") == "swarm") and not body.get("ConfigOnly"):
            return self._create_in_swarm(name, body)
        made = local.make(self._machine, self._cluster.ids.hex(), body, self._cluster.clock.now())
        self._machine.networks[made.id] = made
        self._told(made.id, made.name, made.driver, "create")
        return {"Id": made.id, "Warning": ""}

    def _create_in_swarm(self, name: str, body: JSON) -> JSON:
        store = self.writing()
        if not _NAME.fullmatch(name):
            raise invalid("name must be valid as a DNS name component")
        if len(name) > 63:
            raise invalid("name must be 63 characters or fewer")
        if not body.get("Driver"):
            raise invalid("driver name: if driver is specified name is required")
        ipam = str((body.get("IPAM") or {}).get("Driver") or "default")
        if ipam != "default":
            raise invalid(f"error during lookup of plugin {ipam}")
        addresses.check_of_swarm(body)
        if body.get("Ingress"):
            if body.get("Attachable"):
                raise invalid("ingress network cannot be attachable")
            ingress = next((each for each in store.networks.values() if each.ingress), None)
            if ingress is not None:
                raise rpc("AlreadyExists", f"ingress network ({ingress.id}) is already present")
        spec = {key: body[key] for key in _KEPT if body.get(key)}
        if body.get("IPAM") is not None:
            spec["IPAM"] = addresses.of_swarm(body["IPAM"])
        network = self._cluster.add_network(name, {**spec, "Driver": body["Driver"]})
        self.changed()
        return {"Id": network.id, "Warning": ""}

    def remove(self, name: str) -> None:
        """`DELETE /networks/{id}`: not while a service, or a task that should continue, uses it."""
        own = self._local(name)
        if name in _PREDEFINED or (own is None and name in self._machine.local_networks.values()):
            raise ApiError(403, f"{name} is a pre-defined network and cannot be removed")
        if own is not None:
            self._remove_local(own)
            return
        store = self.writing()
        network = self._find(store, name)
        users = _users(store, network) or attaching.users(self._cluster, network)
        if users and network.ingress:
            raise rpc("FailedPrecondition", f"ingress network cannot be removed because {users[0]} depends on it")
        if users:
            raise rpc("FailedPrecondition", f"network {network.id} is in use by {users[0]}")
        self._cluster.remove_network(network)
        self.changed()

    def _remove_local(self, network: LocalNetwork) -> None:
        users = [each for each in self._machine.networks.values() if _configured_by(each, network)]
        if users:
            raise ApiError(403, f'error while removing network: configuration network "{network.name}" is in use')
        if shown.on_machine(self._machine, network.id):
            raise ApiError(
                403, f"error while removing network: network {network.name} id {network.id} has active endpoints"
            )
        del self._machine.networks[network.id]
        self._told(network.id, network.name, network.driver, "destroy")

    def prune(self, filters: Filters | None = None) -> JSON:
        """`POST /networks/prune`: this engine's that nobody is on, and on a manager the swarm's."""
        given = check(filters, "label", "label!", "until")
        before = selection.moment(given, self._cluster.clock.now())
        own = [
            each
            for each in self._machine.networks.values()
            if each.created < before
            and selection.is_pruned(each.posted.get("Labels"), given)
            and not shown.on_machine(self._machine, each.id)
        ]
        for each in own:
            self._remove_local(each)
        deleted = [each.name for each in own]
        if self._is_manager():
            deleted = [*self._prune_swarm(given, before), *deleted]
        return {"NetworksDeleted": deleted or None}

    def _prune_swarm(self, given: Filters, before: float) -> Sequence[str]:
        store = self.writing()
        unused = [
            each
            for each in by_id(store.networks)
            if not each.ingress
            and not each.predefined
            and each.created < before
            and not _users(store, each)
            and not attaching.users(self._cluster, each)
            and selection.is_pruned(each.spec.get("Labels"), given)
        ]
        for network in unused:
            self._cluster.remove_network(network)
        self.changed()
        return [each.name for each in unused]

    def for_service(self, name: str) -> str:
        """The ID of the network of the swarm that a service names. Rule: daemon/cluster (populateNetworkID)."""
        store = self.reading()
        if self._matches(store, name):
            return self._find(store, name).id
        own = self._local(name)
        if name in _PREDEFINED or name in self._machine.local_networks.values():
            raise ApiError(404, f"could not find the corresponding predefined swarm network: network {name} not found")
        if own is not None or name in self._machine.local_networks:
            raise ApiError(
                403,
                f"The network {name} cannot be used with services. Only networks scoped to the swarm can be used, "
                "such as those created with the overlay driver.",
            )
        raise ApiError(500, f"network {name} not found")

    # --- finding ---

    def _taken(self, name: str) -> bool:
        if any(each.name == name for each in self._machine.networks.values()) or name == "docker_gwbridge":
            return True
        return self._is_manager() and self.reading().named("network", name) is not None

    def _is_manager(self) -> bool:
        try:
            self.must_be_manager()
        except ApiError:
            return False
        return True

    def _local(self, name: str) -> LocalNetwork | None:
        own = self._machine.networks
        if name in own:
            return own[name]
        found = [each for each in own.values() if each.name == name]
        found = found or [each for id, each in own.items() if len(name) > 3 and id.startswith(name)]
        return found[0] if found else None

    @staticmethod
    def _matches(store: Store, name: str) -> Sequence[Network]:
        for network in store.networks.values():
            if name in (network.id, network.name):
                return [network]
        return [each for id, each in store.networks.items() if name and id.startswith(name)]

    def _find(self, store: Store, name: str) -> Network:
        matches = self._matches(store, name)
        if len(matches) != 1:
            raise not_found("network", name)
        return matches[0]

    def _told(self, id: str, name: str, driver: str, action: str) -> None:
        self._cluster.events.local(self._machine, "network", id, action, {"name": name, "type": driver})

    # --- what is shown ---

    def _all(self, *, predefined: bool = False) -> Sequence[JSON]:
        own = [shown.predefined(name, id) for name, id in self._machine.local_networks.items()]
        own += [shown.local(each) for each in self._machine.networks.values()]
        try:
            known = [each for each in by_id(self.reading().networks) if predefined or not each.predefined]
        except ApiError:
            known = list(self._in_use_here())
        return [shown.of_swarm(each) for each in known] + own

    def _in_use_here(self) -> Sequence[Network]:
        """What a worker knows of the swarm's networks."""
        if not self._machine.node_id:
            return []
        found = {network.id: network for task in self._machine.running_tasks() for network, _ in task.addresses}
        alive = [each for each in self._machine.containers() if each.alive]
        found.update({network.id: network for each in alive for network, _ in each.attached.values()})
        found.update({each.id: each for each in self.store.networks.values() if each.ingress})
        return [each for each in by_id(found) if not each.node_local]

    def _filled(self, found: JSON, verbose: bool) -> JSON:
        """With who is on it, as far as this engine knows."""
        id = found["Id"]
        if found["Scope"] == "local":
            gateway = found["Name"] == "docker_gwbridge"
            on = shown.behind_gateway(self._machine) if gateway else shown.on_machine(self._machine, id)
            return {**found, "Containers": on}
        network = self.store.networks[id]
        used = any(each is network for each in self._in_use_here())
        return shown.here(self._cluster, self._machine, network, verbose=verbose) if used else found

    def _unused(self, found: JSON) -> bool:
        if found["Scope"] == "local":
            return not shown.on_machine(self._machine, found["Id"])
        return not any(each.id == found["Id"] for each in self._in_use_here() if not each.ingress)


def _configured_by(network: LocalNetwork, configuration: LocalNetwork) -> bool:
    return (network.posted.get("ConfigFrom") or {}).get("Network") in (configuration.name, configuration.id)


def _users(store: Store, network: Network) -> list[str]:
    """Services first, then tasks that run and should run: those that are being shut down keep no network.

    Rule: swarmkit controlapi/network.go (removeNetwork, removeIngressNetwork).
    """
    using = _publishes if network.ingress else (lambda service: network.id in service.spec.task.networks)
    services = [f"service {each.id}" for each in by_id(store.services) if using(each)]
    if services or network.ingress:
        return services
    return [
        f"task {task.id}"
        for task in store.all_tasks()
        if task.desired <= states.RUNNING and not task.ended and network.id in task.spec.task.networks
    ]


def _publishes(service: Service) -> bool:
    """Whether a service needs the ingress network."""
    return any(port["PublishMode"] == "ingress" for port in service.spec.ports)


def _dangling(found: JSON, filters: Filters, unused: bool) -> bool:
    values = filters["dangling"]
    if any(each not in _SWITCH for each in values):
        raise ApiError(400, f"invalid filter 'dangling={values[0]}'")
    return found["Name"] not in _PREDEFINED and unused is _SWITCH[values[0]]


def _is_named(found: JSON, wanted: str) -> bool:
    """The managers look for whole names; an engine finds its own networks by any part of theirs."""
    return bool(wanted == found["Name"] if found["Scope"] == "swarm" else wanted in found["Name"])


def _sieve(filters: Filters) -> Callable[[JSON], bool]:
    """Which networks the filters let through."""
    kinds = filters.get("type", ())
    wrong = next((each for each in kinds if each not in ("builtin", "custom")), None)
    if wrong is not None:
        raise ApiError(400, f"invalid filter 'type={wrong}'")

    def wanted(found: JSON) -> bool:
        kind = "builtin" if found["Name"] in _PREDEFINED else "custom"
        return (
            (not filters.get("name") or any(_is_named(found, each) for each in filters["name"]))
            and (not filters.get("id") or any(each in found["Id"] for each in filters["id"]))
            and found["Driver"] in filters.get("driver", (found["Driver"],))
            and found["Scope"] in filters.get("scope", (found["Scope"],))
            and kind in (kinds or (kind,))
            and has_labels(found["Labels"] or {}, filters.get("label", ()))
        )

    return wanted
