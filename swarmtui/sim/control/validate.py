"""What controlapi refuses of a service's spec, in its words. Source: swarmkit manager/controlapi/service.go."""

from __future__ import annotations

import json
import re
from typing import Any

from swarmtui.sim.agent import templates
from swarmtui.sim.control import image_names
from swarmtui.sim.control.errors import ApiError, invalid, rpc
from swarmtui.sim.manager.store import Store
from swarmtui.sim.objects.objects import Service
from swarmtui.sim.objects.spec import JSON, SECOND
from swarmtui.sim.scheduler.constraint import ConstraintError, parse

_NAME = re.compile(r"[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*")
_MIB = 1 << 20


def service_spec(spec: JSON, store: Store, service: Service | None) -> None:
    """Refuse a spec that cannot be; `service` is the one that is to get it, None for a new one."""
    _name(spec["Name"])
    template = spec["TaskTemplate"]
    for part in ("Limits", "Reservations"):
        _resources((template.get("Resources") or {}).get(part) or {})
    _restart(template.get("RestartPolicy") or {})
    _constraints((template.get("Placement") or {}).get("Constraints") or [])
    container = template["ContainerSpec"]
    _references(container.get("Secrets") or [], "secret")
    _references(container.get("Configs") or [], "config")
    _credential_spec(container)
    _container(container)
    _mode(spec)
    _endpoint(spec.get("EndpointSpec") or {})
    for target in template.get("Networks") or []:
        network = store.networks.get(target["Target"])
        if network is not None and network.ingress:
            raise invalid(f'Service cannot be explicitly attached to the ingress network "{network.name}"')
    if service is None or spec.get("EndpointSpec") != service.spec.endpoint:
        _port_conflicts(spec, store, service)
    _ingress(spec.get("EndpointSpec") or {}, store)
    if service is not None:
        _networks_of_its_own(spec, service.spec.raw)
    _existence(container, store)


def quoted(text: str) -> str:
    """A text in quotes, as Go's %q has it."""
    return json.dumps(text, ensure_ascii=False)


def _shortest(number: float) -> str:
    """A number with as few digits as tell it from others."""
    return next(text for text in (f"{number:.{digits}g}" for digits in range(1, 18)) if float(text) == number)


def _name(name: str) -> None:
    if not name:
        raise invalid("meta: name must be provided")
    if not _NAME.fullmatch(name):
        raise invalid("name must be valid as a DNS name component")
    if len(name) > 63:
        raise invalid("name must be 63 characters or fewer")


def _resources(raw: JSON) -> None:
    cpus, memory = raw.get("NanoCPUs", 0), raw.get("MemoryBytes", 0)
    if cpus and cpus < 1_000_000:
        raise invalid(f"invalid cpu value {_shortest(cpus / 1e9)}: Must be at least 0.001")
    if memory and memory < 4 * _MIB:
        raise invalid(f"invalid memory value {memory}: Must be at least 4MiB")


def _restart(raw: JSON) -> None:
    for key, name in (("Delay", "restart-delay"), ("Window", "restart-window")):
        if raw.get(key, 0) < 0:
            raise invalid(f"TaskSpec: {name} cannot be negative")


def _constraints(expressions: list[Any]) -> None:
    try:
        parse([str(each) for each in expressions])
    except ConstraintError as error:
        raise rpc("Unknown", str(error)) from None


def _references(references: list[JSON], kind: str) -> None:
    """Secrets and configs: each needs a name, and a file of its own."""
    targets: dict[str, str] = {}
    key = kind.capitalize()
    for each in references:
        name = each.get(f"{key}Name") or ""
        if not each.get(f"{key}ID") or not name:
            raise invalid(f"malformed {kind} reference")
        file = each.get("File")
        if file is None:
            if kind == "config" and each.get("Runtime") is not None:
                continue
            raise invalid(f"malformed {kind} reference, no target provided")
        target = file.get("Name") or ""
        if not target:
            first = "malformed file secret" if kind == "secret" else "malformed file config"
            raise invalid(f"{first} reference, invalid target file name provided")
        if target in targets:
            raise invalid(f"{kind} references '{targets[target]}' and '{name}' have a conflicting target: '{target}'")
        targets[target] = name


def _credential_spec(raw: JSON) -> None:
    """A config that is a credential spec has to be there for the runtime."""
    config = ((raw.get("Privileges") or {}).get("CredentialSpec") or {}).get("Config")
    runtime = [each["ConfigID"] for each in raw.get("Configs") or [] if each.get("Runtime") is not None]
    if config and config not in runtime:
        raise invalid(
            f"CredentialSpec references config '{config}', but that config isn't in config references with "
            "RuntimeTarget"
        )


def _templates(raw: JSON) -> None:
    """Templates that no node could expand. Source: swarmkit template/expand.go."""
    for each in raw.get("Env") or []:
        if fault := templates.fault(each.partition("=")[2]):
            raise invalid(f"expanding env failed: expanding env {quoted(each)}: {fault}")
    for mount in raw.get("Mounts") or []:
        for key in ("Source", "Target"):
            text = mount.get(key, "")
            if fault := templates.fault(text):
                raise invalid(f"expanding mounts failed: expanding mount {key.lower()} {quoted(text)}: {fault}")
    if fault := templates.fault(raw.get("Hostname", "")):
        raise invalid(f"expanding hostname failed: {fault}")


def _container(raw: JSON) -> None:
    _templates(raw)
    image = raw.get("Image")
    if not image:
        raise invalid("ContainerSpec: image reference must be provided")
    if not image_names.is_valid(image):
        raise invalid(f"ContainerSpec: {quoted(image)} is not a valid repository/tag")
    targets: dict[str, None] = {}
    for mount in raw.get("Mounts") or []:
        target = mount.get("Target") or ""
        if target in targets:
            raise invalid(f"ContainerSpec: duplicate mount point: {target}")
        targets[target] = None
    check = raw.get("Healthcheck") or {}
    for key in ("Interval", "Timeout", "StartPeriod", "StartInterval"):
        if check.get(key) and check[key] < SECOND // 1000:
            raise invalid(f"ContainerSpec: {key} in HealthConfig cannot be less than 1ms")
    if check.get("Retries", 0) < 0:
        raise invalid("ContainerSpec: Retries in HealthConfig cannot be negative")


def _mode(spec: JSON) -> None:
    """Numbers of tasks are unsigned, and yet more than a signed one holds is too many; jobs are not updated."""
    mode = spec["Mode"]
    words = {"Replicas": "Number of replicas must be non-negative", **_TOO_MANY}
    for each in mode.values():
        for key, sentence in words.items():
            if each.get(key, 0) >= 1 << 63:
                raise invalid(sentence)
    if "ReplicatedJob" not in mode and "GlobalJob" not in mode:
        _update(spec.get("UpdateConfig") or {})
    elif spec.get("UpdateConfig") is not None:
        raise invalid("Jobs may not have an update config")


_TOO_MANY = {
    "MaxConcurrent": "Maximum concurrent jobs must not be negative",
    "TotalCompletions": "Total completed jobs must not be negative",
}


def _update(raw: JSON) -> None:
    for key, name in (("Delay", "update-delay"), ("Monitor", "update-monitor")):
        if raw.get(key, 0) < 0:
            raise invalid(f"TaskSpec: {name} cannot be negative")
    if not 0 <= raw.get("MaxFailureRatio", 0) <= 1:
        raise invalid("TaskSpec: update-maxfailureratio cannot be less than 0 or bigger than 1")


def _endpoint(raw: JSON) -> None:
    ports: dict[tuple[int, str], None] = {}
    for port in raw.get("Ports") or []:
        if raw.get("Mode") == "dnsrr" and port["PublishMode"] == "ingress":
            raise invalid("EndpointSpec: port published with ingress mode can't be used with dnsrr mode")
        number = port.get("PublishedPort", 0)
        if number and (number, port["Protocol"]) in ports:
            raise invalid("EndpointSpec: duplicate published ports provided")
        ports[number, port["Protocol"]] = None


def _ingress(raw: JSON, store: Store) -> None:
    """Published ports need the network for it, which somebody may have removed."""
    wanted = any(port["PublishMode"] == "ingress" for port in raw.get("Ports") or [])
    if wanted and not any(each.ingress for each in store.networks.values()):
        raise rpc("FailedPrecondition", "service needs ingress network, but no ingress network is present")


def _networks_of_its_own(new: JSON, old: JSON) -> None:
    """The networks of the service itself cannot be changed, only moved to the template."""
    same = new["TaskTemplate"].get("Networks") == old["TaskTemplate"].get("Networks")
    if same and new.get("Networks") != old.get("Networks"):
        raise rpc("Unimplemented", "networks must be migrated to TaskSpec before being changed")


def _port_conflicts(spec: JSON, store: Store, service: Service | None) -> None:
    """An ingress port belongs to one service alone; host ports of many may be equal."""
    own = {
        (port["PublishedPort"], port["Protocol"]): port["PublishMode"]
        for port in (spec.get("EndpointSpec") or {}).get("Ports") or []
        if port.get("PublishedPort")
    }
    if not own:
        return
    for other in store.services.values():
        if other is service:
            continue
        for port in other.ports or other.spec.ports:
            mode = own.get((port.get("PublishedPort", 0), port["Protocol"]))
            if mode is None or (mode == "host" and port["PublishMode"] == "host"):
                continue
            kind = "a host-published" if port["PublishMode"] == "host" else "an ingress"
            raise invalid(
                f"port '{port['PublishedPort']}' is already in use by service '{other.spec.name}' ({other.id}) "
                f"as {kind} port"
            )


def _existence(container: JSON, store: Store) -> None:
    for kind in ("Secret", "Config"):
        table = store.table(kind.lower())
        missing = [
            each[f"{kind}Name"]
            for each in container.get(f"{kind}s") or []
            if getattr(table.get(each[f"{kind}ID"]), "name", None) != each[f"{kind}Name"]
        ]
        if missing:
            plural = "" if len(missing) == 1 else "s"
            raise invalid(f"{kind.lower()}{plural} not found: {', '.join(missing)}")


def same_identity(spec: JSON, service: Service) -> None:
    """A service keeps its name and its mode."""
    if set(spec["Mode"]) != set(service.spec.raw["Mode"]):
        raise rpc("Unimplemented", "service mode change is not allowed")
    if spec["Name"] != service.spec.name:
        raise rpc("Unimplemented", "renaming services is not supported")


def rollback_option(value: str) -> bool:
    """Whether the previous spec is wanted."""
    if value not in ("", "none", "previous"):
        raise ApiError(500, f"unrecognized rollback option {value}")
    return value == "previous"
