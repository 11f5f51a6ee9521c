"""`insertDefaults=true`: a service's spec with what it leaves open filled in. Source: swarmkit api/defaults."""

from __future__ import annotations

from swarmtui.sim.objects.spec import JSON, SECOND

_UPDATE: JSON = {
    "Parallelism": 1,
    "FailureAction": "pause",
    "Monitor": 5 * SECOND,
    "MaxFailureRatio": 0,
    "Order": "stop-first",
}


def with_defaults(spec: JSON) -> JSON:
    """The spec with swarmkit's defaults: posting it back makes every task look outdated."""
    template = spec["TaskTemplate"]
    container = dict(template["ContainerSpec"])
    container.setdefault("StopGracePeriod", 10 * SECOND)
    container.setdefault("DNSConfig", {})
    restart = {"Condition": "any", "Delay": 5 * SECOND, "MaxAttempts": 0, **(template.get("RestartPolicy") or {})}
    filled = {
        **template,
        "ContainerSpec": container,
        "Resources": template.get("Resources") or {},
        "RestartPolicy": restart,
        "Placement": template.get("Placement") or {},
    }
    result = {**spec, "TaskTemplate": filled}
    for key in ("UpdateConfig", "RollbackConfig"):
        given = spec.get(key)
        result[key] = dict(_UPDATE) if given is None else {"Monitor": _UPDATE["Monitor"], **given}
    return result
