"""Swarms to look at: the demo's, and big ones."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import msgspec
import pytest

from swarmtui.sim.clock import Clock
from swarmtui.sim.populate import demo, generated
from swarmtui.sim.process.speed import Pace
from tests.patience import until_async

from .rig import Rig


def test_the_demo_is_alive() -> None:
    cluster = demo()
    engine = cluster.engine("mgr1")
    services = msgspec.json.decode(engine.services.list(status=True))
    troubled = [
        each["Spec"]["Name"]
        for each in services
        if each["ServiceStatus"]["RunningTasks"] != each["ServiceStatus"]["DesiredTasks"] and "JobStatus" not in each
    ]
    assert len(services) >= 12
    assert troubled in (["shop_recommender"], [])
    assert engine.services.inspect("shop_recommender")["UpdateStatus"]["State"] == "paused"
    tasks = msgspec.json.decode(engine.tasks.list())
    errors = {task["Status"].get("Err") for task in tasks}
    assert {"task: non-zero exit (1)", "task: non-zero exit (137)"} <= errors
    assert {task["Status"]["State"] for task in tasks} >= {"running", "failed", "shutdown", "complete"}
    assert len(msgspec.json.decode(engine.secrets.list())) == 4


def test_the_demo_goes_on() -> None:
    cluster = demo()
    before = cluster.store.index
    cluster.advance(60.0)
    assert cluster.store.index > before


def test_the_same_seed_gives_the_same_swarm() -> None:
    for build in (demo, lambda seed: generated(20, 10, 200, seed)):
        lists = []
        for seed in (7, 7, 8):
            cluster = build(seed)
            cluster.faults.kill("wrk1" if build is demo else "wrk01")
            cluster.advance(120.0)
            engine = cluster.engine("mgr1")
            lists.append(engine.tasks.list() + engine.nodes.list() + engine.services.list(status=True))
        assert lists[0] == lists[1] != lists[2]


def test_a_generated_swarm_is_at_rest_and_lives() -> None:
    cluster = generated(60, 20, 1500)
    engine = cluster.engine("mgr1")
    assert len(cluster.store.tasks) == 1500
    index = cluster.store.index
    cluster.advance(3600.0)
    assert cluster.store.index == index
    cluster.faults.kill("wrk10")
    lost = len(cluster.store.tasks_on(cluster.machine("wrk10").node_id))
    assert lost > 0
    cluster.advance(90.0)
    services = msgspec.json.decode(engine.services.list(status=True))
    assert sum(each["ServiceStatus"]["RunningTasks"] for each in services) == 1500 + lost


def test_a_swarm_of_20000_tasks_is_quick() -> None:
    """A seventh of the size that is asked for, in well under a seventh of the time."""
    begun = time.process_time()
    engine = generated(700, 140, 20_000).engine("mgr1")
    assert time.process_time() - begun < 3.0
    service = msgspec.json.decode(engine.services.list())[0]["ID"]
    assert least(lambda: engine.services.list(status=True)) < 0.05
    assert least(lambda: engine.tasks.list({"service": [service]})) < 0.02


def least(do: Callable[[], object]) -> float:
    """The least CPU time that something took, of some times: what else the machine does only adds to it."""
    taken = []
    for _ in range(7):
        begun = time.process_time()
        do()
        taken.append(time.process_time() - begun)
    return min(taken)


async def test_a_change_of_speed_never_stops_the_clock() -> None:
    clock = Clock(0.0)
    pace = Pace(clock)
    for speed in (1.0, 20.0, 5.0, 50.0):
        pace.set(speed)
        await asyncio.sleep(0.02)  # the clock rests by now
    before = clock.now()
    await until_async(lambda: clock.now() - before > 5.0, "time to pass")
    clock.run_until(clock.now() + 60.0)
    before = clock.now()
    await until_async(lambda: clock.now() - before > 5.0, "it to go on from where it was stepped to")
    await pace.stop()


@pytest.mark.parametrize("turns", range(4))
async def test_the_clock_stops_when_told_to_though_a_timer_was_set_a_moment_before(turns: int) -> None:
    clock = Clock(0.0)
    pace = Pace(clock)
    pace.set(1.0)
    await asyncio.sleep(0.02)  # the clock rests by now
    clock.later(60.0, lambda: None)
    for _ in range(turns):  # of the event loop
        await asyncio.sleep(0)
    stopping = asyncio.ensure_future(pace.stop())
    await until_async(stopping.done, "the clock to stop")
    stopped = clock.now()
    await asyncio.sleep(0.02)
    assert clock.now() == stopped


async def test_the_clock_drives_the_swarm() -> None:
    rig = Rig()
    rig.create("web", replicas=3)
    driving = asyncio.create_task(rig.cluster.clock.drive(speed=200.0))
    await until_async(lambda: len(rig.running("web")) == 3, "its tasks")
    rig.scale("web", 5)
    await until_async(lambda: len(rig.running("web")) == 5, "more of them")
    driving.cancel()
