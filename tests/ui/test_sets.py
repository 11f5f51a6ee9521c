"""Marked objects are judged as the set that they are, and sent in an order that moves no task twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.ui.driving import Program, open_on
from tests.ui.simulated import SimulatedSwarm


def with_an_ssd(swarm: SimulatedSwarm) -> None:
    """Two nodes with an SSD, and a database that wants one."""
    for name in ("wrk1", "wrk2"):
        swarm.set_node(name, Labels={"disk": "ssd"})
    swarm.add_service("db")
    swarm.change_service(
        "db", lambda spec: spec["TaskTemplate"].update(Placement={"Constraints": ["node.labels.disk==ssd"]})
    )
    swarm.wait(lambda: len(swarm.running("db")) == 1, "db runs")


async def test_draining_all_nodes_that_can_take_a_service_says_so(swarm: SimulatedSwarm, crash_log: Path) -> None:
    with_an_ssd(swarm)
    async with open_on(swarm.url, crash_log) as program:
        await mark_both(program)
        await program.press("d")
        await program.read("No other node can take db")
        assert program.says("docker node update --availability pause wrk2")
        await program.press("right", "enter")
        await program.until(lambda: len(swarm.asked("POST /nodes")) == 3)
    sent = swarm.asked("POST /nodes")
    ids = [swarm.node(name)["ID"] for name in ("wrk2", "wrk1", "wrk2")]
    assert [each.split("/")[2] for each in sent] == ids, "wrk2 takes no task while wrk1 is drained"


async def test_a_marked_set_that_was_drained_is_active_again_after_one_undo(
    swarm: SimulatedSwarm, crash_log: Path
) -> None:
    async with open_on(swarm.url, crash_log) as program:
        await mark_both(program)
        await program.press("d")
        await program.see("Drain 2 nodes")
        await program.press("right", "enter")
        await program.see("✔ Drain 2 nodes")
        await program.press("U")
        await program.see("Activate wrk2")
        await program.press("right", "enter")
        await program.until(lambda: swarm.node("wrk1")["Spec"]["Availability"] == "active")
        await program.until(lambda: swarm.node("wrk2")["Spec"]["Availability"] == "active")


async def mark_both(program: Program) -> None:
    await program.on_row("1", "wrk1")
    await program.press("space", "space")
    await program.see("2 marked")


async def test_a_task_that_has_moved_away_from_its_volume_says_so(swarm: SimulatedSwarm, crash_log: Path) -> None:
    swarm.set_node("wrk1", Labels={"disk": "ssd"})
    swarm.add_service("db")

    def on_an_ssd(spec: dict[str, Any]) -> None:
        template = spec["TaskTemplate"]
        template["Placement"] = {"Constraints": ["node.labels.disk==ssd"]}
        template["ContainerSpec"]["Mounts"] = [{"Type": "volume", "Source": "db_data", "Target": "/data"}]

    def home() -> list[str]:
        return [task["NodeID"] for task in swarm.running("db")]

    swarm.change_service("db", on_an_ssd)
    first, second = (swarm.node(name)["ID"] for name in ("wrk1", "wrk2"))
    swarm.wait(lambda: home() == [first], "db runs on wrk1")
    swarm.set_node("wrk2", Labels={"disk": "ssd"})
    swarm.set_node("wrk1", Availability="drain")
    swarm.wait(lambda: home() == [second], "db runs on wrk2")
    async with open_on(swarm.url, crash_log) as program:
        await program.on_row("2", "db")
        await program.read("volume db_data is on wrk1, and db.1 is on wrk2")
