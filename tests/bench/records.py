"""What a record costs: an hour of a swarm of 10,000 tasks with constant changes, and a day at rest.

That time is simulated: the recorder gets the snapshots of each half second without waiting for it. Its CPU time,
divided by the simulated time, is its share of one core. Sessions, and the engine, are not in it.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec

from swarmtui.engine.polling.observation import ConnectionStatus, Observation
from swarmtui.engine.recording.block import FIRST_LINE, scan
from swarmtui.engine.recording.record import Record
from swarmtui.engine.recording.record_file import Bounds, RecordFile
from swarmtui.engine.recording.recorder import LOOK, Recorder
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task

from .results import Result, at_most, noted, quantile, spread
from .setting import say

__all__ = ["measure_records"]

NODES, SERVICES, TASKS = 100, 200, 10_000
CHANGES = 5
"""Tasks that change in each half second: 36,000 in an hour."""
HOUR, DAY = 3600.0, 86_400.0
BEGAN = 1_790_000_000.0
CPU, REST_SIZE = 3.0, 1.0
"""Percent of one core; MB an hour."""
OPENING, SEEK = 2.0, 100.0
"""Seconds for a day; milliseconds."""
SEEKS = 60
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"


def measure_records(state: Path) -> Iterator[Result]:
    """All of it; it needs no swarm but snapshots."""
    say("records: a day of 10,000 tasks at rest")
    swarm = _Swarm()
    path = state / "rest.rec"
    cpu = _record(swarm, path, DAY)
    size = path.stat().st_size / 1e6
    yield at_most("record of a day at rest, for each hour", size / 24, REST_SIZE, "MB", f"{size:.1f} MB in all")
    yield at_most("CPU of the recorder at rest, of one core", 100 * cpu / DAY, CPU, "%")
    say("records: an hour of 10,000 tasks with constant changes")
    path = state / "busy.rec"
    cpu = _record(swarm, path, HOUR, swarm.change)
    size = path.stat().st_size / 1e6
    yield noted("record of an hour with 36,000 changes of tasks", f"{size:.1f} MB", f"{1e6 * size / 36_000:.0f} B each")
    yield at_most("CPU of the recorder meanwhile, of one core", 100 * cpu / HOUR, CPU, "%")
    yield from _seeks(path)
    yield _opening(path, state / "day.rec")


def _record(swarm: _Swarm, path: Path, lasts: float, change: Callable[[float], None] = lambda now: None) -> float:
    """Record some seconds; returns the CPU seconds of the recorder alone."""
    file = RecordFile(path, Bounds(size=2_000_000_000, time=DAY))
    now = BEGAN
    connection = ConnectionStatus(last_answer=now, overdue_after=1e12, engine_version="28.1.1", api_version="1.49")
    recorder = Recorder(file, "bench", lambda: Observation(swarm.cluster, connection))
    taken = 0.0
    while now < BEGAN + lasts:
        change(now)
        begun = time.process_time()
        recorder.look(now, now)
        taken += time.process_time() - begun
        now += LOOK
    recorder.look(now, now, ending=True)
    file.close()
    return taken


def _seeks(path: Path) -> Iterator[Result]:
    record, luck = Record(path), random.Random(1)
    gc.freeze()
    times, cpu = [], []
    for _ in range(SEEKS):
        moment = luck.uniform(record.first, record.last)
        begun, busy = time.perf_counter(), time.process_time()
        record.at(moment)
        times.append((time.perf_counter() - begun) * 1000)
        cpu.append((time.process_time() - busy) * 1000)
    gc.unfreeze()
    record.close()
    note = f"{spread(times, 'ms')}; CPU {quantile(cpu, 0.95):.0f} ms"
    yield at_most("seek to any moment, 95 of 100", quantile(times, 0.95), SEEK, "ms", note)


def _opening(hour: Path, day: Path) -> Result:
    """A day is the hour 24 times over: as many blocks, of which opening reads the headers and one whole frame."""
    with hour.open("rb") as source, day.open("wb") as target:
        target.write(FIRST_LINE)
        content = hour.read_bytes()
        for number in range(24):
            for block in scan(source.fileno()):
                data = content[block.offset : block.end]
                shifted = replace(block, first=block.first + number * HOUR, last=block.last + number * HOUR)
                target.write(shifted.header())
                target.write(data)
    begun, busy = time.perf_counter(), time.process_time()
    record = Record(day)
    taken, busy = time.perf_counter() - begun, time.process_time() - busy
    note = f"CPU {busy:.2f} s; {day.stat().st_size / 1e6:.0f} MB; its time line is read meanwhile, in a thread"
    record.close()
    day.unlink()
    return at_most("opening a record of a day", taken, OPENING, "s", note)


class _Swarm:
    """A snapshot with the IDs, names and times of a real swarm, and changes to its tasks."""

    def __init__(self) -> None:
        self._luck = random.Random(7)
        self._version = 10_000
        nodes = [self._node(number) for number in range(NODES)]
        services = [self._service(number) for number in range(SERVICES)]
        self._nodes = [each.id for each in nodes]
        tasks = [
            self._task(service.id, service.name, slot + 1, "running", BEGAN - 86_400 + slot)
            for service in services
            for slot in range(TASKS // SERVICES)
        ]
        self.cluster = Cluster().with_all(Node, nodes).with_all(Service, services).with_all_tasks(tasks)

    def change(self, now: float) -> None:
        """Some tasks take a step: one that runs fails, and one in its place starts."""
        groups = self.cluster.tasks_by_service
        service_id = self._luck.choice(list(groups))
        tasks = list(groups[service_id])
        for _ in range(CHANGES):
            place = self._luck.randrange(len(tasks))
            old = tasks[place]
            state = {"running": "failed", "failed": "starting", "starting": "running"}[old.status.state]
            tasks[place] = self._task(service_id, "", old.slot, state, now, old)
        self.cluster = self.cluster.with_tasks_of([service_id], tasks)

    def _id(self, length: int = 25, letters: str = LETTERS) -> str:
        return "".join(self._luck.choices(letters, k=length))

    def _node(self, number: int) -> Node:
        return msgspec.convert(
            {
                "ID": self._id(),
                "Version": {"Index": number},
                "CreatedAt": _stamp(BEGAN - 1e6),
                "Spec": {"Role": "manager" if number < 3 else "worker", "Labels": {"zone": f"z{number % 3}"}},
                "Description": {
                    "Hostname": f"host-{number:03}",
                    "Platform": {"Architecture": "x86_64", "OS": "linux"},
                    "Resources": {"NanoCPUs": 8_000_000_000, "MemoryBytes": 33_000_000_000},
                    "Engine": {"EngineVersion": "28.1.1"},
                },
                "Status": {"State": "ready", "Addr": f"10.1.0.{number}"},
            },
            Node,
        )

    def _service(self, number: int) -> Service:
        return msgspec.convert(
            {
                "ID": self._id(),
                "Version": {"Index": number + 500},
                "CreatedAt": _stamp(BEGAN - 1e6),
                "UpdatedAt": _stamp(BEGAN - 9e5),
                "Spec": {
                    "Name": f"stack_service-{number}",
                    "Labels": {"com.docker.stack.namespace": "stack"},
                    "TaskTemplate": {
                        "ContainerSpec": {"Image": f"registry.local/app-{number}:1.0@sha256:{number:064x}"}
                    },
                    "Mode": {"Replicated": {"Replicas": TASKS // SERVICES}},
                },
            },
            Service,
        )

    def _task(self, service_id: str, name: str, slot: int, state: str, at: float, old: Task | None = None) -> Task:
        self._version += 1
        replaced = old is None or state == "starting"
        status = {
            "Timestamp": _stamp(at + self._luck.random()),
            "State": state,
            "Message": "started" if state == "running" else state,
            "Err": "task: non-zero exit (1)" if state == "failed" else "",
            "ContainerStatus": {
                "ContainerID": self._id(64, LETTERS[:16]),
                "PID": self._luck.randrange(10_000, 90_000),
                "ExitCode": int(state == "failed"),
            },
        }
        if old is not None and not replaced and old.status.container_status is not None:
            status["ContainerStatus"] = msgspec.to_builtins(old.status.container_status)
        image = f"registry.local/app:1.0@sha256:{slot:064x}" if old is None else old.image
        return msgspec.convert(
            {
                "ID": self._id() if old is None or replaced else old.id,
                "Version": {"Index": self._version},
                "CreatedAt": _stamp(at) if old is None or replaced else old.created_at,
                "UpdatedAt": _stamp(at + 0.5),
                "Spec": {"ContainerSpec": {"Image": image, "Labels": {"com.docker.stack.namespace": "stack"}}},
                "ServiceID": service_id,
                "Slot": slot,
                "NodeID": self._luck.choice(self._nodes) if old is None or replaced else old.node_id,
                "Status": status,
                "DesiredState": "shutdown" if state == "failed" else "running",
            },
            Task,
        )


def _stamp(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at % 1 * 1e9):09}Z"
