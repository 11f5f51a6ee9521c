"""What a container uses, and its processes, as the engine's JSON.

The shape of a sample is that of an engine on cgroup v2 (moby daemon/stats_unix.go, daemon/daemon_unix.go `statsV2`).
The numbers are made up, but steady: counters only grow, and say the same for the same container and moment.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from swarmtui.sim.agent.container import Container
from swarmtui.sim.agent.described import described
from swarmtui.sim.agent.machine import Machine
from swarmtui.sim.objects.spec import JSON
from swarmtui.sim.objects.timestamps import NEVER, iso

_GIB = 1 << 30
_DISK = {"major": 8, "minor": 0}
_QUIET = {"rx_errors": 0, "rx_dropped": 0, "tx_errors": 0, "tx_dropped": 0}


@dataclass(frozen=True)
class _Wave:
    """A rate that goes up and down around its mean.

    Attributes:
        mean: a second.
        period: seconds from one height to the next.
        phase: where in it the container began, from 0 to 1.
    """

    mean: float
    period: float
    phase: float

    @classmethod
    def of(cls, rng: random.Random, mean: float) -> _Wave:
        return cls(mean, 40.0 + 160.0 * rng.random(), rng.random())

    def at(self, seconds: float) -> float:
        """The rate now."""
        return self.mean * (1 + 0.6 * math.sin(self._angle(seconds)))

    def until(self, seconds: float) -> float:
        """How much there was since the start."""
        swing = math.cos(self._angle(0.0)) - math.cos(self._angle(seconds))
        return self.mean * (seconds + 0.6 * swing * self.period / math.tau)

    def _angle(self, seconds: float) -> float:
        return math.tau * (seconds / self.period + self.phase)


def sample(run: Container, machine: Machine, now: float, *, one_shot: bool = False) -> JSON:
    """What a container has used until now.

    Args:
        one_shot: without the sample before it, as engines give it at once.
    """
    rng = random.Random(f"{run.container_id}-stats")
    up = max(now - run.started, 0.0) if run.alive else 0.0
    load = _Wave.of(rng, rng.random() ** 3 * 0.6 + 0.004)
    memory = int((0.02 + rng.random() * 0.4) * _GIB)
    pids = 1 + rng.randrange(24)
    received, sent = _Wave.of(rng, rng.random() ** 2 * 400_000), _Wave.of(rng, rng.random() ** 2 * 900_000)
    read, written = _Wave.of(rng, rng.random() ** 4 * 2_000_000), _Wave.of(rng, rng.random() ** 3 * 600_000)
    before = not one_shot and up > 1.0
    return {
        "read": iso(now) if run.alive else NEVER,
        "preread": iso(now - 1.0) if before else NEVER,
        "pids_stats": {"current": pids, "limit": 18446744073709551615} if run.alive else {},
        "blkio_stats": _blkio(int(read.until(up)), int(written.until(up))) if run.alive else _blkio(0, 0),
        "num_procs": 0,
        "storage_stats": {},
        "cpu_stats": _cpu(load, machine, up, now) if run.alive else _no_cpu(),
        "precpu_stats": _cpu(load, machine, up - 1.0, now - 1.0) if before else _no_cpu(),
        "memory_stats": _memory(run, machine, memory, load.at(up) / load.mean) if run.alive else {},
        "name": f"/{run.name}",
        "id": run.container_id,
        "networks": {"eth0": _traffic(int(received.until(up)), int(sent.until(up)))} if run.alive else {},
    }


def _cpu(load: _Wave, machine: Machine, up: float, now: float) -> JSON:
    cores = machine.cpus // 1_000_000_000
    used = int(load.until(up) * 1e9)
    return {
        "cpu_usage": {"total_usage": used, "usage_in_kernelmode": used // 5, "usage_in_usermode": used - used // 5},
        "system_cpu_usage": int(now % 10_000_000 * cores * 1e9),
        "online_cpus": cores,
        "throttling_data": {"periods": 0, "throttled_periods": 0, "throttled_time": 0},
    }


def _no_cpu() -> JSON:
    return {
        "cpu_usage": {"total_usage": 0, "usage_in_kernelmode": 0, "usage_in_usermode": 0},
        "throttling_data": {"periods": 0, "throttled_periods": 0, "throttled_time": 0},
    }


def _memory(run: Container, machine: Machine, memory: int, swing: float) -> JSON:
    limit_bytes = described(run, machine).host.get("Memory") or machine.memory
    cache = memory // 9
    used = min(int(memory * (0.9 + 0.1 * swing)), limit_bytes)
    stats = {"active_anon": used - cache, "active_file": 0, "anon": used - cache, "file": cache, "inactive_file": cache}
    return {"usage": used, "stats": stats, "limit": limit_bytes}


def _blkio(read: int, written: int) -> JSON:
    entries = [{**_DISK, "op": "read", "value": read}, {**_DISK, "op": "write", "value": written}]
    nothing = dict.fromkeys(
        (
            "io_serviced_recursive",
            "io_queue_recursive",
            "io_service_time_recursive",
            "io_wait_time_recursive",
            "io_merged_recursive",
            "io_time_recursive",
            "sectors_recursive",
        )
    )
    return {"io_service_bytes_recursive": entries if read or written else None, **nothing}


def _traffic(received: int, sent: int) -> JSON:
    return {
        "rx_bytes": received,
        "rx_packets": received // 800,
        "tx_bytes": sent,
        "tx_packets": sent // 900,
        **_QUIET,
    }
