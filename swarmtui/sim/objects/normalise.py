"""What a spec looks like after its way through the engine: what `GET` gives back of what was posted.

Rules: moby daemon/cluster/convert (to gRPC and back): unknown fields vanish, empty ones are left out, some get values.
This matters beyond looks: a task is replaced when its template differs from the service's *after* this.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.objects.spec import JSON

_CONTAINER = [
    "Image",
    "Labels",
    "Command",
    "Args",
    "Hostname",
    "Env",
    "Dir",
    "User",
    "Groups",
    "Privileges",
    "Init",
    "StopSignal",
    "TTY",
    "OpenStdin",
    "ReadOnly",
    "Mounts",
    "StopGracePeriod",
    "Healthcheck",
    "Hosts",
    "DNSConfig",
    "Secrets",
    "Configs",
    "Isolation",
    "Sysctls",
    "CapabilityAdd",
    "CapabilityDrop",
    "Ulimits",
    "OomScoreAdj",
]
_POINTERS = {"Privileges", "Init", "StopGracePeriod", "Healthcheck", "DNSConfig"}
_MODES = ("Replicated", "Global", "ReplicatedJob", "GlobalJob")


def service_spec(posted: JSON, network_id: Callable[[str], str]) -> JSON:
    """A posted service spec as the engine will give it back; `network_id` finds the ID of a network by its name."""
    template = _object(posted, "TaskTemplate") or {}
    networks = template.get("Networks") or posted.get("Networks") or []
    spec: JSON = {
        "Name": posted.get("Name") or "",
        "Labels": dict(posted.get("Labels") or {}),
        "TaskTemplate": task_template(template, [_network(each, network_id) for each in networks]),
        "Mode": _mode(posted.get("Mode") or {}, posted),
    }
    for key in ("UpdateConfig", "RollbackConfig"):
        if posted.get(key) is not None:
            spec[key] = _update_config(posted[key])
    if posted.get("EndpointSpec") is not None:
        spec["EndpointSpec"] = _endpoint(posted["EndpointSpec"])
    return spec


def task_template(template: JSON, networks: list[JSON]) -> JSON:
    """The template of a service's tasks."""
    container = _object(template, "ContainerSpec")
    runtime = template.get("Runtime") or "container"
    if runtime not in ("container", "plugin", "attachment"):
        raise ApiError(400, "unsupported runtime")
    if container is None or runtime != "container":
        raise ApiError(400, _MISMATCH)
    result: JSON = {"ContainerSpec": _container(container)}
    if template.get("Resources") is not None:
        result["Resources"] = _resources(template["Resources"])
    if template.get("RestartPolicy") is not None:
        result["RestartPolicy"] = _restart_policy(template["RestartPolicy"])
    if template.get("Placement") is not None:
        result["Placement"] = _filled(template["Placement"], "Constraints", "Preferences", "MaxReplicas", "Platforms")
    if networks:
        result["Networks"] = networks
    if template.get("LogDriver") is not None:
        result["LogDriver"] = _filled(template["LogDriver"], "Name", "Options")
    result["ForceUpdate"] = template.get("ForceUpdate") or 0
    result["Runtime"] = "container"
    return result


_MISMATCH = "mismatched Runtime and *Spec fields"


def _object(parent: JSON, key: str) -> JSON | None:
    """A field that has to be a JSON object."""
    value = parent.get(key)
    if value is not None and not isinstance(value, dict):
        kind = "array" if isinstance(value, list) else {str: "string", bool: "bool"}.get(type(value), "number")
        raise ApiError(400, f"json: cannot unmarshal {kind} into Go struct field ServiceSpec.{key}")
    return value


def _filled(raw: JSON, *keys: str) -> JSON:
    """The fields that are there and not empty."""
    return {key: raw[key] for key in keys if raw.get(key)}


def _container(raw: JSON) -> JSON:
    result: JSON = {}
    for key in _CONTAINER:
        value: Any = raw.get(key)
        if value or (key in _POINTERS and value is not None):
            result[key] = value
        elif key == "Isolation":
            result[key] = "default"
        elif key == "Image":
            result[key] = ""
    return result


def _resources(raw: JSON) -> JSON:
    result: JSON = {}
    if raw.get("Limits") is not None:
        result["Limits"] = _filled(raw["Limits"], "NanoCPUs", "MemoryBytes", "Pids")
    if raw.get("Reservations") is not None:
        result["Reservations"] = _filled(raw["Reservations"], "NanoCPUs", "MemoryBytes", "GenericResources")
    return result


def _restart_policy(raw: JSON) -> JSON:
    condition = raw.get("Condition") or "any"
    if condition not in ("none", "on-failure", "any"):
        raise ApiError(400, f'invalid RestartCondition: "{condition}"')
    result: JSON = {"Condition": condition}
    if raw.get("Delay") is not None:
        result["Delay"] = raw["Delay"]
    result["MaxAttempts"] = raw.get("MaxAttempts") or 0
    if raw.get("Window") is not None:
        result["Window"] = raw["Window"]
    return result


def _network(raw: JSON, network_id: Callable[[str], str]) -> JSON:
    return {"Target": network_id(raw.get("Target") or ""), **_filled(raw, "Aliases", "DriverOpts")}


def _update_config(raw: JSON) -> JSON:
    action, order = raw.get("FailureAction") or "pause", raw.get("Order") or "stop-first"
    if action not in ("pause", "continue", "rollback"):
        raise ApiError(400, f"unrecognized update failure action {action}")
    if order not in ("stop-first", "start-first"):
        raise ApiError(400, f"unrecognized update order {order}")
    return {
        "Parallelism": raw.get("Parallelism") or 0,
        **_filled(raw, "Delay"),
        "FailureAction": action,
        **_filled(raw, "Monitor"),
        "MaxFailureRatio": raw.get("MaxFailureRatio") or 0,
        "Order": order,
    }


def _endpoint(raw: JSON) -> JSON:
    mode = raw.get("Mode") or "vip"
    if mode not in ("vip", "dnsrr"):
        raise ApiError(400, f'invalid resolution mode: "{mode}"')
    result: JSON = {"Mode": mode}
    if raw.get("Ports"):
        result["Ports"] = [_port(each) for each in raw["Ports"]]
    return result


def _port(raw: JSON) -> JSON:
    return {
        **_filled(raw, "Name"),
        "Protocol": raw.get("Protocol") or "tcp",
        "TargetPort": raw.get("TargetPort") or 0,
        **_filled(raw, "PublishedPort"),
        "PublishMode": raw.get("PublishMode") or "ingress",
    }


def _mode(raw: JSON, posted: JSON) -> JSON:
    named = [key for key in _MODES if raw.get(key) is not None]
    if len(named) > 1:
        raise ApiError(400, "must specify only one service mode")
    if not named or named[0] == "Replicated":
        return {"Replicated": {"Replicas": _count(raw.get("Replicated") or {}, "ReplicatedService", "Replicas", 1)}}
    if named[0] != "Global" and posted.get("UpdateConfig") is not None:
        raise ApiError(400, "rpc error: code = InvalidArgument desc = Jobs may not have an update config")
    if named[0] != "ReplicatedJob":
        return {named[0]: {}}
    job = raw["ReplicatedJob"]
    concurrent = _count(job, "ReplicatedJob", "MaxConcurrent", 1)
    total = _count(job, "ReplicatedJob", "TotalCompletions", concurrent)
    return {"ReplicatedJob": {"MaxConcurrent": concurrent, "TotalCompletions": total}}


def _count(raw: JSON, struct: str, key: str, default: int) -> int:
    """An unsigned number; the engine's JSON decoder refuses anything else."""
    value = raw.get(key)
    if value is None:
        return default
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    kind = f"number {value}" if isinstance(value, int | float) and not isinstance(value, bool) else "string"
    mode = "Replicated" if struct == "ReplicatedService" else struct
    raise ApiError(400, f"json: cannot unmarshal {kind} into Go struct field {struct}.Mode.{mode}.{key} of type uint64")
