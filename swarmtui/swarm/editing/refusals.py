"""What an engine would refuse of a spec, in words: for specs that are edited as text.

The rules are those of swarmkit manager/controlapi/service.go and node.go, and of the types of the Engine API. Only what
is surely refused is told: a field that is not known here is the engine's own business.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.services.constraints import InvalidConstraint, parse
from swarmtui.swarm.syntax.image import ImageName
from swarmtui.swarm.syntax.quantities import LEAST_CPUS, LEAST_MEMORY
from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.swarm.syntax.words import read_service_name

__all__ = ["refusals"]

Json = Any
Check = Callable[[Json], str]
"""Gives what is wrong with a value; "" when nothing is."""

GREATEST = 2**64 - 1


def refusals(kind: Kind, before: Json, after: Json) -> tuple[str, ...]:
    """Why an engine would refuse a spec, as sentences. What was so before is not told.

    Args:
        before: the spec that it has accepted.
        after: the one to be sent.
    """
    check = _of_node if kind is Kind.NODE else _of_service
    accepted = set(check(before))
    return tuple(dict.fromkeys(each for each in check(after) if each not in accepted))


# ------------------------------------------------------------------------------------------------ kinds of values


def _number(least: int = 0, most: int = GREATEST) -> Check:
    def check(value: Json) -> str:
        if isinstance(value, bool) or not isinstance(value, int):
            return f"must be a whole number, not {_shown(value)}"
        if value < least:
            return f"must be {least} or more, not {value}"
        return f"must be at most {most}, not {value}" if value > most else ""

    return check


def _at_least(least: int, unit: str) -> Check:
    def check(value: Json) -> str:
        return _number()(value) or (f"must be at least {least} {unit}" if 0 < value < least else "")

    return check


def _ratio(value: Json) -> str:
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1
    return "" if good else f"must be a number from 0 to 1, not {_shown(value)}"


def _one_of(*words: str) -> Check:
    return lambda value: "" if value in ("", *words) else f"must be one of {', '.join(words)}, not {_shown(value)}"


def _text(value: Json) -> str:
    return "" if isinstance(value, str) else f"must be a string, not {_shown(value)}"


def _image(value: Json) -> str:
    if not isinstance(value, str) or not value:
        return "is required"
    try:
        ImageName.parse(value)
    except Unreadable as problem:
        return f"cannot be {value}. {problem}"
    return ""


def _name(value: Json) -> str:
    try:
        read_service_name(value if isinstance(value, str) else "")
    except Unreadable as problem:
        return f"cannot be {_shown(value)}: {problem}"
    return ""


def _constraint(value: Json) -> str:
    try:
        parse(str(value))
    except InvalidConstraint as problem:
        return f"cannot be {_shown(value)}: {problem}"
    return ""


def _address(value: Json) -> str:
    try:
        ipaddress.ip_address(value if isinstance(value, str) else "")
    except ValueError:
        return f"must be an IP address, not {_shown(value)}"
    return ""


def _path(value: Json) -> str:
    return "" if isinstance(value, str) and value.startswith("/") else f"must be an absolute path, not {_shown(value)}"


def _shown(value: Json) -> str:
    return "nothing" if value is None else str(value)


# ------------------------------------------------------------------------------------------------ specs

_POLICY: dict[str, Check] = {
    "Parallelism": _number(),
    "Delay": _number(),
    "Monitor": _number(),
    "MaxFailureRatio": _ratio,
    "Order": _one_of("stop-first", "start-first"),
}
_RESOURCES: dict[str, Check] = {
    "NanoCPUs": _at_least(LEAST_CPUS, "(0.001 CPUs)"),
    "MemoryBytes": _at_least(LEAST_MEMORY, "(4 MiB)"),
    "Pids": _number(),
}
_SERVICE: dict[tuple[str, ...], dict[str, Check]] = {
    (): {"Name": _name},
    ("Mode", "Replicated"): {"Replicas": _number()},
    ("Mode", "ReplicatedJob"): {"MaxConcurrent": _number(), "TotalCompletions": _number()},
    ("TaskTemplate",): {"ForceUpdate": _number()},
    ("TaskTemplate", "ContainerSpec"): {"Image": _image, "StopGracePeriod": _number()},
    ("TaskTemplate", "ContainerSpec", "Healthcheck"): {
        "Interval": _number(),
        "Timeout": _number(),
        "StartPeriod": _number(),
        "Retries": _number(),
    },
    ("TaskTemplate", "RestartPolicy"): {
        "Condition": _one_of("none", "on-failure", "any"),
        "Delay": _number(),
        "Window": _number(),
        "MaxAttempts": _number(),
    },
    ("TaskTemplate", "Placement"): {"MaxReplicas": _number()},
    ("TaskTemplate", "Resources", "Limits"): _RESOURCES,
    ("TaskTemplate", "Resources", "Reservations"): {key: _RESOURCES[key] for key in ("NanoCPUs", "MemoryBytes")},
    ("UpdateConfig",): {**_POLICY, "FailureAction": _one_of("pause", "continue", "rollback")},
    ("RollbackConfig",): {**_POLICY, "FailureAction": _one_of("pause", "continue")},
    ("EndpointSpec",): {"Mode": _one_of("vip", "dnsrr")},
}
_ENTRIES: dict[tuple[str, ...], Check | dict[str, Check]] = {
    ("TaskTemplate", "Placement", "Constraints"): _constraint,
    ("TaskTemplate", "ContainerSpec", "Env"): _text,
    ("TaskTemplate", "ContainerSpec", "DNSConfig", "Nameservers"): _address,
    ("TaskTemplate", "ContainerSpec", "Mounts"): {"Target": _path},
    ("EndpointSpec", "Ports"): {
        "TargetPort": _number(1, 65535),
        "PublishedPort": _number(0, 65535),
        "Protocol": _one_of("tcp", "udp", "sctp"),
        "PublishMode": _one_of("ingress", "host"),
    },
}
_NEEDED = {"Name", "TargetPort", "Target"}
_NODE: dict[str, Check] = {
    "Role": _one_of("worker", "manager"),
    "Availability": _one_of("active", "pause", "drain"),
}


def _of_node(spec: Json) -> Iterator[str]:
    yield from _wrong(spec, _NODE, "")
    yield from _wrong_labels(spec)


def _of_service(spec: Json) -> Iterator[str]:
    for path, checks in _SERVICE.items():
        yield from _wrong(_at(spec, path), checks, ".".join(path))
    for path, check in _ENTRIES.items():
        entries = _at(spec, path)
        where = ".".join(path)
        if entries is not None and not isinstance(entries, list):
            yield f"{where} must be a list, not {_shown(entries)}."
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(check, dict):
                yield from _wrong(entry, check, where)
            elif problem := check(entry):
                yield f"{where} {problem}."
    yield from _wrong_labels(spec)


def _wrong(part: Json, checks: Mapping[str, Check], where: str) -> Iterator[str]:
    if part is None:
        return
    if not isinstance(part, Mapping):
        yield f"{where} must be an object, not {_shown(part)}."
        return
    for key, check in checks.items():
        value = part.get(key)
        if value is None and key not in _NEEDED:
            continue
        if problem := check(value):
            yield f"{where}{'.' if where else ''}{key} {problem}."


def _wrong_labels(spec: Json) -> Iterator[str]:
    labels = spec.get("Labels") if isinstance(spec, Mapping) else None
    for key, value in labels.items() if isinstance(labels, Mapping) else ():
        if not isinstance(value, str):
            yield f"The label {key} must be a string, not {_shown(value)}: put it in quotes."


def _at(spec: Json, path: tuple[str, ...]) -> Json:
    part = spec
    for key in path:
        part = part.get(key) if isinstance(part, Mapping) else None
    return part
