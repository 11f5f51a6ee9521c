"""Fields that clients read and nothing in a simulated swarm decides: filled in with what an untouched engine says.

Recorded from engine 20.10; `versions` takes away those that newer API versions have no more.
"""

from __future__ import annotations

import hashlib
from typing import Any

Answer = dict[str, Any]

_NULLS = (
    *("BlkioDeviceReadBps", "BlkioDeviceReadIOps", "BlkioDeviceWriteBps", "BlkioDeviceWriteIOps", "BlkioWeightDevice"),
    *("DeviceCgroupRules", "DeviceRequests", "Devices", "Dns", "DnsOptions", "DnsSearch", "ExtraHosts", "GroupAdd"),
    *("Links", "MemorySwappiness", "PidsLimit", "SecurityOpt", "VolumesFrom"),
)
_ZEROES = (
    *("BlkioWeight", "CpuCount", "CpuPercent", "CpuPeriod", "CpuQuota", "CpuRealtimePeriod", "CpuRealtimeRuntime"),
    *("CpuShares", "IOMaximumBandwidth", "IOMaximumIOps", "KernelMemory", "KernelMemoryTCP", "Memory"),
    *("MemoryReservation", "MemorySwap", "NanoCpus", "OomScoreAdj"),
)
_EMPTY = (
    *("Cgroup", "CgroupParent", "ContainerIDFile", "CpusetCpus", "CpusetMems", "PidMode", "UTSMode", "UsernsMode"),
    "VolumeDriver",
)
_MASKED = (
    *("/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list"),
    *("/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware"),
)
_READ_ONLY = ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")
_HOST_CONFIG: Answer = {
    **dict.fromkeys(_NULLS),
    **dict.fromkeys(_ZEROES, 0),
    **dict.fromkeys(_EMPTY, ""),
    "CgroupnsMode": "private",
    "ConsoleSize": [0, 0],
    "Init": False,
    "IpcMode": "private",
    "Isolation": "default",
    "MaskedPaths": list(_MASKED),
    "OomKillDisable": False,
    "PublishAllPorts": False,
    "ReadonlyPaths": list(_READ_ONLY),
    "ReadonlyRootfs": False,
    "Runtime": "runc",
    "ShmSize": 64 << 20,
    "Ulimits": [],
}
_NETWORK_SETTINGS: Answer = {
    **dict.fromkeys(
        ("EndpointID", "Gateway", "GlobalIPv6Address", "IPAddress", "IPv6Gateway", "LinkLocalIPv6Address"), ""
    ),
    **dict.fromkeys(("GlobalIPv6PrefixLen", "IPPrefixLen", "LinkLocalIPv6PrefixLen"), 0),
    "HairpinMode": False,
    "MacAddress": "",
    "SecondaryIPAddresses": None,
    "SecondaryIPv6Addresses": None,
}
_OF_BRIDGE = ("EndpointID", "Gateway", "IPAddress", "IPPrefixLen", "MacAddress")


def container(answer: Answer) -> Answer:
    """`GET /containers/{id}/json` with all its fields."""
    sandbox = hashlib.sha256(answer["Id"].encode()).hexdigest()
    settings = {**_NETWORK_SETTINGS, **answer["NetworkSettings"]}
    settings["SandboxID"] = settings.get("SandboxID") or sandbox
    settings["SandboxKey"] = f"/run/docker/netns/{sandbox[:12]}"
    bridge = (settings.get("Networks") or {}).get("bridge") or {}
    settings.update({name: bridge[name] for name in _OF_BRIDGE if name in bridge})
    layers = f"/var/lib/docker/overlay2/{sandbox}"
    driver = {
        "LowerDir": f"{layers}-init/diff",
        "MergedDir": f"{layers}/merged",
        "UpperDir": f"{layers}/diff",
        "WorkDir": f"{layers}/work",
    }
    return {
        **answer,
        "HostConfig": {**_HOST_CONFIG, **answer["HostConfig"]},
        "GraphDriver": {"Data": driver, "Name": "overlay2"},
        "NetworkSettings": settings,
    }
