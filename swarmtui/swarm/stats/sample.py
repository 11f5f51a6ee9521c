"""One answer of `GET /containers/{id}/stats` (Engine API, "Get container stats based on resource usage")."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.objects.times import seconds_of

__all__ = ["Sample", "sample_of"]


class Sample(msgspec.Struct, frozen=True):
    """The counters of one container at one moment. None is what the engine does not say.

    Attributes:
        read: when they were read, in seconds by the engine's clock.
        cpu: time on CPUs since the container started, in nanoseconds.
        system: time that the node's CPUs have had altogether, idle or not, in nanoseconds.
        cpus: how many CPUs the node has.
        memory: bytes in use without the cache that the kernel would give back at once, as docker counts them.
        limit: the most memory that it may use, in bytes; the node's memory where no limit is set.
        received, sent: bytes through all of its networks.
        read_bytes, written: bytes from and to block devices.
        pids: processes and threads.
    """

    read: float | None = None
    cpu: float | None = None
    system: float | None = None
    cpus: int = 0
    memory: float | None = None
    limit: float | None = None
    received: float | None = None
    sent: float | None = None
    read_bytes: float | None = None
    written: float | None = None
    pids: int | None = None


def sample_of(answer: object) -> Sample:
    """Read raw JSON; what is not as the Engine API promises reads as not said.

    A container that has ended gives an answer without figures.
    """
    raw = Raw(answer)
    if not raw.has("memory_stats", "usage") and not raw.number("pids_stats", "current"):
        return Sample(read=seconds_of(raw.text("read")))  # engines tell zeros of CPU for what does not run
    read_bytes, written = _block_bytes(raw)
    pids = raw.number("pids_stats", "current")
    return Sample(
        seconds_of(raw.text("read")),
        raw.number("cpu_stats", "cpu_usage", "total_usage"),
        raw.number("cpu_stats", "system_cpu_usage"),
        _cpus(raw),
        _memory(raw),
        raw.number("memory_stats", "limit"),
        _through_networks(raw, "rx_bytes"),
        _through_networks(raw, "tx_bytes"),
        read_bytes,
        written,
        None if pids is None else int(pids),
    )


def _cpus(raw: Raw) -> int:
    """Older engines list the time of each CPU instead."""
    online = raw.number("cpu_stats", "online_cpus")
    return int(online) if online else sum(1 for _ in raw.each("cpu_stats", "cpu_usage", "percpu_usage"))


def _memory(raw: Raw) -> float | None:
    """As docker/cli cli/command/container/stats_helpers.go (`calculateMemUsageUnixNoCache`): without inactive files."""
    usage = raw.number("memory_stats", "usage")
    if usage is None:
        return None
    for name in ("total_inactive_file", "inactive_file"):  # of cgroup v1, and of v2
        cache = raw.number("memory_stats", "stats", name)
        if cache is not None and cache < usage:
            return usage - cache
    return usage


def _through_networks(raw: Raw, name: str) -> float | None:
    """None on the host's network, of which no container has a share."""
    networks = raw.at("networks").value
    counted = list(_numbers(networks, name)) if isinstance(networks, dict) else []
    return sum(counted) if counted else None


def _numbers(networks: dict[object, object], name: str) -> Iterator[float]:
    for network in networks.values():
        number = Raw(network).number(name)
        if number is not None:
            yield number


def _block_bytes(raw: Raw) -> tuple[float | None, float | None]:
    """Read and written. Where nothing was yet, engines say null or an empty list."""
    if not raw.has("blkio_stats"):
        return None, None
    read = written = 0.0
    for entry in raw.each("blkio_stats", "io_service_bytes_recursive"):
        operation, value = entry.text("op").lower(), entry.number("value") or 0.0
        if operation.startswith("r"):
            read += value
        elif operation.startswith("w"):
            written += value
    return read, written
