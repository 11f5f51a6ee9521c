"""What of a container may be changed while it is there, and how.

Rules: moby daemon/{update,container}.go, container/container_unix.go (UpdateContainer); sentences: measured on 20.10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.sim.agent.container import Container, Plain
from swarmtui.sim.agent.described import described
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.objects.spec import JSON

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine

_SMALLEST = 6 << 20
_POLICIES = ("no", "always", "on-failure", "unless-stopped")


def updated(container: Container, machine: Machine, body: JSON) -> None:
    """Change resources and the restart policy of a container; ApiError where they cannot be."""
    _check(body, machine)
    now = described(container, machine).host
    id = container.container_id
    if conflict := _conflict(body, now):
        raise ApiError(409, f"Cannot update container {id}: {conflict}")
    policy: JSON = body.get("RestartPolicy") or {}
    if policy.get("Name") and now.get("AutoRemove"):
        raise ApiError(
            409,
            f"Cannot update container {id}: Restart policy cannot be updated because AutoRemove is enabled for the "
            "container",
        )
    changes = {key: value for key, value in body.items() if value and key != "RestartPolicy"}
    if policy.get("Name"):
        changes["RestartPolicy"] = {"MaximumRetryCount": 0, **policy}
    own = container.host if isinstance(container, Plain) else container.updated
    own.update(changes)


def _check(body: JSON, machine: Machine) -> None:
    memory, swap = body.get("Memory") or 0, body.get("MemorySwap") or 0
    if 0 < memory < _SMALLEST:
        raise ApiError(400, "Minimum memory limit allowed is 6MB")
    if memory > 0 and 0 < swap < memory:
        raise ApiError(400, "Minimum memoryswap limit should be larger than memory limit, see usage")
    if 0 < (body.get("KernelMemory") or 0) < _SMALLEST:
        raise ApiError(400, "Minimum kernel memory limit allowed is 6MB")
    most = machine.cpus // 1_000_000_000
    if not 0 <= (body.get("NanoCpus") or 0) <= most * 1_000_000_000:
        raise ApiError(400, f"Range of CPUs is from 0.01 to {most}.00, as there are only {most} CPUs available")
    asked = str(body.get("CpusetCpus") or "")
    if asked and any(each.isdecimal() and int(each) >= most for each in asked.replace("-", ",").split(",")):
        raise ApiError(400, f"Requested CPUs are not available - requested {asked}, available: 0-{most - 1}")
    policy: JSON = body.get("RestartPolicy") or {}
    name, most_often = policy.get("Name") or "", policy.get("MaximumRetryCount") or 0
    if name and name not in _POLICIES:
        raise ApiError(400, f"invalid restart policy '{name}'")
    if most_often and name in ("always", "unless-stopped", "no"):
        raise ApiError(400, f"maximum retry count cannot be used with restart policy '{name}'")


def _conflict(body: JSON, now: JSON) -> str:
    """What does not go with what the container has already."""
    nano, period, quota = (body.get(key) or 0 for key in ("NanoCpus", "CpuPeriod", "CpuQuota"))
    for given, name, key in (
        (nano, "NanoCPUs cannot be updated as CPU Period", "CpuPeriod"),
        (nano, "NanoCPUs cannot be updated as CPU Quota", "CpuQuota"),
        (period, "CPU Period cannot be updated as NanoCPUs", "NanoCpus"),
        (quota, "CPU Quota cannot be updated as NanoCPUs", "NanoCpus"),
    ):
        if given > 0 and (now.get(key) or 0) > 0:
            return f"Conflicting options: {name} has already been set"
    if (body.get("Memory") or 0) > (now.get("MemorySwap") or 0) and not body.get("MemorySwap"):
        return (
            "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time"
        )
    return ""
