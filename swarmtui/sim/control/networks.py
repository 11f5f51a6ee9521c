"""Networks: those of the swarm, and the few that every engine has of its own.

Source: moby daemon/cluster/networks.go, daemon/server/router/network; swarmkit controlapi/network.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network

from swarmtui.sim.control.access import Access
from swarmtui.sim.control.errors import ApiError, not_found, rpc
from swarmtui.sim.control.selection import Filters, by_id, check, has_labels
from swarmtui.sim.manager.store import Store
from swarmtui.sim.objects import encode, states
from swarmtui.sim.objects.objects import Network, Service
from swarmtui.sim.objects.spec import JSON
from swarmtui.sim.objects.spec import encode as to_json
from swarmtui.sim.objects.timestamps import NEVER, iso

_LOCAL_DRIVERS = {"bridge": "bridge", "docker_gwbridge": "bridge", "host": "host", "none": "null"}
_LOCAL_SUBNETS = {"bridge": "172.17.0", "docker_gwbridge": "172.18.0"}


class Networks(Access):
    """The networks that one engine knows."""

    def list(self, filters: Filters | None = None) -> bytes:
        """`GET /networks`, encoded: managers know all of the swarm's, workers those that their tasks use."""
        given = check(filters, "dangling", "driver", "id", "label", "name", "scope", "type")
        return encode.array(to_json(each) for each in self._all() if _wanted(each, given))

    def inspect(self, name: str, verbose: bool = False, scope: str = "") -> JSON:
        """`GET /networks/{id}`: by ID, name or the beginning of the ID."""
        known = [each for each in self._all() if scope in ("", each["Scope"])]
        for matches in (
            [each for each in known if each["Id"] == name],
            [each for each in known if each["Name"] == name],
            [each for each in known if name and each["Id"].startswith(name)],
        ):
            if len(matches) > 1:
                raise ApiError(400, f"network {name} is ambiguous ({len(matches)} matches found based on name)")
            if matches:
                return {**matches[0], "Services": {}} if verbose else matches[0]
        raise not_found("network", name)

    def create(self, body: JSON) -> JSON:
        """`POST /networks/create`: overlays only; a network of this engine alone is none of the swarm's business."""
        name = str(body.get("Name") or "")
        if name in _LOCAL_DRIVERS:
            raise ApiError(403, f"operation is not permitted on predefined {name} network ")
        if not name:
            raise ApiError(500, "invalid name: ")
        if self._machine.role == "manager" and self.reading().named("network", name) is not None:
            raise ApiError(409, f"network with name {name} already exists")
        if (body.get("Driver") or "bridge") != "overlay" and body.get("Scope") != "swarm":
            raise ApiError(501, "the simulator has networks of the swarm only: choose the driver overlay")
        self.writing()
        spec = {key: body[key] for key in ("Labels", "Driver", "Attachable", "Internal", "Options") if body.get(key)}
        if body.get("IPAM") is not None:
            spec["IPAM"] = _ipam(body["IPAM"])
        subnet, gateway = _addresses(body)
        network = self._cluster.add_network(name, {"Driver": "overlay", **spec}, subnet, gateway)
        self.changed()
        return {"Id": network.id, "Warning": ""}

    def remove(self, name: str) -> None:
        """`DELETE /networks/{id}`: not while a service, or a task that should continue, uses it."""
        if name in _LOCAL_DRIVERS:
            raise ApiError(403, f"{name} is a pre-defined network and cannot be removed")
        store = self.writing()
        network = self._find(store, name)
        users = _users(store, network)
        if users and network.ingress:
            raise rpc("FailedPrecondition", f"ingress network cannot be removed because {users[0]} depends on it")
        if users:
            raise rpc("FailedPrecondition", f"network {network.id} is in use by {users[0]}")
        store.delete_named("network", network)
        self.changed()

    def prune(self, filters: Filters | None = None) -> JSON:
        """`POST /networks/prune`."""
        given = check(filters, "label", "label!", "until")
        store = self.writing()
        unused = [
            each
            for each in by_id(store.networks)
            if not each.ingress
            and not _users(store, each)
            and has_labels(each.spec.get("Labels") or {}, given.get("label", ()))
        ]
        for network in unused:
            store.delete_named("network", network)
        self.changed()
        return {"NetworksDeleted": [each.name for each in unused] or None}

    def _find(self, store: Store, name: str) -> Network:
        for network in store.networks.values():
            if name in (network.id, network.name):
                return network
        matches = [each for id, each in store.networks.items() if name and id.startswith(name)]
        if len(matches) != 1:
            raise not_found("network", name)
        return matches[0]

    # --- what is shown ---

    def _all(self) -> Sequence[JSON]:
        local = [self._local(name, id) for name, id in self._machine.local_networks.items()]
        try:
            return [_of_swarm(each) for each in by_id(self.reading().networks)] + local
        except ApiError:
            return [_of_swarm(each) for each in self._in_use_here()] + local

    def _in_use_here(self) -> Sequence[Network]:
        """What a worker knows of the swarm's networks."""
        if not self._machine.node_id:
            return []
        found = {network.id: network for task in self._machine.running_tasks() for network, _ in task.addresses}
        found.update({each.id: each for each in self.store.networks.values() if each.ingress})
        return list(by_id(found))

    @staticmethod
    def _local(name: str, id: str) -> JSON:
        base = _LOCAL_SUBNETS.get(name)
        config = [{"Subnet": f"{base}.0/16", "Gateway": f"{base}.1"}] if base else []
        return _shown(name, id, NEVER, "local", _LOCAL_DRIVERS[name], config)


def _of_swarm(network: Network) -> JSON:
    options = {"com.docker.network.driver.overlay.vxlanid_list": str(network.vxlan)}
    spec = network.spec
    return {
        **_shown(network.name, network.id, iso(network.created), "swarm", "overlay", [encode.subnet(network)]),
        "Internal": bool(spec.get("Internal")),
        "Attachable": bool(spec.get("Attachable")),
        "Ingress": network.ingress,
        "Containers": None,
        "Options": {**options, **(spec.get("Options") or {})},
        "Labels": spec.get("Labels"),
    }


def _shown(name: str, id: str, created: str, scope: str, driver: str, config: Sequence[JSON]) -> JSON:
    return {
        "Name": name,
        "Id": id,
        "Created": created,
        "Scope": scope,
        "Driver": driver,
        "EnableIPv4": True,
        "EnableIPv6": False,
        "IPAM": {"Driver": "default", "Options": None, "Config": config},
        "Internal": False,
        "Attachable": False,
        "Ingress": False,
        "ConfigFrom": {"Network": ""},
        "ConfigOnly": False,
        "Containers": {},
        "Options": {},
        "Labels": {},
    }


def _addresses(body: JSON) -> tuple[IPv4Network | None, IPv4Address | None]:
    """The first subnet that was asked for, and the gateway in it. Rule: moby api/types/network ValidateIPAM."""
    for config in (body.get("IPAM") or {}).get("Config") or []:
        asked, gateway = str(config.get("Subnet") or ""), str(config.get("Gateway") or "")
        if not asked or ":" in asked:
            continue
        try:
            subnet = IPv4Network(asked, strict=False)
        except ValueError:
            raise _invalid_config(f"invalid subnet {asked}: invalid CIDR block notation") from None
        if str(subnet) != asked:
            raise _invalid_config(f"invalid subnet {asked}: it should be {subnet}")
        if not gateway:
            return subnet, None
        try:
            return subnet, IPv4Address(gateway)
        except ValueError:
            raise _invalid_config(f"invalid gateway {gateway}: invalid address") from None
    return None, None


def _invalid_config(what: str) -> ApiError:
    return ApiError(400, f"invalid network config:\n{what}")


def _ipam(posted: JSON) -> JSON:
    """As the swarm keeps what was said of the addresses. Rule: convert.BasicNetworkCreateToGRPC."""
    driver: JSON = {"Name": posted.get("Driver") or "default"}
    if posted.get("Options"):
        driver["Options"] = posted["Options"]
    configs = [
        {key: config[name] for key, name in _IPAM_FIELDS if config.get(name)} for config in posted.get("Config") or []
    ]
    return {"Driver": driver, "Configs": configs} if configs else {"Driver": driver}


_IPAM_FIELDS = (("Subnet", "Subnet"), ("Range", "IPRange"), ("Gateway", "Gateway"))


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


def _wanted(shown: JSON, filters: Filters) -> bool:
    kind = "builtin" if shown["Name"] in _LOCAL_DRIVERS else "custom"
    return (
        (not filters.get("name") or any(each in shown["Name"] for each in filters["name"]))
        and (not filters.get("id") or any(each in shown["Id"] for each in filters["id"]))
        and shown["Driver"] in filters.get("driver", (shown["Driver"],))
        and shown["Scope"] in filters.get("scope", (shown["Scope"],))
        and kind in filters.get("type", (kind,))
        and has_labels(shown["Labels"] or {}, filters.get("label", ()))
    )
