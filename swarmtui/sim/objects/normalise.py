"""What a spec looks like after its way through the engine: what `GET` gives back of what was posted.

Rules: moby daemon/cluster/convert (to gRPC and back): unknown fields vanish, empty ones are left out, some get values.
This matters beyond looks: a task is replaced when its template differs from the service's *after* this.
"""

from __future__ import annotations

from collections.abc import Callable

from swarmtui.sim.bodies.schema import NEWEST, Version
from swarmtui.sim.bodies.shown import shown
from swarmtui.sim.control.errors import ApiError, Panic
from swarmtui.sim.objects import normalise_container
from swarmtui.sim.objects.spec import JSON

_MODES = ("Replicated", "Global", "ReplicatedJob", "GlobalJob")
_MISMATCH = "mismatched Runtime and *Spec fields"


def service_spec(posted: JSON, network_id: Callable[[str], str], known: Version = NEWEST) -> JSON:
    """A posted service spec as the engine will give it back; `network_id` finds the ID of a network by its name.

    `known` is the engine's own API version. Networks of the service itself are those of its tasks where the template
    names none (the old place for them).
    """
    template = posted.get("TaskTemplate") or {}
    networks = {"TaskTemplate": template.get("Networks") or [], "Service": posted.get("Networks") or []}
    used = "TaskTemplate" if networks["TaskTemplate"] else "Service"
    networks[used] = [{**each, "Target": network_id(each.get("Target") or "")} for each in networks[used]]
    spec: JSON = {
        "Name": posted.get("Name") or "",
        "Labels": posted.get("Labels") or {},
        "TaskTemplate": task_template({**template, "Networks": networks["TaskTemplate"]}, posted.get("Mode") or {}),
        "UpdateConfig": _update_config(posted.get("UpdateConfig")),
        "RollbackConfig": _update_config(posted.get("RollbackConfig")),
        "Networks": networks["Service"],
        "EndpointSpec": _endpoint(posted.get("EndpointSpec")),
        "Mode": _mode(posted.get("Mode") or {}),
    }
    reservations = ((template.get("Resources") or {}).get("Reservations")) or {}
    if {} in reservations.get("GenericResources", ()):
        raise Panic
    return shown("swarm.ServiceSpec", spec, known)


def task_template(template: JSON, mode: JSON) -> JSON:
    """The template of a service's tasks."""
    runtime = template.get("Runtime") or "container"
    if runtime not in ("container", "plugin"):
        raise ApiError(400, "unsupported runtime")
    if template.get("ContainerSpec" if runtime == "container" else "PluginSpec") is None:
        raise ApiError(400, _MISMATCH)
    if runtime == "plugin" and mode.get("Replicated") is not None:
        raise ApiError(400, "plugins must not use replicated mode")
    result: JSON = {
        **{key: template.get(key) for key in ("Networks", "LogDriver", "ForceUpdate")},
        "Resources": _resources(template.get("Resources")),
        "Runtime": "container",
    }
    if runtime == "container":
        result["ContainerSpec"] = normalise_container.container(template["ContainerSpec"])
    result["RestartPolicy"] = _restart_policy(template.get("RestartPolicy"))
    result["Placement"] = _placement(template.get("Placement"))
    if runtime == "plugin":
        raise ApiError(500, 'runtime type "plugin" only supported in experimental')
    return result


def _resources(raw: JSON | None) -> JSON | None:
    """Of the kinds of a generic resource a discrete one goes first."""
    reservations: JSON = (raw or {}).get("Reservations") or {}
    if raw is None or not reservations.get("GenericResources"):
        return raw
    chosen = []
    for each in reservations["GenericResources"]:
        key = "DiscreteResourceSpec" if each.get("DiscreteResourceSpec") is not None else "NamedResourceSpec"
        chosen.append({key: each.get(key)})
    return {**raw, "Reservations": {**reservations, "GenericResources": chosen}}


def _restart_policy(raw: JSON | None) -> JSON | None:
    if raw is None:
        return None
    condition = raw.get("Condition") or "any"
    if condition not in ("none", "on-failure", "any"):
        raise ApiError(400, f'invalid RestartCondition: "{condition}"')
    return {**raw, "Condition": condition, "MaxAttempts": raw.get("MaxAttempts") or 0}


def _placement(raw: JSON | None) -> JSON | None:
    if raw is None:
        return None
    return {**raw, "Preferences": [each for each in raw.get("Preferences") or [] if each.get("Spread") is not None]}


def _update_config(raw: JSON | None) -> JSON | None:
    if raw is None:
        return None
    action, order = raw.get("FailureAction") or "pause", raw.get("Order") or "stop-first"
    if action not in ("pause", "continue", "rollback"):
        raise ApiError(400, f"unrecognized update failure action {action}")
    if order not in ("stop-first", "start-first"):
        raise ApiError(400, f"unrecognized update order {order}")
    return {**raw, "FailureAction": action, "Order": order}


def _endpoint(raw: JSON | None) -> JSON | None:
    if raw is None:
        return None
    mode = raw.get("Mode") or "vip"
    if mode not in ("vip", "dnsrr"):
        raise ApiError(400, f'invalid resolution mode: "{mode}"')
    return {"Mode": mode, "Ports": [_port(each) for each in raw.get("Ports") or []]}


def _port(raw: JSON) -> JSON:
    """Protocols and modes are read loosely: what is not known is the usual one."""
    protocol, mode = (str(raw.get(key) or "").lower() for key in ("Protocol", "PublishMode"))
    protocol = protocol if protocol in ("udp", "sctp") else "tcp"
    return {**raw, "Protocol": protocol, "PublishMode": mode if mode == "host" else "ingress"}


def _mode(raw: JSON) -> JSON:
    named = [key for key in _MODES if raw.get(key) is not None]
    if len(named) > 1:
        raise ApiError(400, "must specify only one service mode")
    if not named or named[0] == "Replicated":
        return {"Replicated": {"Replicas": _count(raw.get("Replicated") or {}, "Replicas", 1)}}
    if named[0] != "ReplicatedJob":
        return {named[0]: {}}
    job = raw["ReplicatedJob"]
    concurrent = _count(job, "MaxConcurrent", 1)
    return {
        "ReplicatedJob": {"MaxConcurrent": concurrent, "TotalCompletions": _count(job, "TotalCompletions", concurrent)}
    }


def _count(raw: JSON, key: str, default: int) -> int:
    value = raw.get(key)
    return default if value is None else int(value)
